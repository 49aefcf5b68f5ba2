"""How well the analysis does on labelled pages.

Precision, recall, F1, intervals, calibration, confusions with their reasons.

The measure behind `kuntatutka evaluate` and bench/quality.py. It compares labels with findings and judges nothing
itself; the same rows give the same report.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.examine import examine
from analysis.findings import PageFindings, PageSource
from taxonomy import Taxonomy

from .labels import labels_of, what_is_measured

Examine = Callable[[PageSource, Taxonomy], PageFindings]
Row = Mapping[str, Any]
# Measures of one answer a page (none is an answer) and of sets.
SINGLE = ("page_type", "theme", "primary_service")
SETS = ("services", "channels", "vendors")
_Z = 1.96
SURE = 0.97
"""How often a verdict must be right to be said without a person's look."""
_RESAMPLES = 400
_BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0001)


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed answers; counts only."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, expected: set[str], got: set[str]) -> None:
        """Counts one page."""
        self.right += len(expected & got)
        self.wrong += len(got - expected)
        self.missed += len(expected - got)

    def as_json(self) -> dict[str, Any]:
        """Counts, precision, recall and F1 with Wilson intervals; null where nothing was there to find."""
        said, there = self.right + self.wrong, self.right + self.missed
        return {
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": _share(self.right, said),
            "precision_interval": wilson(self.right, said),
            "recall": _share(self.right, there),
            "recall_interval": wilson(self.right, there),
            "f1": self.f1(),
        }

    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where there was nothing to say and nothing said."""
        whole = 2 * self.right + self.wrong + self.missed
        return round(2 * self.right / whole, 4) if whole else None


def wilson(right: int, whole: int) -> list[float] | None:
    """The 95 % interval of a share (Wilson); None for an empty whole."""
    if not whole:
        return None
    share = right / whole
    middle = (share + _Z * _Z / (2 * whole)) / (1 + _Z * _Z / whole)
    half = _Z * math.sqrt(share * (1 - share) / whole + _Z * _Z / (4 * whole * whole)) / (1 + _Z * _Z / whole)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled page with what was expected and found, per measure."""

    name: str
    url: str
    group: str
    language: str
    expected: Mapping[str, frozenset[str]]
    found: Mapping[str, frozenset[str]]
    findings: PageFindings


