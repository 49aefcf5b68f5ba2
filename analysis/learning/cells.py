"""How well a whole study's cells agree with a table of what is true, and which pages stand behind each mistake.

Compares findings with a truth table and judges nothing itself. A gap, of the study or of the truth, is neither right
nor wrong: it is listed with its reason and counted nowhere else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from study import ChannelEvidence, PageService, ServiceFinding, State, VendorHit
from taxonomy import Taxonomy

from .evaluate import Tally, macro, wilson

CELL_MEASURES = ("states", "channels", "products")
_JUDGED = (State.FOUND, State.NOT_FOUND)
WRONG, MISSED = "wrong", "missed"
_PAGES = ("no page", "one page", "several pages")
_MOST_TEXT = 200


@dataclass(frozen=True, slots=True)
class TrueCell:
    """What a person says of one cell; None for channels or products that were not looked for."""

    municipality_code: str
    service_id: str
    state: State
    channels: frozenset[str] | None = None
    products: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class CellTables:
    """The tables of a study that its cells and the pages behind them are read from."""

    findings: Sequence[ServiceFinding]
    services: Sequence[PageService]
    evidence: Sequence[ChannelEvidence]
    hits: Sequence[VendorHit]


@dataclass(frozen=True, slots=True)
class SpeakingPage:
    """A page that speaks for a cell: its score (None where none is kept), what it says, whether it is the best one."""

    url: str
    score: float | None
    says: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class CellGap:
    """A cell that cannot be compared, and why."""

    municipality_code: str
    service_id: str
    truth: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class CellMistake:
    """What one cell says wrongly (``kind`` wrong) or overlooks (missed) by one measure, and pages that speak for it.

    Of a state both are told, what is true and what is said; it is wrong where the service is said to be found.
    """

    measure: str
    kind: str
    municipality_code: str
    service_id: str
    overlooked: tuple[str, ...]
    said_wrongly: tuple[str, ...]
    rule: str
    confidence: float | None
    verification: str
    pages: tuple[SpeakingPage, ...]


@dataclass(frozen=True, slots=True)
class CellReport:
    """All figures; ``as_json`` is what `evaluate --study --json` prints."""

    cells: int
    municipalities: int
    untold: int
    measures: Mapping[str, Mapping[str, Any] | None]
    absent: Mapping[str, Any]
    gaps: tuple[CellGap, ...]
    mistakes: tuple[CellMistake, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values in a stable order; a measure that the truth does not hold is null."""
        return {
            "cells": self.cells,
            "compared": self.cells - len(self.gaps),
            "municipalities": self.municipalities,
            "cells_without_truth": self.untold,
            **{name: self.measures[name] for name in CELL_MEASURES},
            "absent": dict(self.absent),
            "gaps": [asdict(gap) for gap in self.gaps],
            "gaps_by_reason": dict(sorted(Counter(gap.reason for gap in self.gaps).items())),
            "mistakes": [
                {
                    **asdict(item),
                    **{key: list(getattr(item, key)) for key in ("overlooked", "said_wrongly")},
                    "pages": [asdict(page) for page in item.pages],
                }
                for item in self.mistakes
            ],
            "mistakes_by_pages": self._by_pages(),
            "pages": self._pages(),
        }

    def _by_pages(self) -> dict[str, dict[str, int]]:
        """How many mistakes of each kind have no page that speaks for them, one, or several."""
        counts = {kind: dict.fromkeys(_PAGES, 0) for kind in (WRONG, MISSED)}
        for item in self.mistakes:
            counts[item.kind][_PAGES[min(2, len(item.pages))]] += 1
        return counts

    def _pages(self) -> list[dict[str, Any]]:
        """The pages whose errors reach cells as something said wrongly, those of most mistakes first."""
        reached = Counter(
            (item.municipality_code, page.url) for item in self.mistakes if item.kind == WRONG for page in item.pages
        )
        return [
            {"municipality_code": code, "url": url, "mistakes": count}
            for (code, url), count in sorted(reached.items(), key=lambda pair: (-pair[1], pair[0]))
        ]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A cell of the truth and the study's, both judged, with the answers of each measure."""

    finding: ServiceFinding
    truth: TrueCell
    answers: Mapping[str, tuple[frozenset[str], frozenset[str]]]


