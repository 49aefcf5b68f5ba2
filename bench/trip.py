"""How far a page travels through the code: which files one examined page visits, and how often it comes back to them.

    python bench/trip.py [PAGE.html | CASE ...]

A case is the name of a page fixture, which is taken as a whole page.

A stay is a function of one file that a function of another file calls, counted once for each such pair; rooms are the
different files; a return is a stay in a room that was visited before. Crossings are all calls from file to file.
Caches are filled first: what is made once for all pages is no part of a page's way.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis import PageSource, examine  # noqa: E402
from bench import pages  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

Place = tuple[str, str]


def place_of(frame: FrameType | None) -> Place | None:
    """The nearest function of ours: its file and its name."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(str(ROOT)) and ".venv" not in code.co_filename:
            return str(Path(code.co_filename).relative_to(ROOT)), code.co_qualname
        frame = frame.f_back
    return None


def walk(source: PageSource) -> Counter[tuple[Place, Place]]:
    """Calls from a function of one file to a function of another while a page is examined."""
    taxonomy = load_taxonomy("fi")
    for _ in range(2):
        examine(source, taxonomy)
    crossed: Counter[tuple[Place, Place]] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not frame.f_code.co_name.startswith("<") and str(ROOT) in frame.f_code.co_filename:
            callee, caller = place_of(frame), place_of(frame.f_back)
            if caller and callee and caller[0] != callee[0] and not caller[0].startswith("bench"):
                crossed[caller, callee] += 1

    sys.setprofile(note)
    examine(source, taxonomy)
    sys.setprofile(None)
    return crossed


def main() -> None:
    """Prints the figures of each page, and at the end the functions that are called most."""
    every = {case.name: case for case in pages.cases(pages.RIGHT, pages.OPEN)}
    names = sys.argv[1:] or ["fi-hub-eservices"]
    called: Counter[Place] = Counter()
    print(f"{'page':34} {'crossings':>9} {'stays':>6} {'rooms':>6} {'returns':>8}")
    for name in names:
        html = pages.page_of(every[name]) if name in every else Path(name).read_text("utf-8")
        source = PageSource("https://www.kunta.example/sivu", html)
        crossed = walk(source)
        rooms = {callee[0] for _, callee in crossed}
        returns = len(crossed) - len(rooms)
        print(f"{name[-34:]:34} {crossed.total():9} {len(crossed):6} {len(rooms):6} {returns:8}")
        for (_, callee), count in crossed.items():
            called[callee] += count
    for (file, function), count in called.most_common(15):
        print(f"  {count:6}  {file} {function}")


if __name__ == "__main__":
    main()
