"""Indicators of customer orientation and of the e-services that a municipality offers, and the list that they count."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.fold.brand import OwnName
from analysis.fold.offered import offered_eservices
from analysis.indicators import Inputs, run_indicators
from study import (
    ChannelEvidence,
    CrawlStatus,
    CustomerSign,
    EservicePath,
    IndicatorResult,
    MunicipalityStatus,
    OfferedEservice,
    Outcome,
    PageRecord,
    PageService,
    StudyMunicipality,
)
from taxonomy import load_taxonomy
from tests.analysis.test_indicators import make

TAXONOMY = load_taxonomy("fi")
TOWN = make(MunicipalityStatus, code="901", status=CrawlStatus.COMPLETE)
HALF = make(MunicipalityStatus, code="901", status=CrawlStatus.PARTIAL)
SIGNS = ("feedback-used", "satisfaction-told", "digital-support", "remote-service", "self-service", "visit-needless")
COUNTED = (
    "eservices-offered",
    "eservices-own-address",
    "eservices-own-brand",
    "eservice-systems",
    "eservices-beyond-form",
)


def outcome(indicator: str, town: MunicipalityStatus = TOWN, **given: Any) -> IndicatorResult:
    empty: dict[str, Any] = dict.fromkeys(
        ("pages", "service_findings", "channel_evidence", "page_services", "accessibility_statements"), ()
    )
    inputs = Inputs(municipality=town, languages=("fi",), taxonomy=TAXONOMY, **(empty | given))
    return next(row for row in run_indicators(inputs) if row.indicator == indicator)


def sign(kind: str, path: str, snippet: str = "Saat apua.", place: str = "service-page", **more: Any) -> CustomerSign:
    row: CustomerSign = make(
        CustomerSign, kind=kind, url=f"https://a.example/{path}", snippet=snippet, place=place, **more
    )
    return row


def page(path: str, page_type: str = "service") -> PageRecord:
    row: PageRecord = make(PageRecord, url=f"https://a.example/{path}", page_type=page_type, status=200)
    return row


@pytest.mark.parametrize("kind", SIGNS)
def test_a_sign_is_counted_by_pages_with_a_sentence_as_proof(kind: str) -> None:
    """Two sentences of one page are one page; a service page's sentence comes first."""
    rows = [
        sign(kind, "a", "Muualla.", "other-page"),
        sign(kind, "z", "Palvelusivulla sanotaan näin."),
        sign(kind, "z", "Toistamiseen."),
    ]
    found = outcome(kind, customer_signs=rows)
    assert (found.outcome, found.value, found.unit) == (Outcome.MEASURED, 2, "pages")
    assert found.reason.startswith("2 pages")
    assert '"Palvelusivulla sanotaan näin."' in found.reason
    assert found.evidence == ("https://a.example/a", "https://a.example/z")


@pytest.mark.parametrize("kind", [*SIGNS, "feedback-asked", "service-point-names", *COUNTED])
def test_nothing_is_a_no_only_where_all_was_read(kind: str) -> None:
    assert (outcome(kind).outcome, outcome(kind).value) == (Outcome.MEASURED, 0)
    assert (outcome(kind, HALF).outcome, outcome(kind, HALF).value) == (Outcome.UNKNOWN, None)


@pytest.mark.parametrize("kind", SIGNS)
def test_what_was_found_on_a_site_not_read_completely_is_at_least(kind: str) -> None:
    found = outcome(kind, HALF, customer_signs=[sign(kind, "a")])
    assert (found.value, found.reason[:15]) == (1, "at least 1 page")


def test_feedback_is_asked_on_service_pages_and_e_services() -> None:
    """Not on other pages, and not where feedback itself is the service; the base is the service pages read."""
    hearing = next(service for service in TAXONOMY.machinery if service in TAXONOMY.services)
    rows = [
        sign("feedback-asked", "berths"),
        sign("feedback-asked", "front", place="other-page"),
        sign("feedback-asked", "feedback"),
        sign("feedback-asked", "form", place="e-service"),
        sign("feedback-asked", "own-form", place="e-service"),
    ]
    found = outcome(
        "feedback-asked",
        customer_signs=rows,
        pages=[page("berths"), page("feedback"), page("pools"), page("front", "hub")],
        page_services=[make(PageService, url="https://a.example/feedback", service_id=hearing, is_primary=True)],
        eservice_paths=[make(EservicePath, final_url="https://a.example/own-form", service_id=hearing)],
    )
    assert (found.value, found.base) == (2, 2)
    assert "1 service page, 1 e-service" in found.reason


def test_support_says_for_whom_by_whom_and_where() -> None:
    rows = [sign("digital-support", "a", about=("by-library",)), sign("digital-support", "b", about=("for-newcomers",))]
    assert "by-library, for-newcomers" in outcome("digital-support", customer_signs=rows).reason


def test_names_of_service_points_count_once() -> None:
    rows = [
        sign("service-point", "a", about=("service-point",)),
        sign("service-point", "b", about=("info-point",)),
        sign("service-point", "c", about=("service-point",)),
    ]
    found = outcome("service-point-names", customer_signs=rows)
    assert (found.value, found.base, found.reason) == (2, 3, "info-point, service-point on 3 pages")


