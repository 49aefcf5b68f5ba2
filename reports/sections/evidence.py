"""The proof: for every grid cell with evidence the page, the words on it, when it was read and where it is kept."""

from __future__ import annotations

from reports import anchors
from reports.clean import plain, safe_href, short_url
from reports.context import Context
from reports.model import Block, Section
from reports.model_json import Later
from reports.proofs import Proof, ProofGroup, Proofs
from reports.words import Words
from study import SNIPPET_LENGTH, ChannelEvidence, ServiceFinding

ORDER = 95
ON_SCORECARD = True


def section(context: Context) -> Section | None:
    """The evidence appendix, one part per municipality that has any."""
    words = context.words
    parts = tuple(part for part in (_municipality(context, code) for code in context.shown) if part)
    if not parts:
        return None
    return Section(
        "evidence",
        words("evidence.title"),
        (context.paragraph("evidence.lead", "lead"),),
        parts,
        page=True,
        role="evidence",
    )


def _municipality(context: Context, code: str) -> Section | None:
    data = context.data
    proved = [s.id for s in data.services() if (code, s.id) in data.evidence]
    if not proved:
        return None
    words = context.words
    labels = {name: words(f"evidence.{name}") for name in ("page", "target", "back", "quote")}

    def blocks() -> tuple[Block, ...]:
        return (Proofs(labels, tuple(_group(context, code, service) for service in proved)),)

    return Section(anchors.proofs(code), context.municipality(code), Later(blocks), role="evidence-part")


def _group(context: Context, code: str, service_id: str) -> ProofGroup:
    words, data = context.words, context.data
    every = data.evidence[code, service_id]
    chosen = choose(every)
    finding = data.grid.get((code, service_id))
    items = tuple(_proof(context, row, anchors.proof(code, service_id, i)) for i, row in enumerate(chosen, start=1))
    more = words("evidence.more", n=len(every) - len(chosen)) if len(every) > len(chosen) else ""
    return ProofGroup(
        anchors.evidence(code, service_id),
        context.service(service_id),
        anchors.link(anchors.row(code, service_id)),
        _summary(context, finding),
        items,
        more,
    )


def choose(every: tuple[ChannelEvidence, ...]) -> list[ChannelEvidence]:
    """The surest piece of each kind of channel, surest first."""
    chosen: dict[tuple[str, str], ChannelEvidence] = {}
    for row in every:
        chosen.setdefault((row.channel, row.subtype), row)
    return list(chosen.values())


def _summary(context: Context, finding: ServiceFinding | None) -> str:
    words = context.words
    if finding is None:
        return ""
    parts = [context.state_words(finding), words(f"verification.{finding.verification.value}")]
    if not finding.verification.is_by_person and finding.confidence is not None:
        parts.append(words("evidence.confidence", value=words.number(finding.confidence, 2)))
    if finding.maturity is not None and (why := context.maturity_words(finding)):
        parts.append(words("maturity.because", level=words.number(finding.maturity), why=why))
    parts.append(words("evidence.why", code=finding.municipality_code, service=finding.service_id))
    return " · ".join(parts)


def _proof(context: Context, row: ChannelEvidence, anchor: str) -> Proof:
    words = context.words
    page = context.data.pages.get((row.municipality_code, row.url))
    kind = context.subtype(row.channel, row.subtype)
    facts = [(words("evidence.read"), words.day(page.fetched_at))] if page else []
    facts += [(words("evidence.cue"), plain(row.cue, 80))] if row.cue else []
    facts += [
        (words("evidence.sureness"), words.number(row.confidence, 2)),
        (words("evidence.kept"), _place(words, row)),
    ]
    return Proof(
        anchor,
        f"{context.channel(row.channel)}: {kind}" if kind else context.channel(row.channel),
        row.channel,
        plain(row.snippet, SNIPPET_LENGTH),
        (page.language or "") if page else "",
        safe_href(row.url),
        short_url(row.url, 90),
        safe_href(row.target_url) if not (row.target_url or "").startswith("mailto:") else "",
        short_url(row.target_url, 60),
        tuple(facts),
    )


def _place(words: Words, row: ChannelEvidence) -> str:
    # The archive's shelf mark: the file's ending is the program's own.
    return (
        words("evidence.place", file=row.warc_file.partition(".")[0], offset=str(row.warc_offset))
        if row.warc_file
        else words("sign.nothing")
    )
