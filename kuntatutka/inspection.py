"""`inspect`: what the analysis says of single pages and why, as JSON lines for programs, in words for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from analysis import ChannelHit, PageFindings, ServiceHit, examine
from study import PageUnavailableError, UserError
from taxonomy import Taxonomy, in_common, load_taxonomy

from .exits import ExitStatus
from .pages import NamedPage, read_page_sources
from .progress import Talk
from .signals import in_words
from .tables import console, grid, printable, safe, table, to_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

# Proofs shown for one service and channel; --json has them all.
_PROOFS = 2
# Candidates below this were never near being served.
_WORTH_TELLING = 0.05


def inspect_pages(
    names: Sequence[str],
    talk: Talk,
    *,
    url: str,
    country: str,
    as_json: bool,
    private_hosts: Sequence[str] = (),
) -> ExitStatus:
    """Print what the analysis says of each page, in the order given; 1 when one could not be had.

    A line of a JSONL file that holds no page has its place in the output too; the first of them is raised at the end.
    """
    taxonomy = load_taxonomy(country)
    missing = 0
    broken: list[UserError] = []
    for name in names:
        try:
            for page in read_page_sources(name, url, private_hosts):
                if page.problem is not None:
                    broken.append(page.problem)
                _show(page, taxonomy, as_json=as_json)
        except PageUnavailableError as error:
            talk.warn(str(error))
            missing += 1
    for problem in broken[1:]:
        talk.warn(str(problem))
    if broken:
        raise broken[0]
    return ExitStatus.FAILED if missing else ExitStatus.DONE


def _show(page: NamedPage, taxonomy: Taxonomy, *, as_json: bool) -> None:
    findings = examine(page.source, taxonomy)
    if as_json:
        # The address as it was given, so that lines can be joined again even where it cannot be taken apart.
        own = {"url": findings.url or page.source.url}
        problem = {"problem": page.problem.message} if page.problem is not None else {}
        sys.stdout.write(to_json(findings_as_json(findings) | own | problem))
        sys.stdout.flush()
    elif page.problem is None:
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
    out = console()
    out.print()
    out.print(f"[bold]{safe(findings.title or findings.url)}[/bold]")
    out.print(safe(findings.url), style="dim", soft_wrap=True)
    out.print()
    out.print(_verdicts(findings, taxonomy))
    _print_services(out, findings, taxonomy)
    for made in (_channels(findings), _products(findings, taxonomy), _left_out(findings, taxonomy)):
        if made.row_count:
            out.print()
            out.print(made)


def _verdicts(findings: PageFindings, taxonomy: Taxonomy) -> Table:
    facts = grid()
    kind = taxonomy.page_types.get(findings.page_type)
    why = _why(findings, f"page_type:{findings.page_type}")
    name = f"{findings.page_type} - {in_common(kind.name)}" if kind else findings.page_type
    facts.add_row("type", f"[bold]{safe(name)}[/bold]  {findings.page_type_score:.2f}")
    facts.add_row("", safe(in_words(why, of="page")))
    theme = taxonomy.themes.get(findings.theme or "")
    because = _why(findings, f"theme:{findings.theme}")
    facts.add_row("theme", f"[bold]{safe(in_common(theme.name)) if theme else 'none'}[/bold]  {safe(because)}")
    language = taxonomy.languages.get(findings.language)
    told = in_common(language.name) if language else findings.language or "not told"
    facts.add_row("language", safe(f"{told}{_versions(findings)}"))
    facts.add_row("log-in", "nothing said" if findings.authentication == "unknown" else findings.authentication)
    if findings.statement is not None:
        facts.add_row("statement", safe(_statement(findings.statement)))
    return facts


def _versions(findings: PageFindings) -> str:
    others = sorted(code for code in findings.alternates if code != findings.language)
    return f", also in {', '.join(others)}" if others else ""


def _statement(statement: Any) -> str:
    facts = {
        "compliance": statement.compliance,
        "assessed on": statement.assessed_on,
        "feedback by": statement.feedback_channel,
        "supervised by": statement.enforcement_body,
        "lacks": ", ".join(statement.problems),
    }
    return " · ".join(f"{name} {value}" for name, value in facts.items() if value)


def _why(findings: PageFindings, verdict: str) -> str:
    return next((reason.why for reason in findings.reasons if reason.verdict == verdict), "")


def _print_services(out: Console, findings: PageFindings, taxonomy: Taxonomy) -> None:
    out.print()
    if not findings.services:
        out.print("[bold]Services[/bold]  none of the taxonomy is served by this page")
        return
    out.print("[bold]Services[/bold]")
    for hit in findings.services:
        out.print()
        out.print(f"  {hit.score:.2f}  [bold]{safe(_named(hit.service_id, taxonomy))}[/bold]{_main(hit)}")
        facts = grid()
        why = _why(findings, f"service:{hit.service_id}").partition(": ")[2]
        facts.add_row("      because", safe(in_words(why, of="service")))
        facts.add_row("      words", safe(_words(hit)))
        out.print(facts)


def _main(hit: ServiceHit) -> str:
    return "  main service" if hit.is_primary else ""


def _named(service_id: str, taxonomy: Taxonomy) -> str:
    service = taxonomy.services.get(service_id)
    return f"{service_id} - {in_common(service.name)}" if service else service_id


def _words(hit: ServiceHit) -> str:
    """The words that gave a service, by the place where they stand."""
    places: dict[str, list[str]] = {}
    for use in hit.terms:
        words = places.setdefault(use.where, [])
        if (use.text or use.term) not in words:
            words.append(use.text or use.term)
    return " · ".join(f"{where}: {', '.join(words)}" for where, words in places.items())


def _channels(findings: PageFindings) -> Table:
    made = table("Channels", "service", "channel", "sure", "proof", "leads to", numbers=("sure",))
    hits = sorted(findings.channels, key=lambda hit: (hit.service_id, hit.channel))  # stable: surest first
    for _, own in groupby(hits, key=lambda hit: (hit.service_id, hit.channel)):
        pieces = list(own)
        for number, hit in enumerate(pieces[:_PROOFS]):
            more = len(pieces) - _PROOFS if number == _PROOFS - 1 else 0
            made.add_row(
                "" if number else hit.service_id,
                _channel_name(hit) if number == 0 or hit.subtype != pieces[0].subtype else "",
                f"{hit.confidence:.2f}" if number == 0 else "",
                _proof(hit, more),
                safe(hit.target_url or ""),
            )
        why = _why(findings, f"channel:{pieces[0].service_id}:{pieces[0].channel}")
        if why:
            made.add_row("", "", "", safe(in_words(why, of="channel")), "", style="dim")
    return made


def _channel_name(hit: ChannelHit) -> str:
    return f"{hit.channel}{f' ({hit.subtype})' if hit.subtype else ''}{', preferred' if hit.preferred else ''}"


def _proof(hit: ChannelHit, more: int) -> Text:
    """The proof with the words that decided it in bold; how many more there are."""
    from rich.text import Text

    told = Text(printable(hit.snippet))
    cue = printable(hit.cue)
    at = told.plain.casefold().find(cue.casefold()) if cue else -1
    if at >= 0:
        told.stylize("bold", at, at + len(cue))
    elif cue:
        told.append(f"  [{cue}]", style="dim")
    if more > 0:
        told.append(f"  (and {more} more)", style="dim")
    return told


def _products(findings: PageFindings, taxonomy: Taxonomy) -> Table:
    made = table("Products", "product", "for", "seen as", "where")
    for hit in findings.vendors:
        product = taxonomy.products.get(hit.product_id)
        name = f"{hit.product_id} - {product.name}" if product else hit.product_id
        made.add_row(safe(name), hit.service_id or "the page", hit.evidence_type, safe(hit.target))
    for unknown in findings.unknown_eservices:
        made.add_row("not in the catalogue", unknown.service_id or "the page", "host", safe(unknown.target_url))
    return made


def _left_out(findings: PageFindings, taxonomy: Taxonomy) -> Table:
    """Services that were considered and are not served, with what spoke for them all the same."""
    made = table("Considered and left out", "score", "service", "what spoke for it", "found in", numbers=("score",))
    served = {hit.service_id for hit in findings.services}
    for verdict, why, where in _considered(findings):
        score, _, signals = why.partition(": ")
        if verdict not in served and float(score) >= _WORTH_TELLING:
            name = safe(_named(verdict, taxonomy))
            made.add_row(score, name, safe(in_words(signals, of="service")), safe(where))
    return made


def _considered(findings: PageFindings) -> Iterable[tuple[str, str, str]]:
    for reason in findings.reasons:
        kind, _, subject = reason.verdict.partition(":")
        if kind == "service":
            yield subject, reason.why, reason.where