def compare_cells(truth: Iterable[TrueCell], tables: CellTables, taxonomy: Taxonomy) -> CellReport:
    """Compares each cell that the truth names with the study's; cells that it does not name are only counted."""
    cells = sorted(truth, key=lambda cell: (cell.municipality_code, cell.service_id))
    findings = {(row.municipality_code, row.service_id): row for row in tables.findings}
    products: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for hit in tables.hits:
        products[hit.municipality_code, hit.service_id].add(hit.product_id)
    pairs, gaps = [], []
    for cell in cells:
        key = (cell.municipality_code, cell.service_id)
        finding = findings.get(key)
        if finding is None or finding.state not in _JUDGED or cell.state not in _JUDGED:
            gaps.append(_gap(cell, finding))
        else:
            pairs.append(_Pair(finding, cell, _answers(cell, finding, products[key], taxonomy)))
    pages = _Speakers(tables)
    return CellReport(
        cells=len(cells),
        municipalities=len({cell.municipality_code for cell in cells}),
        untold=len(findings.keys() - {(cell.municipality_code, cell.service_id) for cell in cells}),
        measures={name: _measure(name, pairs) for name in CELL_MEASURES},
        absent=_absent(pairs),
        gaps=tuple(gaps),
        mistakes=tuple(mistake for name in CELL_MEASURES for pair in pairs for mistake in _mistakes(name, pair, pages)),
    )


def _gap(cell: TrueCell, finding: ServiceFinding | None) -> CellGap:
    if finding is None:
        state, reason = "", "no row in the findings"
    else:
        state = finding.state.value
        reason = finding.state_reason.value if finding.state_reason else "no reason recorded"
        if finding.state in _JUDGED:
            reason = f"the truth says {cell.state.value}"
    return CellGap(cell.municipality_code, cell.service_id, cell.state.value, state, reason)


def _answers(
    cell: TrueCell, finding: ServiceFinding, products: set[str], taxonomy: Taxonomy
) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """What is true and what the study says, for each measure that the truth holds."""
    answers = {"states": (frozenset((cell.state.value,)), frozenset((finding.state.value,)))}
    if cell.channels is not None:
        answers["channels"] = (cell.channels, frozenset(finding.channels))
    if cell.products is not None:
        # What the market's figures leave out nobody has to list; where it is listed it counts.
        counted = {name for name in products if name in taxonomy.products and taxonomy.products[name].is_counted}
        answers["products"] = (cell.products, frozenset(counted | (products & cell.products)))
    return answers


def _measure(name: str, pairs: Sequence[_Pair]) -> dict[str, Any] | None:
    """Micro and macro figures and those of each class, theme and state; None where the truth holds nothing of it."""
    own = [pair for pair in pairs if name in pair.answers]
    if not own:
        return None
    whole = Tally()
    parts: dict[str, dict[str, Tally]] = {part: defaultdict(Tally) for part in ("by_class", "by_theme", "by_state")}
    for pair in own:
        expected, found = map(set, pair.answers[name])
        if name == "states":
            _add(parts["by_state"], expected, found)
            # As everywhere, what is measured is what is found: the absent are told apart.
            expected, found = ({State.FOUND.value} & side for side in (expected, found))
            parts["by_class"][pair.finding.service_id].add(expected, found)
        else:
            _add(parts["by_class"], expected, found)
            parts["by_state"][f"{pair.truth.state.value}, said {pair.finding.state.value}"].add(expected, found)
        whole.add(expected, found)
        parts["by_theme"][pair.finding.theme_id].add(expected, found)
    right = sum(pair.answers[name][0] == pair.answers[name][1] for pair in own)
    return {
        "micro": whole.as_json(),
        "macro": macro(parts["by_class"]),
        "cells": len(own),
        "accuracy": round(right / len(own), 4),
        "accuracy_interval": wilson(right, len(own)),
        **{part: {label: tallies[label].as_json() for label in sorted(tallies)} for part, tallies in parts.items()},
    }


def _add(tallies: dict[str, Tally], expected: set[str], found: set[str]) -> None:
    for label in expected | found:
        tallies[label].add(expected & {label}, found & {label})