@dataclass(frozen=True, slots=True)
class Confusion:
    """A page where a measure went wrong, and why the analysis said what it said."""

    measure: str
    page: str
    url: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """All figures; ``as_json`` is what `evaluate --json` prints."""

    pages: int
    municipalities: int
    measures: Mapping[str, Mapping[str, Any]]
    calibration: Mapping[str, Any]
    confusions: tuple[Confusion, ...]
    languages: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values in a stable order."""
        return {
            "pages": self.pages,
            "municipalities": self.municipalities,
            "languages": dict(self.languages),
            **{name: dict(figures) for name, figures in self.measures.items()},
            "calibration": dict(self.calibration),
            "confusions": [
                {
                    "measure": item.measure,
                    "page": item.page,
                    "url": item.url,
                    "expected": list(item.expected),
                    "found": list(item.found),
                    "reason": item.reason,
                }
                for item in self.confusions
            ],
        }


def evaluate(rows: Iterable[Row], taxonomy: Taxonomy, examine_page: Examine = examine) -> EvaluationReport:
    """Examines each labelled page and compares; rows are as in CONTRACT ("Labelled pages")."""
    return report_on([judge(row, taxonomy, examine_page) for row in rows])


def judge(row: Row, taxonomy: Taxonomy, examine_page: Examine = examine) -> Judged:
    """One row examined."""
    labels = labels_of(row, taxonomy)
    findings = what_is_measured(labels, examine_page(PageSource(row["url"], row["html"]), taxonomy))
    group = str(row.get("municipality") or row["url"])
    language = str(row.get("lang") or findings.language or "?")
    return Judged(
        str(row.get("id") or row["url"]), row["url"], group, language, _expected(labels), _found(findings), findings
    )


def _expected(labels: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    channels = {f"{item['service']}:{item['type']}" for item in labels.get("channels") or ()}
    expected = {
        "page_type": _one(labels.get("page_type")),
        "theme": _one(labels.get("theme")),
        "primary_service": _one(labels.get("primary_service")),
        "services": frozenset(labels.get("services") or ()),
        "channels": frozenset(channels),
        "vendors": frozenset(labels.get("vendors") or ()),
    }
    # Labels about some services only do not say what they leave out; others say that there is none.
    return {name: answer for name, answer in expected.items() if name in labels or "about" not in labels}


def _found(findings: PageFindings) -> dict[str, frozenset[str]]:
    return {
        "page_type": _one(findings.page_type),
        "theme": _one(findings.theme),
        "primary_service": _one(next((hit.service_id for hit in findings.services if hit.is_primary), None)),
        "services": frozenset(hit.service_id for hit in findings.services),
        "channels": frozenset(f"{hit.service_id}:{hit.channel}" for hit in findings.channels),
        "vendors": frozenset(hit.product_id for hit in findings.vendors),
    }


def _one(value: str | None) -> frozenset[str]:
    return frozenset((value,)) if value else frozenset()


def report_on(judged: Sequence[Judged]) -> EvaluationReport:
    """The figures over pages that were judged already (by whatever models)."""
    measures = {name: _measure(name, [p for p in judged if name in p.expected]) for name in (*SINGLE, *SETS)}
    confusions = [confusion for page in judged for confusion in _confusions(page)]
    return EvaluationReport(
        pages=len(judged),
        municipalities=len({page.group for page in judged}),
        measures=measures,
        calibration=_calibration(judged),
        confusions=tuple(sorted(confusions, key=lambda item: (item.measure, item.page))),
        languages=dict(sorted(Counter(page.language for page in judged).items())),
    )


def _class_of(measure: str, answer: str) -> str:
    return answer.partition(":")[2] if measure == "channels" else answer


def _measure(name: str, judged: Sequence[Judged]) -> dict[str, Any]:
    whole = Tally()
    classes: dict[str, Tally] = defaultdict(Tally)
    languages: dict[str, Tally] = defaultdict(Tally)
    exact: Counter[str] = Counter()
    for page in judged:
        expected, found = set(page.expected[name]), set(page.found[name])
        whole.add(expected, found)
        languages[page.language].add(expected, found)
        exact[page.language] += expected == found
        for label in {_class_of(name, answer) for answer in expected | found}:
            own = [{answer for answer in side if _class_of(name, answer) == label} for side in (expected, found)]
            classes[label].add(own[0], own[1])
    counts = Counter(page.language for page in judged)
    right = sum(exact.values())
    micro = whole.as_json()
    micro["f1_interval"] = _resampled_f1(name, judged)
    means = macro(classes)
    return {
        "micro": micro,
        "macro": means,
        "f1_micro": micro["f1"],
        "f1_macro": means["f1"],
        "accuracy": _share(right, len(judged)),
        "accuracy_interval": wilson(right, len(judged)),
        "by_class": {label: classes[label].as_json() for label in sorted(classes)},
        "by_language": {
            code: {**languages[code].as_json(), "pages": counts[code], "accuracy": _share(exact[code], counts[code])}
            for code in sorted(languages)
        },
    }


def macro(classes: Mapping[str, Tally]) -> dict[str, Any]:
    """Means over the classes that occur in the labels; a class only ever said wrongly lowers the micro figures."""
    there = [tally for tally in classes.values() if tally.right + tally.missed]
    if not there:
        return {"precision": None, "recall": None, "f1": None, "classes": 0}
    precision = [tally.right / max(1, tally.right + tally.wrong) for tally in there]
    recall = [tally.right / (tally.right + tally.missed) for tally in there]
    means = [round(sum(values) / len(there), 4) for values in (precision, recall, [t.f1() or 0.0 for t in there])]
    return {"precision": means[0], "recall": means[1], "f1": means[2], "classes": len(there)}


def _resampled_f1(name: str, judged: Sequence[Judged]) -> list[float] | None:
    """The 95 % interval of the micro F1 by resampling municipalities, as pages of one are not independent."""
    groups: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for page in judged:
        tally = Tally()
        tally.add(set(page.expected[name]), set(page.found[name]))
        groups[page.group].append((tally.right, tally.wrong, tally.missed))
    sums = [tuple(map(sum, zip(*groups[group], strict=True))) for group in sorted(groups)]
    if not sums:
        return None
    draw = random.Random(7)  # a fixed seed: the interval belongs to the data, not to the moment
    figures = []
    for _ in range(_RESAMPLES):
        right, wrong, missed = map(sum, zip(*draw.choices(sums, k=len(sums)), strict=True))
        if right + wrong + missed:
            figures.append(2 * right / (2 * right + wrong + missed))
    if not figures:
        return None
    figures.sort()
    return [round(figures[int(0.025 * len(figures))], 4), round(figures[int(0.975 * len(figures)) - 1], 4)]


def _calibration(judged: Sequence[Judged]) -> dict[str, Any]:
    """For each kind of score: how often verdicts of about that score are right, and the mean gap between both."""
    verdicts: dict[str, list[tuple[float, bool]]] = {"page_type": [], "services": [], "channels": []}
    for page in judged:
        findings = page.findings
        if "page_type" in page.expected:
            is_right = page.expected["page_type"] == page.found["page_type"]
            verdicts["page_type"].append((findings.page_type_score, is_right))
        served, offered = page.expected.get("services", ()), page.expected.get("channels", ())
        verdicts["services"] += [(hit.score, hit.service_id in served) for hit in findings.services]
        verdicts["channels"] += [
            (hit.confidence, f"{hit.service_id}:{hit.channel}" in offered) for hit in findings.channels
        ]
    return {name: {**_bins(pairs), **sure_share(pairs)} for name, pairs in verdicts.items()}


def sure_share(pairs: Sequence[tuple[float, bool]], wanted: float = SURE) -> dict[str, Any]:
    """From which score on verdicts are right as often as wanted (``sure_from``), and the share of all that this is.

    The longest run of surest verdicts that is right often enough; 1.0 and nought where none is.
    """
    right, best = 0, 0
    ordered = sorted(pairs, key=lambda pair: -pair[0])
    for number, (_, is_right) in enumerate(ordered, start=1):
        right += is_right
        if right >= wanted * number and (number == len(ordered) or ordered[number][0] < ordered[number - 1][0]):
            best = number
    mark = ordered[best - 1][0] if best else 1.0
    return {"sure_from": round(mark, 4), "sure_share": round(best / len(ordered), 4) if ordered else 0.0}


def _bins(pairs: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    gap = 0.0
    for low, high in zip((0.0, *_BINS), _BINS, strict=False):
        inside = [(score, right) for score, right in pairs if low <= score < high]
        if inside:
            mean = sum(score for score, _ in inside) / len(inside)
            share = sum(right for _, right in inside) / len(inside)
            gap += abs(mean - share) * len(inside)
            rows.append(
                {
                    "from": low,
                    "to": min(1.0, high),
                    "count": len(inside),
                    "score": round(mean, 3),
                    "right": round(share, 3),
                }
            )
    return {"bins": rows, "mean_gap": round(gap / len(pairs), 4) if pairs else None, "count": len(pairs)}


def _confusions(page: Judged) -> Iterable[Confusion]:
    for name in (name for name in (*SINGLE, *SETS) if name in page.expected):
        expected, found = page.expected[name], page.found[name]
        if expected == found:
            continue
        missing, extra = tuple(sorted(expected - found)), tuple(sorted(found - expected))
        yield Confusion(name, page.name, page.url, missing, extra, _reason(name, page.findings, (*extra, *missing)))


def _reason(name: str, findings: PageFindings, answers: Sequence[str]) -> str:
    """What the analysis itself gave as the reason for (or against) the answers."""
    if name == "channels":
        own = {f"{hit.service_id}:{hit.channel}": f"{hit.cue}: {hit.snippet}" for hit in findings.channels}
        return "; ".join(own[answer] for answer in answers if answer in own)[:400]
    if name == "vendors":
        return "; ".join(f"{hit.evidence_type}: {hit.target}" for hit in findings.vendors if hit.product_id in answers)[
            :400
        ]
    subject = {"primary_service": "service", "services": "service"}.get(name, name)
    wanted = {f"{subject}:{answer}" for answer in answers}
    reasons = [
        reason
        for reason in findings.reasons
        if reason.verdict in wanted or (name in ("theme", "page_type") and reason.verdict.startswith(f"{name}:"))
    ]
    return "; ".join(f"{reason.verdict} {reason.why}" for reason in reasons)[:400]
