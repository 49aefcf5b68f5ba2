"""How much memory does a whole `run` take over sites that mean ill, in its largest process and in all?

Serves towns on loopback of which each does its worst: pages and answers without end, packed bombs, nesting, redirects
in circles (those of tests/crawler/test_hostile.py), and pages for the browser that eat memory, open windows, ask
questions, load themselves or are larger than anybody reads. Then one `kuntatutka run` with its audit, watched from
outside.

Prints the peak of the largest process (resident), of all together (shared pages counted once) with what it consisted of
in which stage, and how each town ended.

    .venv/bin/python bench/hostile.py [--only arrays,windows] [--browser] [--keep FOLDER] [--limit-mb 1000]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from study import (  # noqa: E402
    AuditSection,
    CrawlSection,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    create_study,
    open_study,
)
from tests.crawler.hostile import SERVICES, Answer, HostileSite, HostileWeb, http, page  # noqa: E402
from tests.crawler.test_hostile import sites as hostile_answers  # noqa: E402

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1_048_576
_STAGES = {"crawler.processes.process": "crawl", "crawler.processes.audit_one": "audit"}
_LOOK_SECONDS, _COUNT_SECONDS = 0.1, 0.5
_FILL = "k.push(new Uint8Array(2e7).fill(7))"


def _again(code: str, pause: int) -> str:
    return f"setInterval(() => {{ {code} }}, {pause})"


SCRIPTS = {
    "arrays": f"const k = []; while (true) {_FILL};",
    "slowly": "const k = []; " + _again(_FILL, 30) + "; " + _again("document.title += '.'", 100),
    "workers": f"const f = `const k = []; {_again(_FILL, 20)}`;"
    " for (let n = 0; n < 8; n++) new Worker(URL.createObjectURL(new Blob([f])))",
    "elements": _again("for (let n = 0; n < 3e4; n++) document.body.append(document.createElement('p'))", 1),
    "text": "let s = 'aaaaaaaa'; " + _again("s += s.slice(0, 5e6); document.body.dataset.x = s", 5),
    "canvases": "const k = []; "
    + _again(
        "const c = document.createElement('canvas'); c.width = c.height = 8000;"
        " c.getContext('2d').fillRect(0, 0, 8000, 8000); k.push(c); document.body.append(c)",
        50,
    ),
    "wasm": "const k = []; "
    + _again("const m = new WebAssembly.Memory({initial: 2000}); new Uint8Array(m.buffer).fill(7); k.push(m)", 50),
    "store": "const c = caches.open('x');"
    + _again("c.then(c => c.put('/' + Math.random(), new Response('x'.repeat(2e7))))", 50),
    "windows": _again("window.open('/', '_blank')", 10),
    "questions": _again("alert('x'); confirm('y'); prompt('z')", 10) + "; onbeforeunload = () => 'no'",
    "prints": _again("print()", 50),
    "itself": "setTimeout(() => location.href = '/venepaikat?' + Math.random(), 300)",
    "frames": "for (let n = 0; n < 20; n++) { const f = document.createElement('iframe'); f.src = location.href;"
    " document.body.append(f) }",
    "loads": _again("fetch('/suuri?' + Math.random()).then(r => r.text())", 5),
    "files": _again("const a = document.createElement('a'); a.href = '/suuri'; a.download = 'x'; a.click()", 20),
    "history": "let n = 0; " + _again("history.pushState({x: 'x'.repeat(1e5)}, '', '/a' + n++)", 1),
    "busy": "while (true) {}",
    "scroll": _again("const d = document.createElement('div'); d.style.height = '5000px'; document.body.append(d)", 10),
    "shadows": "let at = document.body; for (let n = 0; n < 20000; n++) { const d = document.createElement('div');"
    " at.append(d); at = d.attachShadow({mode: 'open'}) }",
}


def picture(side: int) -> bytes:
    """A picture of so many points a side that takes few bytes packed."""

    def part(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = side.to_bytes(4, "big")
    rows = zlib.compress(bytes((1 + side * 3) * 64), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", size + size + b"\x08\x02\0\0\0") + part(b"IDAT", rows) + part(b"IEND", b"")
    )


def scripted(code: str) -> HostileSite:
    """A town whose service pages are empty but for a script, so that a browser opens them."""
    head = '<!doctype html><html lang="fi"><head><title>Palvelu</title></head><body><div id="app"></div>'
    shell = f"{head}<script>{code}</script></body></html>"
    pages: dict[str, Answer] = {f"/{slug}": shell for slug, _ in SERVICES[:3]}
    pages["/suuri"] = http(b"x" * 3_000_000, kind="application/octet-stream")
    return HostileSite(pages)


def browser_sites() -> dict[str, HostileSite]:
    """Towns that mean ill to a browser, by what they do."""
    made = {name: scripted(code) for name, code in SCRIPTS.items()}
    rows = "<tr><td>Rakennuslupa</td><td><a href='/kirjasto'>Kirjasto</a></td></tr>" * 40_000
    large: dict[str, Answer] = {
        "/rakennuslupa": page("Rakennuslupa", text=f"<table>{rows}</table>"),
        "/kirjasto": page("Kirjasto", text="<div>" * 30_000 + "Syvällä" + "</div>" * 30_000),
        "/venepaikat": page("Venepaikat", text="<img src='/kuva.png'>" * 30, head="<style>img{width:9999px}</style>"),
        "/kuva.png": http(picture(20_000), kind="image/png"),
        "/paivahoito": page(
            "Päivähoito", text="<svg width='30000' height='30000'><rect width='100%' height='100%'/></svg>" * 20
        ),
        "/pysakointi": page(
            "Pysäköinti", text="<style>" + ".a>.b{filter:blur(90px)}" * 20_000 + "</style>" + "<b class=a>" * 300
        ),
    }
    made["large"] = HostileSite(large)
    return made


class Shares:
    """Megabytes by kind of process."""

    def __init__(self) -> None:
        self.by_kind: dict[str, tuple[int, float]] = {}

    def add(self, kind: str, size: float) -> None:
        """One process more."""
        count, before = self.by_kind.get(kind, (0, 0.0))
        self.by_kind[kind] = count + 1, before + size

    @property
    def all(self) -> float:
        """Megabytes of all kinds."""
        return sum(size for _, size in self.by_kind.values())


class Watched:
    """The processes of a command, looked at until it ends."""

    def __init__(self, command: list[str]) -> None:
        self.largest, self.largest_is, self.most = 0.0, "", 0
        self.peaks: dict[str, Shares] = {}
        """By stage, what there was when it took most: megabytes by kind of process, and how many of the kind."""
        self._counted = 0.0
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - read when the command has ended
        self._child = subprocess.Popen(command, cwd=ROOT, stderr=self._said, stdout=subprocess.DEVNULL)

    def wait(self) -> tuple[int, str]:
        """Watch to the end; the exit status and what was said."""
        while self._child.poll() is None:
            self._look()
            time.sleep(_LOOK_SECONDS)
        self._said.seek(0)
        with self._said:
            return self._child.returncode, self._said.read()

    def _look(self) -> None:
        family = [self._child.pid, *_below(self._child.pid)]
        self.most = max(self.most, len(family))
        for pid in family:
            if (size := _resident(pid)) > self.largest:
                self.largest, self.largest_is = size, _name(pid)
        if time.monotonic() - self._counted >= _COUNT_SECONDS:
            self._counted = time.monotonic()
            stage, shares = "no child", Shares()
            for pid in family:
                stage = _stage(pid) or stage
                shares.add(_kind(pid), _own_share(pid))
            self.peaks[stage] = max(self.peaks.get(stage, shares), shares, key=lambda item: item.all)

    @property
    def all(self) -> float:
        """Megabytes of all together at their peak."""
        return max((shares.all for shares in self.peaks.values()), default=0.0)

    def told(self) -> Iterator[str]:
        """The peak of each stage, the greatest first, by kind of process."""
        for stage, shares in sorted(self.peaks.items(), key=lambda item: -item[1].all):
            yield f"{stage}: {shares.all:.0f} MB"
            for kind, (count, size) in sorted(shares.by_kind.items(), key=lambda item: -item[1][1]):
                yield f"  {size:6.0f} MB  {count:3} {kind}"


def _below(pid: int) -> Iterator[int]:
    for task in _PROC.glob(f"{pid}/task/*/children"):
        for child in _read(task).split():
            yield int(child)
            yield from _below(int(child))


def _resident(pid: int) -> float:
    told = _read(_PROC / str(pid) / "statm").split()
    return int(told[1]) * _PAGE / _MB if len(told) > 1 else 0.0


def _own_share(pid: int) -> float:
    """Megabytes of a process, what it shares with others divided between them."""
    lines = _read(_PROC / str(pid) / "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _name(pid: int) -> str:
    words = _read(_PROC / str(pid) / "cmdline").replace("\0", " ").split() or [""]  # a browser's helpers use blanks
    kind = next((word for word in words if word.startswith("--type=")), "")
    return f"{Path(words[0]).name} {kind or ' '.join(words[1:4])}"


def _kind(pid: int) -> str:
    program, _, rest = _name(pid).partition(" ")
    if rest.startswith("--type="):
        return f"Chromium {rest.removeprefix('--type=')}"
    if "chrom" in program:
        return "Chromium itself"
    return f"{program} {_stage(pid)}" if "python" in program else program or "just ended"


def _stage(pid: int) -> str:
    """The stage that a process was started for, of those that a child was."""
    line = _read(_PROC / str(pid) / "cmdline")
    return next((told for module, told in _STAGES.items() if module in line), "")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def study_of(folder: Path, sites: dict[str, HostileSite]) -> StudyFolder:
    """A study of all these towns."""
    crawl = CrawlSection(
        delay_seconds=0.0, allow_private_hosts=[site.netloc for site in sites.values()], max_pages=100,
        max_response_mb=8,
        response_timeout_seconds=5.0, time_limit_minutes=5, parallel_municipalities=4,
    )  # fmt: skip
    config = StudyConfig(
        study=StudySection(title="Hostile", year=2026), crawl=crawl, audit=AuditSection(sample_pages=8)
    )
    return create_study(folder, config, tuple(StudyMunicipality(name, name, site.url) for name, site in sites.items()))


def main() -> int:
    """Run, print, and fail where a bound was passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of towns, by commas")
    parser.add_argument("--browser", action="store_true", help="only the towns that mean ill to a browser")
    parser.add_argument("--keep", type=Path, help="where the study is left to be looked at")
    parser.add_argument("--limit-mb", type=int, default=1000)
    parser.add_argument("--limit-all-mb", type=int, default=2500)
    arguments = parser.parse_args()
    chosen = set(arguments.only.split(",")) if arguments.only else set()
    sites = browser_sites()
    if not arguments.browser and not (chosen and chosen <= set(sites)):
        sites |= hostile_answers()
    sites = {name: site for name, site in sites.items() if not chosen or name in chosen}
    with HostileWeb(sites), tempfile.TemporaryDirectory() as there:
        study = study_of(arguments.keep or Path(there) / "study", sites)
        began = time.monotonic()
        watched = Watched([sys.executable, "-m", "kuntatutka", "run", str(study.root), "-q"])
        status, said = watched.wait()
        took = f"{time.monotonic() - began:.0f} s, exit status {status}, {watched.most} processes at most"
        print(f"{len(sites)} towns in {took}")
        for town in open_study(study.root).read("municipalities"):
            print(f"  {town.code:14} {town.status:9} {town.status_reason or '':16} {(town.status_detail or '')[:90]}")
        if status not in (0, 3):
            print(said[-2000:])
    print(*watched.told(), sep="\n")
    print(f"largest process {watched.largest:.0f} MB ({watched.largest_is}), all together {watched.all:.0f} MB")
    return int(watched.largest > arguments.limit_mb or watched.all > arguments.limit_all_mb or status not in (0, 3))


if __name__ == "__main__":
    sys.exit(main())