def _absent(pairs: Sequence[_Pair]) -> dict[str, Any]:
    """Of the cells that are truly absent, those that the study says are not found."""
    absent = [pair for pair in pairs if pair.truth.state is State.NOT_FOUND]
    right = sum(pair.finding.state is State.NOT_FOUND for pair in absent)
    return {
        "cells": len(absent),
        "said_not_found": right,
        "share": round(right / len(absent), 4) if absent else None,
        "interval": wilson(right, len(absent)),
    }


def _mistakes(name: str, pair: _Pair, pages: _Speakers) -> Iterator[CellMistake]:
    expected, found = pair.answers.get(name, (frozenset(), frozenset()))
    overlooked, wrong = expected - found, found - expected
    if name == "states" and overlooked:
        kind = WRONG if State.FOUND.value in wrong else MISSED
        yield _mistake(name, kind, pair, (overlooked, wrong), pages)
        return
    if wrong:
        yield _mistake(name, WRONG, pair, (frozenset(), wrong), pages)
    if overlooked:
        yield _mistake(name, MISSED, pair, (overlooked, frozenset()), pages)


def _mistake(
    name: str, kind: str, pair: _Pair, answers: tuple[frozenset[str], frozenset[str]], pages: _Speakers
) -> CellMistake:
    row, (overlooked, wrong) = pair.finding, answers
    return CellMistake(
        measure=name,
        kind=kind,
        municipality_code=row.municipality_code,
        service_id=row.service_id,
        overlooked=tuple(sorted(overlooked)),
        said_wrongly=tuple(sorted(wrong)),
        rule=row.rule,
        confidence=row.confidence,
        verification=row.verification.value,
        pages=pages.of(name, row, overlooked, wrong),
    )


class _Speakers:
    """The pages of a study by the cells that they speak for."""

    def __init__(self, tables: CellTables) -> None:
        self._services: dict[tuple[str, str | None], list[PageService]] = defaultdict(list)
        self._evidence: dict[tuple[str, str | None], list[ChannelEvidence]] = defaultdict(list)
        self._hits: dict[tuple[str, str | None], list[VendorHit]] = defaultdict(list)
        for row in tables.services:
            self._services[row.municipality_code, row.service_id].append(row)
        for piece in tables.evidence:
            self._evidence[piece.municipality_code, piece.service_id].append(piece)
        for hit in tables.hits:
            self._hits[hit.municipality_code, hit.service_id].append(hit)

    def of(
        self, measure: str, row: ServiceFinding, overlooked: frozenset[str], wrong: frozenset[str]
    ) -> tuple[SpeakingPage, ...]:
        """The pages behind one mistake, the best page first, then by score.

        What is said wrongly rests on the pages that prove it; what is overlooked was to be seen on those that serve
        the service.
        """
        key = (row.municipality_code, row.service_id)
        said: list[tuple[str, float | None, str]] = []
        if measure == "channels":
            disputed = overlooked | wrong
            said += [_piece(item) for item in self._evidence[key] if item.channel in disputed]
        elif measure == "products":
            said += [
                (hit.url, None, f"{hit.product_id} ({hit.evidence_type}): {hit.target}")
                for hit in self._hits[key]
                if hit.product_id in wrong
            ]
            said += [_piece(item) for item in self._evidence[key] if overlooked and item.target_url]
        else:
            said += [_piece(item) for item in self._evidence[key]]
        if measure == "states" or overlooked:
            said += [(item.url, item.score, ", ".join(item.matched_terms)) for item in self._services[key]]
            if row.best_url:
                said.append((row.best_url, None, ""))
        return _merged(said, row.best_url)


def _piece(item: ChannelEvidence) -> tuple[str, float | None, str]:
    return item.url, item.confidence, f"{item.channel} ({item.cue}): {item.snippet}"


def _merged(said: Sequence[tuple[str, float | None, str]], best: str | None) -> tuple[SpeakingPage, ...]:
    """Each page once, with its highest score and what gave it."""
    highest: dict[str, tuple[float, str]] = {}
    for url, score, text in said:
        mark = (-1.0 if score is None else score, text)
        highest[url] = max(highest.get(url, mark), mark)
    pages = [
        SpeakingPage(url, None if score < 0 else score, text[:_MOST_TEXT], url == best)
        for url, (score, text) in highest.items()
    ]
    return tuple(sorted(pages, key=lambda page: (not page.is_best, -(page.score or 0.0), page.url)))
