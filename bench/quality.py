"""The quality gate: figures on pages the judges did not learn from, against floors that may not fall unnoticed.

    python bench/quality.py              measure and compare with bench/floors.json; exit 1 if a floor is broken
    python bench/quality.py --raise      write higher floors where the figures allow it, and the marks of sure verdicts
    python bench/quality.py --lower "why"  write lower floors too; the reason is kept in the file
    python bench/quality.py --curve BATCH...  the learning curve: figures on batches against pages learned from

The blind batches of data/gold are cross-validated over municipalities, as `kuntatutka evaluate --folds` does, with the
other pages that bench/train.py learns from in every fold. Pages that rules were written on are measured by nothing. The
register's services and the texts that have nothing to do with municipalities are never learned from. The same files
give the same figures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.examine import examine, examine_page  # noqa: E402
from analysis.findings import PageSource  # noqa: E402
from analysis.judges.theme import theme_of_text  # noqa: E402
from analysis.learning.crossvalidation import cross_validate  # noqa: E402
from analysis.learning.evaluate import (  # noqa: E402
    EvaluationReport,
    judge,
    report_on,
)
from analysis.learning.examples import read_examples  # noqa: E402
from analysis.learning.training import train  # noqa: E402
from bench import gold  # noqa: E402
from bench.train import rows_to_learn_from  # noqa: E402
from study import CHANNELS  # noqa: E402
from taxonomy import Taxonomy, load_taxonomy  # noqa: E402

MARKS = ROOT / "analysis" / "models" / "marks.json"
_FOLDS = 4
_SHARES = (0.25, 0.5, 0.75, 1.0)
# What is not found is sure where no page came near to serving it.
_NOT_FOUND = 0.8
REGISTER = ROOT / "data" / "real" / "ptv_naantali_services.jsonl"
FOREIGN = ROOT / "data" / "other" / "non_municipal.jsonl"
FLOORS = ROOT / "bench" / "floors.json"
# Floors stand this far below the figure at which they were set.
SLACK = 0.01


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def register_figures(rows: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> dict[str, float]:
    """How often the theme of a register's service is told from its full text and from its name alone."""
    clear = [row for row in rows if row.get("theme")]
    full = name_only = 0
    for row in clear:
        name = row["names"]["fi"]
        text = " ".join((row.get(key) or {}).get("fi") or "" for key in ("summary", "description", "instruction"))
        full += theme_of_text(name, text, "fi", taxonomy)[0] == row["theme"]
        name_only += theme_of_text(name, "", "fi", taxonomy)[0] == row["theme"]
    return {"register.full_text": full / len(clear), "register.name_only": name_only / len(clear)}