def path(target: str, service: str | None = None, **more: Any) -> EservicePath:
    given = {
        "target_url": target,
        "final_url": target,
        "service_id": service,
        "log_in": "none",
        "url": "https://a.example/p",
    }
    row: EservicePath = make(EservicePath, **(given | {"path_quality": "deep-link"} | more))
    return row


def digital(target: str, subtype: str, url: str = "https://a.example/p", confidence: float = 0.9) -> ChannelEvidence:
    row: ChannelEvidence = make(
        ChannelEvidence,
        channel="digital",
        subtype=subtype,
        target_url=target,
        url=url,
        service_id="boat-berth",
        confidence=confidence,
    )
    return row


def listed(*paths: EservicePath, channels: tuple[ChannelEvidence, ...] = ()) -> dict[str, OfferedEservice]:
    return {row.address: row for row in offered_eservices("901", paths, channels)}


def test_an_address_is_one_e_service_however_many_pages_lead_to_it() -> None:
    found = listed(
        path("https://www.maker.example/boats/", "boat-berth", product_id="timmi"),
        path("http://maker.example/boats", "allotment-garden", product_id="timmi", url="https://a.example/b"),
    )
    (row,) = found.values()
    assert (row.address, row.services) == ("maker.example/boats", ("allotment-garden", "boat-berth"))
    assert (row.owner, row.product_id) == ("maker", "timmi")


def test_a_portals_front_page_holds_one_for_each_service() -> None:
    rows = offered_eservices(
        "901",
        [
            path("https://portal.example/", "school-enrolment", path_quality="portal-root"),
            path("https://portal.example/", "school-transport", path_quality="portal-root"),
        ],
        (),
    )
    assert [row.service_id for row in rows] == ["school-enrolment", "school-transport"]


def test_a_log_in_wall_is_not_the_e_service() -> None:
    found = listed(path("https://maker.example/boats", final_url="https://login.example/wall", log_in="bank"))
    assert found["maker.example/boats"].kind == "transaction"


@pytest.mark.parametrize(
    ("subtypes", "kind"),
    [
        ((), "form"),
        (("e-form",), "form"),
        (("e-form", "booking"), "booking"),
        (("information-system",), "information"),
        (("booking", "authenticated"), "transaction"),
        (("automated",), "transaction"),
    ],
)
def test_the_kind_is_the_strongest_that_a_link_says(subtypes: tuple[str, ...], kind: str) -> None:
    there = "https://maker.example/boats"
    assert listed(path(there), channels=tuple(digital(there, s) for s in subtypes))["maker.example/boats"].kind == kind


def test_a_form_in_an_own_page_is_one_and_a_doubtful_one_is_none() -> None:
    own = digital("https://a.example/berths/", "e-form", url="https://a.example/berths")
    link = digital("https://a.example/hub", "e-form", url="https://a.example/berths")
    doubtful = digital("https://a.example/pools", "e-form", url="https://a.example/pools", confidence=0.3)
    found = listed(channels=(own, link, doubtful))
    assert {address: (row.kind, row.owner) for address, row in found.items()} == {"a.example/berths": ("form", "own")}


@pytest.mark.parametrize(
    ("said", "is_own"),
    [
        ("Espoon kaupungin sähköinen asiointi", True),
        ("Esbo stads e-tjänster", True),
        ("ESPOO | Timmi", True),
        ("Tilavaraus", False),
        ("Vantaan kaupunki", False),
    ],
)
def test_an_e_service_in_the_municipalitys_own_name(said: str, is_own: bool) -> None:
    name = OwnName(StudyMunicipality("049", "Espoo", "", name_sv="Esbo"), TAXONOMY)
    assert name.is_in(said) is is_own


@pytest.mark.parametrize(("answer", "brand"), [(True, "own"), (False, "other"), (None, "unknown")])
def test_whose_name_an_e_service_bears(answer: bool | None, brand: str) -> None:
    there = [path("https://maker.example/a", "boat-berth")]
    (row,) = offered_eservices("901", there, (), names_own=lambda url: answer)
    assert row.brand == brand


OFFERED = [
    make(OfferedEservice, address="a.example/form", kind="form", owner="own", brand="own"),
    make(OfferedEservice, address="timmi.example/a", kind="booking", owner="maker", brand="own", product_id="timmi"),
    make(
        OfferedEservice, address="timmi.example/b", kind="transaction", owner="maker", brand="other", product_id="timmi"
    ),
    make(OfferedEservice, address="x.example/map", kind="information", owner="other", brand="unknown"),
]


@pytest.mark.parametrize(
    ("indicator", "value", "base", "reason"),
    [
        ("eservices-offered", 3, None, "form 1, booking 1, transaction 1, information 1"),
        ("eservices-own-address", 1, 4, "own 1, maker 2, other 1"),
        ("eservices-own-brand", 2, 3, "own 2, other 1, not read 1"),
        ("eservice-systems", 3, 4, "1 known product, 2 other hosts"),
        ("eservices-beyond-form", 2, 3, "2 of 3 e-services"),
    ],
)
def test_the_list_is_counted(indicator: str, value: int, base: int | None, reason: str) -> None:
    found = outcome(indicator, offered_eservices=OFFERED)
    assert (found.outcome, found.value, found.base, found.reason) == (Outcome.MEASURED, value, base, reason)
