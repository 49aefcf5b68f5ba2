"""`inspect` and `evaluate`: what the analysis says of single pages, for programs as JSON, for people as tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import PageFindings, evaluate, examine
from study import PageUnavailableError, UserError
from taxonomy import Taxonomy, load_taxonomy

from .pages import read_jsonl, read_page_sources
from .progress import Steps, Talk

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def inspect_pages(names: Sequence[str], talk: Talk, *, url: str, country: str, as_json: bool) -> int:
    """Print what the analysis says of each page, in the order given; 1 when one could not be had."""
    taxonomy = load_taxonomy(country)
    missing = 0
    for name in names:
        try:
            for page in read_page_sources(name, url):
                _show(examine(page.source, taxonomy), taxonomy, as_json=as_json)
        except PageUnavailableError as error:
            talk.warn(str(error))
            missing += 1
    return 1 if missing else 0


def _show(findings: PageFindings, taxonomy: Taxonomy, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(findings_as_json(findings), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        _print_findings(findings, taxonomy)


def findings_as_json(findings: PageFindings) -> dict[str, Any]:
    """The findings as plain JSON values; dates as ISO text."""
    content: dict[str, Any] = _plain(asdict(findings))
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return _plain(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else value


def _print_findings(findings: PageFindings, taxonomy: Taxonomy) -> None:
    console = _console()
    console.print()
    console.print(f"[bold]{_safe(findings.title or findings.url)}[/bold]")
    console.print(_safe(findings.url), style="dim", soft_wrap=True)
    theme = taxonomy.themes.get(findings.theme or "")
    facts = [
        f"type {findings.page_type} ({findings.page_type_score:.2f})",
        f"language {findings.language or 'not told'}",
        f"theme {theme.name.get('en') if theme else 'none'}",
        f"identification {findings.authentication}",
    ]
    console.print(" · ".join(facts))
    for table in (
        _services(findings, taxonomy),
        _channels(findings),
        _products(findings, taxonomy),
        _reasons(findings),
    ):
        if table.row_count:
            console.print(table)
    if not findings.services:
        console.print("No service of the taxonomy is served by this page.")
    if findings.statement is not None:
        facts = [
            f"{key} {value}" for key, value in _plain(asdict(findings.statement)).items() if value not in (None, [])
        ]
        console.print("Accessibility statement: " + _safe(", ".join(facts)))


def _services(findings: PageFindings, taxonomy: Taxonomy) -> Table:
    table = _table("Services", "service", "score", "main", "because of")
    for hit in findings.services:
        name = taxonomy.services[hit.service_id].name.get("en") if hit.service_id in taxonomy.services else ""
        terms = "; ".join(dict.fromkeys(f"{use.text or use.term} ({use.where})" for use in hit.terms))
        table.add_row(f"{hit.service_id}\n{name}", f"{hit.score:.2f}", "yes" if hit.is_primary else "", _safe(terms))
    return table


def _channels(findings: PageFindings) -> Table:
    table = _table("Channels", "service", "channel", "sure", "proof", "leads to")
    for hit in findings.channels:
        kind = f"{hit.channel}{f' ({hit.subtype})' if hit.subtype else ''}{' - preferred' if hit.preferred else ''}"
        table.add_row(hit.service_id, kind, f"{hit.confidence:.2f}", _safe(hit.snippet), _safe(hit.target_url or ""))
    return table


def _products(findings: PageFindings, taxonomy: Taxonomy) -> Table:
    table = _table("Products", "product", "service", "seen as", "where")
    for hit in findings.vendors:
        product = taxonomy.products.get(hit.product_id)
        name = f"{hit.product_id}\n{product.name}" if product else hit.product_id
        table.add_row(_safe(name), hit.service_id or "", hit.evidence_type, _safe(hit.target))
    for unknown in findings.unknown_eservices:
        table.add_row("not in the catalogue", unknown.service_id or "", "host", _safe(unknown.target_url))
    return table


def _reasons(findings: PageFindings) -> Table:
    table = _table("Why", "verdict", "because", "where")
    for reason in findings.reasons:
        table.add_row(_safe(reason.verdict), _safe(reason.why), _safe(reason.where))
    return table


def evaluate_pages(files: Sequence[Path], talk: Talk, *, country: str, as_json: bool) -> int:
    """Print how well the analysis does on labelled pages; with -v every page it gets wrong."""
    taxonomy = load_taxonomy(country)
    rows = [row for file in files for row in _labelled(file)]
    if not rows:
        raise UserError(f"{files[0]}: holds no page.", "Give a JSONL file of labelled pages, one a line.")
    with talk.steps("Evaluate", "pages", len(rows)) as steps:
        report = evaluate(_counted(rows, steps), taxonomy)
    content = report.as_json()
    if as_json:
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    else:
        _print_evaluation(content, everything=talk.verbose > 0)
    return 0


def _counted(rows: Sequence[dict[str, Any]], steps: Steps) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows):
        steps.update(number)
        yield row
    steps.update(len(rows))


_MEASURES = ("page_type", "theme", "primary_service", "services", "channels", "vendors")


def _print_evaluation(content: dict[str, Any], *, everything: bool) -> None:
    console = _console()
    languages = ", ".join(f"{count} {code}" for code, count in content["languages"].items())
    console.print(f"{content['pages']} pages of {content['municipalities']} municipalities ({languages})")
    table = _table("", "measure", "precision", "recall", "F1", "95 %", "F1 macro", "pages right")
    for name in _MEASURES:
        micro, macro = content[name]["micro"], content[name]["macro"]
        interval = " to ".join(_figure(value) for value in micro.get("f1_interval") or ())
        shares = [_figure(micro[key]) for key in ("precision", "recall", "f1")]
        table.add_row(name, *shares, interval, _figure(macro["f1"]), _figure(content[name]["accuracy"]))
    console.print(table)
    for name in ("channels", "page_type", "theme"):
        table = _table(f"{name}, class by class", "class", "precision", "recall", "F1", "right", "wrong", "missed")
        for label, figures in content[name]["by_class"].items():
            shares = [_figure(figures[key]) for key in ("precision", "recall", "f1")]
            table.add_row(label, *shares, *(str(figures[key]) for key in ("right", "wrong", "missed")))
        console.print(table)
    confusions = content["confusions"]
    shown = confusions if everything else confusions[:15]
    table = _table("What it gets wrong", "measure", "page", "overlooked", "said wrongly", "because")
    for item in shown:
        cells = (item["page"], ", ".join(item["expected"]), ", ".join(item["found"]), item["reason"])
        table.add_row(item["measure"], *(_safe(cell) for cell in cells))
    console.print(table)
    if len(shown) < len(confusions):
        console.print(f"{len(confusions) - len(shown)} more: -v shows all, --json gives them to programs.")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _labelled(file: Path) -> Iterator[dict[str, Any]]:
    """Rows of a labelled file with their HTML; raises UserError naming file, page and key."""
    for number, page in enumerate(read_jsonl(file), start=1):
        problem = _label_problem(page.row.get("labels"))
        if problem:
            raise UserError(
                f"{file}: page {number} ({page.source.url}): {problem}.",
                "evaluate reads pages that people labelled; for pages without labels use `kuntatutka inspect`.",
            )
        yield {**page.row, "html": page.source.body}


def _label_problem(labels: Any) -> str:
    if not isinstance(labels, dict):
        return "`labels` is missing"
    for key in ("page_type", "theme", "primary_service"):
        if not isinstance(labels.get(key), str | None):
            return f"labels.{key} must be a text or null"
    for key in ("services", "vendors"):
        if not all(isinstance(item, str) for item in _as_list(labels.get(key))):
            return f"labels.{key} must be a list of ids"
    for item in _as_list(labels.get("channels")):
        if not (isinstance(item, dict) and isinstance(item.get("service"), str) and isinstance(item.get("type"), str)):
            return "labels.channels must be a list of objects with service and type"
    return ""


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [None]


def _safe(text: str) -> str:
    """Text of a page for Rich: brackets are no markup, control characters no commands to the terminal."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() or c == "\n" else " " for c in text))


def _console() -> Console:
    from rich.console import Console

    # Outside a terminal nobody folds the lines for us; 80 columns would cut every address in pieces.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 140)


def _table(title: str, *columns: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
