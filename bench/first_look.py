"""The first look at a batch of labelled pages: scored once, before anybody sees an error, and written down.

    python bench/first_look.py BATCH.jsonl [--commit NAME]

Adds a line to data/gold/first_looks.csv with every figure. A batch that has a line for this commit is refused: a second
look is none. The errors are not printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis import EvaluationReport, evaluate  # noqa: E402
from study import CHANNELS  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

LOOKS = ROOT / "data" / "gold" / "first_looks.csv"
_SINGLE = ("page_type", "theme", "primary_service")
_SETS = ("services", "channels", "vendors")
LANGUAGES = ("fi", "sv", "en")
COLUMNS = (
    "date", "commit", "batch", "pages", "municipalities", *_SINGLE, *_SETS, *CHANNELS,
    *(f"{measure}.{language}" for measure in ("services", "channels") for language in LANGUAGES),
    "gap.services", "gap.channels",
)  # fmt: skip


def figures_of(report: EvaluationReport) -> dict[str, Any]:
    """The figures of a first look by column: shares of right answers, F1 of sets, gaps of calibration."""
    data = report.as_json()
    figures: dict[str, Any] = {"pages": report.pages, "municipalities": report.municipalities}
    figures |= {name: data[name]["accuracy"] for name in _SINGLE}
    figures |= {name: data[name]["f1_micro"] for name in _SETS}
    figures |= {name: data["channels"]["by_class"].get(name, {}).get("f1") for name in CHANNELS}
    for measure in ("services", "channels"):
        own: Mapping[str, Any] = data[measure]["by_language"]
        figures |= {f"{measure}.{language}": own.get(language, {}).get("f1") for language in LANGUAGES}
        figures[f"gap.{measure}"] = data["calibration"].get(measure, {}).get("mean_gap")
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Scores and writes; 1 where the batch has had its first look."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("batch", type=Path, nargs="+")
    parser.add_argument("--commit", default="")
    options = parser.parse_args(arguments)
    commit = options.commit or _head()
    name = "+".join(path.stem for path in options.batch)
    if _is_known(name, commit):
        print(f"{name} has had its first look by {commit}: make a new batch.", file=sys.stderr)
        return 1
    rows = [json.loads(line) for path in options.batch for line in path.read_text(encoding="utf-8").splitlines()]
    figures = figures_of(evaluate(rows, load_taxonomy("fi")))
    line = {"date": datetime.now(UTC).date().isoformat(), "commit": commit, "batch": name, **figures}
    _add(line)
    print(", ".join(f"{key} {value}" for key, value in line.items() if value is not None))
    return 0


def _head() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _is_known(batch: str, commit: str) -> bool:
    if not LOOKS.is_file():
        return False
    with LOOKS.open(encoding="utf-8", newline="") as lines:
        return any((row["batch"], row["commit"]) == (batch, commit) for row in csv.DictReader(lines))


def _add(line: Mapping[str, Any]) -> None:
    is_new = not LOOKS.is_file()
    with LOOKS.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow({column: "" if line.get(column) is None else line[column] for column in COLUMNS})


if __name__ == "__main__":
    sys.exit(main())
