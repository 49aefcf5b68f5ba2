"""The page fixtures: figures over all of them, and which the analysis gets right.

    python bench/pages.py                figures against their floors; what is wrong; exit 1 below a floor
    python bench/pages.py --sort         move cases that are now right out of open/, raise the floors
    python bench/pages.py --lower "why"  also move broken cases into open/ and lower floors; keeps the reason
    python bench/pages.py --layouts      every case under every layout: those of which other things are said in some;
                                         exit 1 where one is not listed in layouts/hanging.toml, --sort writes the list

A case is a folder below tests/pages, in that of its theme: page.html is the main content, expected.toml says what
should be said of it and names its layout. Those that are not right yet are in the folder open/ of their theme. A case's
`groups`: "real" cases are made from real municipal pages; nothing may ever be learned from "apart" ones, which tell how
the judges do on what they never saw. Both groups have figures and floors of their own, as plain cases would hide them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.learning.evaluate import EvaluationReport, Judged, judge, report_on  # noqa: E402
from bench.layouts import layouts, whole_page  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

PAGES = ROOT / "tests" / "pages"
RIGHT, OPEN = "right", "open"
FLOORS = PAGES / "floors.toml"
HANGING = PAGES / "layouts" / "hanging.toml"
_HANGING = "# Cases of which other things are said in these layouts than in their own. This list only gets shorter."
# Floors stand this far below the figure at which they were set, so that one case more or less is no alarm.
SLACK = 0.01
PER_GROUP = (
    "page_type.accuracy",
    "theme.accuracy",
    "primary_service.accuracy",
    "services.f1",
    "channels.f1",
    "vendors.f1",
)


def cases(*kinds: str) -> list[Path]:
    """The folders of the cases that are right, open or both, by name."""
    found = (path.parent for path in PAGES.rglob("expected.toml"))
    return sorted((case for case in found if kind_of(case) in kinds), key=lambda case: case.name)


def kind_of(case: Path) -> str:
    """Whether a case is right or open; its folder says it."""
    return OPEN if case.parent.name == OPEN else RIGHT


def place_for(case: Path, kind: str) -> Path:
    """Where a case stands once it is right or open."""
    theme = PAGES / theme_of(case)
    return theme / OPEN / case.name if kind == OPEN else theme / case.name


def theme_of(case: Path) -> str:
    """The theme that a case belongs to; its folder says it."""
    return case.relative_to(PAGES).parts[0]


def page_of(case: Path, layout: str = "") -> str:
    """The whole page of a case, in the layout it names or in another."""
    expected = tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))
    content = (case / "page.html").read_text(encoding="utf-8")
    return whole_page(content, expected, layout or expected["layout"])


def row_of(case: Path, layout: str = "") -> dict[str, Any]:
    """A case as a labelled page, in the layout it names or in another."""
    expected = tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))
    labels = {name: expected.get(name) for name in ("page_type", "theme", "primary_service", "services", "vendors")}
    return {
        "id": case.name,
        "url": expected["url"],
        "municipality": expected["municipality"],
        "lang": expected["language"],
        "html": page_of(case, layout),
        "labels": {**labels, "channels": expected.get("channel", [])},
    }


def groups_of(case: Path) -> frozenset[str]:
    """The groups that a case belongs to, beside all."""
    return frozenset(tomllib.loads((case / "expected.toml").read_text(encoding="utf-8")).get("groups", []))


def examined(case: Path, layout: str = "") -> Judged:
    """A case with what was expected and what the analysis says."""
    return judge(row_of(case, layout), load_taxonomy("fi"))


def hanging(case: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """The layouts in which something else is said of a case than in its own, and what."""
    own = examined(case)
    found = {name: changes(own, examined(case, name)) for name in names}
    return {name: told for name, told in found.items() if told}


def changes(own: Judged, other: Judged) -> list[str]:
    """What is said of a page in one layout and not in another, measure by measure."""
    told = [
        f"{name}: {sorted(said - other.found[name])} became {sorted(other.found[name] - said)}"
        for name, said in own.found.items()
        if said != other.found[name]
    ]
    if own.findings.language != other.findings.language:
        told.append(f"language: {own.findings.language} became {other.findings.language}")
    return told


def differences(judged: Judged) -> list[str]:
    """What the analysis says otherwise than expected, measure by measure; empty where all is right."""
    found = []
    for name, expected in judged.expected.items():
        overlooked, extra = sorted(expected - judged.found[name]), sorted(judged.found[name] - expected)
        if overlooked or extra:
            found.append(f"{name}: overlooked {overlooked}, said wrongly {extra}")
    if judged.findings.language != judged.language:
        found.append(f"language: {judged.findings.language} instead of {judged.language}")
    return found


def figures_of(report: EvaluationReport) -> dict[str, float]:
    """The pinned figures, by name."""
    data = report.as_json()
    figures = {f"{name}.accuracy": data[name]["accuracy"] for name in ("page_type", "theme", "primary_service")}
    for name in ("services", "channels", "vendors"):
        figures[f"{name}.f1"] = data[name]["f1_micro"]
        for language, own in data[name]["by_language"].items():
            figures[f"{name}.{language}.f1"] = own["f1"]
    return figures | {f"channel.{name}.f1": own["f1"] for name, own in data["channels"]["by_class"].items()}


def figures_by_group(judged: Mapping[Path, Judged]) -> dict[str, float]:
    """The pinned figures over all cases and, named group/figure, over each group."""
    figures = figures_of(report_on(list(judged.values())))
    for group in sorted({group for case in judged for group in groups_of(case)}):
        own = figures_of(report_on([page for case, page in judged.items() if group in groups_of(case)]))
        # Not by language: a group has too few pages of some for a floor to mean anything.
        figures |= {f"{group}/{name}": value for name, value in own.items() if name in PER_GROUP}
    return figures


def read_floors() -> dict[str, Any]:
    """The pinned floors and the reasons why some were lowered."""
    return tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {"floors": {}, "lowered": []}


def below(figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """The figures that fell below their floor."""
    return [
        f"{name}: {figures.get(name, 0.0):.3f} is below {floor:.3f}"
        for name, floor in sorted(floors.items())
        if figures.get(name, 0.0) < floor
    ]


def known_to_hang() -> dict[str, list[str]]:
    """The cases of which other things are said in some layout, with these layouts."""
    listed: dict[str, list[str]] = tomllib.loads(HANGING.read_text(encoding="utf-8"))
    return listed


def write_floors(figures: Mapping[str, float], pinned: Mapping[str, Any], why: str) -> None:
    """Floors a little below the figures; lower than before only with a reason."""
    fresh = {name: math.floor(max(0.0, value - SLACK) * 1000) / 1000 for name, value in figures.items()}
    if not why:
        fresh = {name: max(value, pinned["floors"].get(name, 0.0)) for name, value in fresh.items()}
    reasons = [*pinned["lowered"], *([why] if why else [])]
    quoted = ", ".join('"' + reason.replace('"', "'") + '"' for reason in reasons)
    lines = [f"lowered = [{quoted}]", "", "[floors]", *(f'"{name}" = {fresh[name]:.3f}' for name in sorted(fresh))]
    FLOORS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Examines every case, prints, moves where asked; 1 where a floor is broken or a case is no longer right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sort", action="store_true")
    parser.add_argument("--lower", metavar="WHY", default="")
    parser.add_argument("--layouts", action="store_true")
    options = parser.parse_args(arguments)
    if options.layouts:
        return _tell_hanging(options.sort)
    judged = {case: examined(case) for case in cases(RIGHT, OPEN)}
    wrong = {case: found for case, page in judged.items() if (found := differences(page))}
    for case, found in wrong.items():
        print(case.relative_to(PAGES), *found, sep="\n    ")
    figures, pinned = figures_by_group(judged), read_floors()
    for name in sorted(figures):
        print(f"{name:32s} {figures[name]:.3f}   floor {pinned['floors'].get(name, 0.0):.3f}")
    print(f"{len(judged) - len(wrong)} of {len(judged)} cases are right in everything")
    faults = below(figures, pinned["floors"]) + [
        f"{case.name} is no longer right" for case in wrong if kind_of(case) == RIGHT
    ]
    if options.sort or options.lower:
        for case in judged:
            kind = OPEN if case in wrong else RIGHT
            if kind_of(case) != kind and (kind == RIGHT or options.lower):
                place = place_for(case, kind)
                place.parent.mkdir(exist_ok=True)
                case.rename(place)
        write_floors(figures, pinned, options.lower)
        return 0
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


def _tell_hanging(is_written: bool) -> int:
    """Prints the cases that hang on their layout and how many in each; 1 where one is not listed."""
    every, found = cases(RIGHT, OPEN), {}
    for case in every:
        if told := hanging(case, layouts()):
            found[case.name] = told
            print(case.name, *(f"{name}: {'; '.join(lines)}" for name, lines in told.items()), sep="\n    ")
    for name, count in Counter(name for told in found.values() for name in told).most_common():
        print(f"{name:20s} {count}")
    print(f"of {len(found)} of {len(every)} cases other things are said in some layout")
    if is_written:
        lines = [f"{case} = {json.dumps(list(told))}" for case, told in found.items()]
        HANGING.write_text("\n".join((_HANGING, *lines)) + "\n", encoding="utf-8")
    listed = known_to_hang()
    fresh = [(case, name) for case, told in found.items() for name in told if name not in listed.get(case, ())]
    print(*(f"{case} hangs on the layout {name} and is not listed" for case, name in fresh), sep="\n", file=sys.stderr)
    return 1 if fresh else 0


if __name__ == "__main__":
    raise SystemExit(main())
