"""`evaluate`: how well the analysis does on labelled pages, as JSON for programs, as tables for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis import EvaluationReport, cross_validate, evaluate
from study import UserError
from taxonomy import Taxonomy, load_taxonomy

from .exits import ExitStatus
from .labels import check_labels
from .pages import NamedPage, read_jsonl
from .progress import Steps, Talk
from .tables import console, figure, interval, safe, table, to_json

_MEASURES = ("page_type", "theme", "primary_service", "services", "channels", "vendors")
_OF_ONE_ANSWER = ("page_type", "theme", "primary_service")
_NUMBERS = ("precision", "recall", "F1", "F1 macro", "pages right", "right", "wrong", "missed", "pages", "score")
# Without -v: mistakes shown, and classes of services, most frequent mistakes first.
_MISTAKES, _CLASSES = 15, 12


def evaluate_pages(files: Sequence[Path], talk: Talk, *, country: str, as_json: bool, folds: int = 0) -> ExitStatus:
    """Print how well the analysis does on labelled pages; with -v every page it gets wrong.

    With ``folds`` the judges' weights are learned anew from the other municipalities' pages for each part. Raises
    UserError for labels that cannot be counted, or too few municipalities for the folds.
    """
    taxonomy = load_taxonomy(country)
    rows = [row for file in files for row in _labelled(file, taxonomy)]
    if not rows:
        raise UserError(f"{files[0]}: holds no page.", "Give a JSONL file of labelled pages, one a line.")
    with talk.steps("Evaluate", "page", len(rows)) as steps:
        if folds:
            try:
                report = cross_validate(rows, taxonomy, folds, progress=steps.update)
            except ModuleNotFoundError as error:
                raise UserError(
                    f"--folds learns the weights anew, which needs {error.name}.",
                    "Install it beside Kuntatutka: pip install 'kuntatutka[learn]'.",
                ) from error
            except ValueError as error:
                raise UserError(f"--folds: {error}.", "Choose from 2 to the number of municipalities.") from error
        else:
            report = evaluate(_counted(rows, steps), taxonomy)
    _show(report, folds, as_json=as_json, everything=talk.verbose > 0)
    return ExitStatus.DONE


def _show(report: EvaluationReport, folds: int, *, as_json: bool, everything: bool) -> None:
    content = report.as_json()
    if as_json:
        sys.stdout.write(to_json(content | ({"folds": folds} if folds else {}), indent=1))
    else:
        _print_evaluation(content, folds, everything=everything)


def _counted(rows: Sequence[dict[str, Any]], steps: Steps) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows):
        steps.update(number)
        yield row
    steps.update(len(rows))


def _print_evaluation(content: Mapping[str, Any], folds: int, *, everything: bool) -> None:
    out = console()
    languages = ", ".join(f"{count} {code}" for code, count in content["languages"].items())
    out.print(f"{content['pages']} pages of {content['municipalities']} municipalities ({languages})")
    if folds:
        out.print(f"{folds} folds: no page was judged by weights learned from its own municipality.")
    out.print()
    _print_measures(content)
    _print_languages(content)
    for name in ("channels", "page_type", "theme", "services"):
        _print_classes(content, name, everything=everything)
    _print_calibration(content)
    _print_mistakes(content["confusions"], everything=everything)


def _print_measures(content: Mapping[str, Any]) -> None:
    made = table("", "measure", "precision", "recall", "F1", "95 %", "F1 macro", "pages right", numbers=_NUMBERS)
    for name in _MEASURES:
        micro, macro = content[name]["micro"], content[name]["macro"]
        shares = [figure(micro[key]) for key in ("precision", "recall", "f1")]
        bounds = interval(micro.get("f1_interval"))
        made.add_row(name, *shares, bounds, figure(macro["f1"]), figure(content[name]["accuracy"]))
    console().print(made)


def _print_languages(content: Mapping[str, Any]) -> None:
    """One line a language: pages right where there is one answer a page, F1 where there are several."""
    if len(content["languages"]) < 2:
        return
    made = table("By language", "language", "pages", *_MEASURES, numbers=("pages", *_MEASURES))
    for code, count in content["languages"].items():
        figures = [
            figure(content[name]["by_language"].get(code, {}).get("accuracy" if name in _OF_ONE_ANSWER else "f1"))
            for name in _MEASURES
        ]
        made.add_row(code, str(count), *figures)
    console().print(made)


def _print_classes(content: Mapping[str, Any], name: str, *, everything: bool) -> None:
    rows = list(content[name]["by_class"].items())
    if not rows:
        return
    shown = rows
    if name == "services" and not everything:
        shown = sorted(rows, key=lambda row: (-row[1]["wrong"] - row[1]["missed"], row[0]))[:_CLASSES]
    columns = ("class", "precision", "95 %", "recall", "95 % ", "F1", "right", "wrong", "missed")
    made = table(f"{name}, class by class", *columns, numbers=_NUMBERS)
    for label, own in shown:
        counts = (str(own[key]) for key in ("right", "wrong", "missed"))
        made.add_row(
            label,
            figure(own["precision"]),
            interval(own["precision_interval"]),
            figure(own["recall"]),
            interval(own["recall_interval"]),
            figure(own["f1"]),
            *counts,
        )
    console().print(made)
    if len(shown) < len(rows):
        console().print(f"{len(rows) - len(shown)} services with fewer mistakes are left out: -v shows all.\n")


def _print_calibration(content: Mapping[str, Any]) -> None:
    """How often verdicts of about a score are right: 0.8 should be right four times in five."""
    made = table("Calibration", "verdict", "score from", "to", "pages", "score", "right", numbers=_NUMBERS)
    for name, own in content["calibration"].items():
        for number, part in enumerate(own["bins"]):
            gap = f"{name} (mean gap {figure(own['mean_gap'])})" if number == 0 else ""
            bounds = (f"{part['from']:.2f}", f"{part['to']:.2f}")
            made.add_row(gap, *bounds, str(part["count"]), figure(part["score"]), figure(part["right"]))
    if made.row_count:
        console().print(made)


def _print_mistakes(confusions: Sequence[Mapping[str, Any]], *, everything: bool) -> None:
    if not confusions:
        console().print("Nothing is wrong.")
        return
    shown = confusions if everything else confusions[:_MISTAKES]
    made = table("What it gets wrong", "measure", "page", "overlooked", "said wrongly", "because")
    for item in shown:
        cells = (item["page"], "\n".join(item["expected"]), "\n".join(item["found"]), item["reason"])
        made.add_row(item["measure"], *(safe(cell) for cell in cells))
    console().print(made)
    if len(shown) < len(confusions):
        console().print(f"{len(confusions) - len(shown)} more: -v shows all, --json gives them to programs.")


def _labelled(file: Path, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Rows of a labelled file with their HTML; raises UserError naming file, line and key."""
    pages = list(_readable(file))
    check_labels(file, pages, taxonomy)
    return [{**page.row, "html": page.source.body} for page in pages]


def _readable(file: Path) -> Iterator[NamedPage]:
    for page in read_jsonl(file):
        if page.problem is not None:
            raise page.problem
        yield page
