"""The indicators beyond axe-core: when they pass, fail, or cannot tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from analysis.indicators import Inputs, indicator_modules, indicator_words, run_indicators
from analysis.page.quality import PageQuality, PdfQuality
from study import (
    AccessibilityPage,
    AccessibilityViolation,
    ChannelEvidence,
    CrawlStatus,
    EservicePath,
    IndicatorResult,
    MunicipalityStatus,
    Outcome,
    PageRecord,
    PageService,
    ServiceFinding,
    State,
    Verification,
    columns_of,
)
from taxonomy import load_taxonomy

AT = datetime(2026, 11, 1, tzinfo=UTC)
TAXONOMY = load_taxonomy("fi")


def make(record: Any, **values: Any) -> Any:
    """A row whose columns that are not given are empty."""
    blank: dict[str, Any] = {"string": "", "int64": 0, "double": 0.0, "bool": False}
    rest = {
        c.name: None if c.nullable else () if "list" in str(c.type) else blank.get(str(c.type), AT)
        for c in columns_of(record)
        if c.name not in values
    }
    return record(**values, **rest)


TOWN = make(MunicipalityStatus, code="901", status=CrawlStatus.COMPLETE)


def quality(path: str, **values: Any) -> PageQuality:
    given: dict[str, Any] = {
        "title": path, "language": "fi", "marked_language": "fi", "links": 5, "empty_links": (), "words": 100,
        "sentence_words": 9.0, "lix": 55.0,
    }  # fmt: skip
    return PageQuality(url=f"https://a.example/{path}", **(given | values))


def audited(path: str, **values: Any) -> AccessibilityPage:
    given = {"is_own": True, "overflow_pixels": 0, "weight_bytes": 500_000, "requests": 9, "third_party_requests": 0}
    page: AccessibilityPage = make(AccessibilityPage, url=f"https://a.example/{path}", error=None, **(given | values))
    return page


def outcome(indicator: str, **given: Any) -> IndicatorResult:
    tables: dict[str, Any] = dict.fromkeys(
        ("pages", "service_findings", "channel_evidence", "page_services", "accessibility_statements"), ()
    )
    known: dict[str, Any] = {"languages": ("fi", "sv"), "taxonomy": TAXONOMY}
    inputs = Inputs(municipality=TOWN, **(known | tables | given))
    return next(row for row in run_indicators(inputs) if row.indicator == indicator)


def record(path: str, sha256: str = "") -> PageRecord:
    page: PageRecord = make(PageRecord, url=f"https://a.example/{path}", sha256=sha256 or path)
    return page


def violation(path: str, impact: str = "serious", level: str = "AA") -> AccessibilityViolation:
    url = f"https://a.example/{path}"
    row: AccessibilityViolation = make(AccessibilityViolation, url=url, impact=impact, level=level, rule_id="label")
    return row


FORM = make(ChannelEvidence, channel="printable-form", target_url="https://a.example/f.pdf")
PRIMARY = make(PageService, url="https://a.example/1", is_primary=True)
LOOKED = [
    make(AccessibilityPage, url="https://a.example/1", is_own=True, error=None, look_here=("fake-heading: p: <p>",)),
    make(AccessibilityPage, url="https://a.example/2", is_own=True, error=None, look_here=()),
]
PAGES = [quality(str(number)) for number in range(40)]

CASES: dict[str, tuple[str, dict[str, Any], Outcome, float | None]] = {
    "language right": ("marked-language", {"page_quality": PAGES}, Outcome.PASS, 100),
    "language missing": (
        "marked-language",
        {"page_quality": [quality("1", marked_language=""), quality("2", marked_language="sv"), quality("3")]},
        Outcome.FAIL,
        33.3333,
    ),
    "language unknown": ("marked-language", {"page_quality": [quality("1", language="")]}, Outcome.UNKNOWN, None),
    "titles differ": (
        "unique-titles",
        {"page_quality": PAGES, "pages": [record(str(n)) for n in range(40)]},
        Outcome.PASS,
        100,
    ),
    "titles the same": (
        "unique-titles",
        {"page_quality": [quality("1", title="A"), quality("2", title="a ")], "pages": [record("1"), record("2")]},
        Outcome.FAIL,
        0,
    ),
    "one page at two addresses": (
        "unique-titles",
        {
            "page_quality": [quality("1", title="A"), quality("2", title="A")],
            "pages": [record("1", "same"), record("2", "same")],
        },
        Outcome.PASS,
        100,
    ),
    "a place to look at": ("fake-headings", {"accessibility_pages": LOOKED}, Outcome.MEASURED, 1),
    "no place to look at": ("focus-unmarked", {"accessibility_pages": LOOKED}, Outcome.MEASURED, 0),
    "nothing looked at": ("tables-without-heads", {}, Outcome.UNKNOWN, None),
    "forms tagged": (
        "tagged-forms",
        {"channel_evidence": [FORM], "pdf_quality": [PdfQuality("https://a.example/f.pdf", True, True, True)]},
        Outcome.PASS,
        100,
    ),
    "forms without tags": (
        "tagged-forms",
        {"channel_evidence": [FORM], "pdf_quality": [PdfQuality("https://a.example/f.pdf", False, True, True)]},
        Outcome.FAIL,
        0,
    ),
    "forms not fetched": ("tagged-forms", {"channel_evidence": [FORM]}, Outcome.UNKNOWN, None),
    "no forms": ("tagged-forms", {}, Outcome.NOT_APPLICABLE, None),
    "other documents": (
        "tagged-forms",
        {"pdf_quality": [PdfQuality("https://a.example/minutes.pdf", False, False, False)]},
        Outcome.NOT_APPLICABLE,
        None,
    ),
    "pages reflow": ("reflow", {"accessibility_pages": [audited("1")]}, Outcome.PASS, 100),
    "pages are wide": (
        "reflow",
        {"accessibility_pages": [audited("1"), audited("2", overflow_pixels=40)]},
        Outcome.FAIL,
        50,
    ),
    "an e-service is wide": (
        "reflow",
        {"accessibility_pages": [audited("1"), audited("2", overflow_pixels=40, is_own=False)]},
        Outcome.PASS,
        100,
    ),
    "nothing audited": ("reflow", {}, Outcome.UNKNOWN, None),
    "links speak": ("empty-link-texts", {"page_quality": PAGES}, Outcome.PASS, 0),
    "links are mute": (
        "empty-link-texts",
        {"page_quality": [quality("1", empty_links=("x",)), quality("2"), quality("3", links=0)]},
        Outcome.FAIL,
        50,
    ),
    "text without a published limit": (
        "readability",
        {"page_quality": PAGES, "page_services": [PRIMARY]},
        Outcome.MEASURED,
        55,
    ),
    "text is easy": (
        "readability",
        {"page_quality": [quality("1", language="sv", lix=45.0)], "page_services": [PRIMARY], "languages": ("sv",)},
        Outcome.PASS,
        45,
    ),
    "text is hard": (
        "readability",
        {"page_quality": [quality("1", language="sv", lix=82.0)], "page_services": [PRIMARY], "languages": ("sv",)},
        Outcome.FAIL,
        82,
    ),
    "sentences are long": (
        "readability",
        {
            "page_quality": [quality("1", language="sv", lix=45.0, sentence_words=24.0)],
            "page_services": [PRIMARY],
            "languages": ("sv",),
        },
        Outcome.FAIL,
        45,
    ),
    "no service page": ("readability", {"page_quality": PAGES}, Outcome.UNKNOWN, None),
    "pages are light": ("page-weight", {"accessibility_pages": [audited("1")]}, Outcome.PASS, 0.5),
    "pages are heavy": (
        "page-weight",
        {"accessibility_pages": [audited("1", weight_bytes=9_000_000)]},
        Outcome.FAIL,
        9,
    ),
    "nobody else is asked": ("third-parties", {"accessibility_pages": [audited("1")]}, Outcome.PASS, 0),
    "others are asked": (
        "third-parties",
        {"accessibility_pages": [audited("1", third_party_requests=4, third_party_hosts=("t.example",))]},
        Outcome.FAIL,
        4,
    ),
    "no barrier": ("barriers", {"accessibility_pages": [audited("1")]}, Outcome.PASS, 0),
    "a grave barrier": (
        "barriers",
        {"accessibility_pages": [audited("1"), audited("2")], "accessibility_violations": [violation("2")]},
        Outcome.FAIL,
        50,
    ),
    "good practice is no barrier": (
        "barriers",
        {"accessibility_pages": [audited("1")], "accessibility_violations": [violation("1", level="good-practice")]},
        Outcome.PASS,
        0,
    ),
    "failed audits are no passes": (
        "barriers",
        {
            "accessibility_pages": [
                make(AccessibilityPage, url="https://a.example/1", is_own=True, error="timeout: slow")
            ]
        },
        Outcome.UNKNOWN,
        None,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_outcome_and_value(case: str) -> None:
    indicator, given, expected, value = CASES[case]
    row = outcome(indicator, **given)
    assert row.outcome is expected, row.reason
    assert row.value == (None if value is None else pytest.approx(value))


def test_an_indicator_that_breaks_is_a_row_and_the_others_go_on() -> None:
    broken: Any = [None]
    row = outcome("reflow", accessibility_pages=broken)
    assert row.outcome is Outcome.ERROR
    assert outcome("marked-language", accessibility_pages=broken, page_quality=PAGES).outcome is Outcome.PASS


@pytest.mark.parametrize("indicator", sorted(indicator_modules()))
def test_every_indicator_has_words_in_each_report_language(indicator: str) -> None:
    words = indicator_words(indicator)
    for part in ("title", "definition"):
        assert {"fi", "sv", "en"} <= set(words[part])
    judged = words["judged"]
    assert judged["direction"] in ("lower", "higher")
    assert bool(judged["limit"]) == bool(judged["source"])
    if not indicator_modules()[indicator].INDICATOR.has_limit:
        assert not judged["limit"]


def test_on_site_services_are_those_of_the_grid() -> None:
    """Offices, service points and self-service alike; too many gaps say nothing."""

    def cell(service: str, state: State, on_site: bool | None) -> ServiceFinding:
        made: ServiceFinding = make(ServiceFinding, service_id=service, state=state, on_site=on_site, rule="x")
        return made

    cells = [cell(str(n), State.FOUND, n < 3) for n in range(9)]
    found = outcome("service-points", service_findings=[*cells, cell("gap", State.BLOCKED, None)])
    assert (found.outcome, found.value, found.base) == (Outcome.MEASURED, 3, 9)
    gaps = [cell(f"gap{n}", State.BLOCKED, None) for n in range(9)]
    assert outcome("service-points", service_findings=[*cells, *gaps]).outcome is Outcome.UNKNOWN


def digital(service: str, method: str | None) -> ServiceFinding:
    cell: ServiceFinding = make(
        ServiceFinding, service_id=service, state=State.FOUND, digital=True, authentication=method,
        verification=Verification.AUTOMATIC,
    )  # fmt: skip
    return cell


def way(service: str, product: str | None, log_in: str = "account") -> EservicePath:
    path: EservicePath = make(
        EservicePath, service_id=service, product_id=product, final_url="https://asioi.kunta.fi/x", log_in=log_in
    )
    return path


@pytest.mark.parametrize(
    ("cells", "paths", "expected"),
    [
        ([("a", "suomi.fi"), ("b", "bank"), ("c", "suomi.fi")], [], 1),
        ([("a", "suomi.fi"), ("b", "library-card")], [], 2),
        ([("a", "account"), ("b", "account")], [way("a", "wilma"), way("b", "wilma")], 1),
        ([("a", "account"), ("b", "account")], [way("a", "wilma"), way("b", "timmi", "unknown")], 2),
        ([("a", "account")], [way("a", None)], 1),
        ([("a", "account")], [way("a", "wilma", "none")], 1),
        ([("a", "none"), ("b", "unknown")], [], None),
    ],
)
def test_separate_log_ins(cells: list[tuple[str, str]], paths: list[EservicePath], expected: int | None) -> None:
    found = outcome("login-systems", service_findings=[digital(*cell) for cell in cells], eservice_paths=paths)
    assert found.value == expected
    if expected is None:
        assert found.outcome is Outcome.UNKNOWN
    else:
        assert found.outcome is (Outcome.PASS if expected == 1 else Outcome.FAIL)