def foreign_figures(rows: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> dict[str, float]:
    """The share of texts without any municipal matter that are left without a service."""
    clean = 0
    for row in rows:
        body = "".join(f"<p>{paragraph}</p>" for paragraph in row["paragraphs"])
        head = f"<head><title>{row['title']}</title></head>"
        html = f"<html lang='fi'>{head}<body><h1>{row['title']}</h1>{body}</body></html>"
        clean += not examine(PageSource(f"https://paper.example/{row['id']}", html), taxonomy).services
    return {"non_municipal.left_alone": clean / len(rows)}


def figures_of(report: EvaluationReport) -> dict[str, float]:
    """The pinned figures of an evaluation, by name."""
    data = report.as_json()
    figures = {
        "page_type.accuracy": data["page_type"]["accuracy"],
        "theme.accuracy": data["theme"]["accuracy"],
        "primary_service.accuracy": data["primary_service"]["accuracy"],
        "services.f1": data["services"]["f1_micro"],
        "channels.f1": data["channels"]["f1_micro"],
        "vendors.f1": data["vendors"]["f1_micro"],
    }
    by_channel = data["channels"]["by_class"]
    figures |= {f"channel.{name}.f1": by_channel.get(name, {}).get("f1") or 0.0 for name in CHANNELS}
    for language, own in data["services"]["by_language"].items():
        figures[f"services.{language}.f1"] = own["f1"] or 0.0
    return figures


def compare(figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What is wrong: figures below their floor, floors without a figure. Empty means the gate is open."""
    faults = [f"{name}: no figure for this floor" for name in sorted(floors) if name not in figures]
    for name in sorted(set(floors) & set(figures)):
        value = figures[name]
        # A gap between stated and seen certainty may not grow; all else may not fall.
        if name.startswith("gap."):
            if math.isnan(value) or value > floors[name]:
                faults.append(f"{name}: {value:.4f} is above {floors[name]:.4f}, the most that it may be")
        elif math.isnan(value) or value < floors[name]:
            faults.append(f"{name}: {value:.4f} is below its floor {floors[name]:.4f}")
    return faults


def new_floors(figures: Mapping[str, float], floors: Mapping[str, float], *, lower: bool) -> dict[str, float]:
    """Floors a little below the figures; lower ones than now only where asked for."""
    fresh = {
        name: round(
            value + SLACK if name.startswith("gap.") else max(0.0, math.floor((value - SLACK) * 1000) / 1000), 3
        )
        for name, value in figures.items()
    }
    if lower:
        return fresh
    return {
        name: (min if name.startswith("gap.") else max)(value, floors.get(name, value)) for name, value in fresh.items()
    }


def _a_little_worse(name: str, value: float) -> float:
    return round(value + SLACK if name.startswith("gap.") else max(0.0, math.floor((value - SLACK) * 1000) / 1000), 3)


def digest(paths: Sequence[Path]) -> str:
    """What the figures were measured on: a change of the data is no change of the product."""
    content = hashlib.sha256()
    for path in paths:
        content.update(path.read_bytes())
    return content.hexdigest()[:16]


def measure() -> tuple[dict[str, float], float]:
    """All pinned figures, and from which score on a service is surely served."""
    taxonomy = load_taxonomy("fi")
    learned = rows_to_learn_from(taxonomy)
    blind = [row for row in learned if row["trust"] == 1.0]
    also = [row for row in learned if row["trust"] != 1.0]
    report = cross_validate(blind, taxonomy, _FOLDS, also=also, sayings=gold.sayings(taxonomy))
    figures = figures_of(report)
    figures |= {f"gap.{name}": report.calibration[name]["mean_gap"] for name in ("services", "channels")}
    figures |= register_figures(rows_of(REGISTER), taxonomy) | foreign_figures(rows_of(FOREIGN), taxonomy)
    return figures, report.calibration["services"]["sure_from"]


def curve(batches: Sequence[Path]) -> None:
    """Prints F1 on the batches against the number of pages learned from; municipalities of the batches are left out."""
    taxonomy = load_taxonomy("fi")
    tested = [row for path in batches for row in rows_of(path)]
    places = {row["municipality"] for row in tested}
    learned = [row for row in rows_to_learn_from(taxonomy) if row["municipality"] not in places]
    examples = read_examples(learned, taxonomy)
    pages = read_examples(tested, taxonomy)
    order = random.Random(1).sample(range(len(examples)), len(examples))
    for share in _SHARES:
        models = train(
            [examples[number] for number in order[: int(share * len(order))]], taxonomy, gold.sayings(taxonomy)
        )
        judged = [
            judge(row, taxonomy, lambda _, own, page=page: examine_page(page.view.page, own, models=models))  # type: ignore[misc]  # noqa: B023
            for row, page in zip(tested, pages, strict=True)
        ]
        figures = figures_of(report_on(judged))
        told = ", ".join(f"{name} {figures[name]:.3f}" for name in ("page_type.accuracy", "services.f1", "channels.f1"))
        print(f"{int(share * len(order)):5d} pages learned from: {told}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, compares; 1 where a floor is broken or the data changed unannounced."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", action="store_true", dest="raised")
    parser.add_argument("--lower", metavar="WHY", default="")
    parser.add_argument("--curve", type=Path, nargs="+", default=[])
    options = parser.parse_args(arguments)
    if options.curve:
        curve(options.curve)
        return 0
    pinned = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {"floors": {}, "data": ""}
    figures, sure = measure()
    data = digest((*(batch.path for batch in gold.batches()), REGISTER, FOREIGN))
    for name in sorted(figures):
        print(f"{name:28s} {figures[name]:.4f}   floor {pinned['floors'].get(name, 0.0):.3f}")
    if options.raised or options.lower:
        floors = new_floors(figures, pinned["floors"], lower=bool(options.lower))
        reasons = [*pinned.get("lowered", []), *([options.lower] if options.lower else [])]
        text = json.dumps(
            {"data": data, "floors": floors, "lowered": reasons}, indent=1, sort_keys=True, ensure_ascii=False
        )
        FLOORS.write_text(text + "\n", encoding="utf-8")
        marks = {"found": round(sure, 2), "not_found": _NOT_FOUND}
        MARKS.write_text(json.dumps(marks, indent=1) + "\n", encoding="utf-8")
        return 0
    faults = compare(figures, pinned["floors"])
    if data != pinned["data"]:
        faults.append("the measured data changed: set the floors anew with --raise, or --lower and a reason")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
