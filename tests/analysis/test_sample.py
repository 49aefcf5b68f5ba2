"""The sample of an audit: what is in it, why, and that the same seed draws the same one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.fold.sample import RANDOM_SHARE, SampleTables, draw_sample
from study import (
    AccessibilityStatement,
    ChannelEvidence,
    PageRecord,
    SampledPage,
    ServiceFinding,
    State,
    StudyMunicipality,
    UnknownEservice,
    VendorHit,
    Verification,
    address_key,
)
from taxonomy import load_taxonomy

TOWN = StudyMunicipality(code="901", name_fi="Testilä", website="https://www.testila.example/")
TAXONOMY = load_taxonomy("fi")
SERVICES = list(TAXONOMY.services)
PRODUCTS = [product for product in TAXONOMY.products.values() if product.is_counted]


def address(path: str) -> str:
    return f"https://www.testila.example/{path}"


def page(path: str, page_type: str = "other", depth: int | None = 2, **fields: object) -> PageRecord:
    values: dict[str, object] = {
        "municipality_code": "901", "url": address(path), "final_url": address(path), "status": 200,
        "content_type": "text/html", "fetched_at": datetime(2026, 11, 1, tzinfo=UTC), "title": path, "language": "fi",
        "page_type": page_type, "depth": depth, "warc_file": "901-00001.warc.gz", "warc_offset": 0, "sha256": path,
    }  # fmt: skip
    return PageRecord(**(values | fields))  # type: ignore[arg-type]


def finding(service: str, path: str | None, state: State = State.FOUND) -> ServiceFinding:
    return ServiceFinding(
        municipality_code="901", theme_id=TAXONOMY.services[service].theme, service_id=service, state=state,
        state_reason=None, pages_read=10, best_url=address(path) if path else None, confidence=0.9, click_depth=1,
        channels=(), digital=None, phone=None, on_site=None, printable_form=None, email=None, maturity=1,
        authentication=None, verification=Verification.AUTOMATIC, rule="", languages=(), language_gaps=(),
        path_quality=None,
        maturity_reason="",
    )  # fmt: skip


def form(path: str, service: str) -> ChannelEvidence:
    return ChannelEvidence("901", service, "digital", "e-form", address(path), None, "s", "c", 0.9, "w", 0)


def hit(product: str, target: str, service: str | None = None) -> VendorHit:
    return VendorHit("901", service, product, "Maker", "private", "forms", "host", address("a"), target)


STATEMENT = AccessibilityStatement("901", address("seloste"), True, None, "partial", None, None, ())
PAGES = [
    page("", "other", 0), page("asiointi", "hub", 1), page("yhteystiedot", "contact", 1),
    page("seloste", "statement", 1), page("haku", "other", 1, title="Haku"), page("lomake", "form"),
    *(page(f"palvelu-{number}", "service") for number in range(30)),
    *(page(f"uutinen-{number}", "news", 3) for number in range(60)),
    page("liite.pdf", "document", 2, content_type="application/pdf"), page("poissa", "other", 2, status=404),
]  # fmt: skip
TABLES = SampleTables(
    pages=PAGES,
    service_findings=[finding(service, f"palvelu-{n}") for n, service in enumerate(SERVICES[:30])],
    channel_evidence=[form("lomake", SERVICES[0])],
    vendor_hits=[hit(product.id, f"https://{product.id}.eservice.example/") for product in PRODUCTS[:20]],
    unknown_eservices=[],
    statements=[STATEMENT],
)


def draw(size: int = 40, seed: int = 1, tables: SampleTables = TABLES, **more: object) -> tuple[SampledPage, ...]:
    return draw_sample(TOWN, tables, TAXONOMY, size=size, seed=seed, **more)  # type: ignore[arg-type]


def test_every_kind_of_page_is_there_with_its_reason() -> None:
    reasons = {item.reason for item in draw()}
    assert reasons == {"front", "hub", "contact", "search", "statement", "service", "landing", "form", "random"}


def test_the_sample_keeps_to_its_size_and_no_page_comes_twice() -> None:
    for size in (1, 2, 6, 12, 40, 400):
        sample = draw(size)
        assert 1 <= len(sample) <= size
        assert len({item.url for item in sample}) == len(sample)


def test_a_tenth_is_drawn_by_lot() -> None:
    sample = draw(40)
    structured = [item for item in sample if item.reason != "random"]
    assert len(sample) - len(structured) == pytest.approx(len(structured) * RANDOM_SHARE, abs=1)


def test_the_same_seed_gives_the_same_sample_whatever_the_order_of_rows() -> None:
    turned = replace(TABLES, pages=PAGES[::-1], vendor_hits=TABLES.vendor_hits[::-1])
    assert draw(seed=7) == draw(seed=7) == draw(seed=7, tables=turned)


def test_another_seed_changes_only_what_is_drawn_by_lot() -> None:
    def kept(seed: int) -> list[SampledPage]:
        return [item for item in draw(seed=seed) if item.reason not in ("random", "landing")]

    assert kept(1) == kept(2)
    assert draw(seed=1) != draw(seed=2)


def test_a_small_sample_has_one_of_each_kind_first() -> None:
    assert [item.reason for item in draw(6)] == ["front", "service", "contact", "statement", "landing", "random"]


def test_services_are_taken_theme_by_theme() -> None:
    services = [item.detail for item in draw(20) if item.reason == "service"]
    themes = [TAXONOMY.services[service].theme for service in services]
    assert len(set(themes[:4])) == min(4, len({TAXONOMY.services[s].theme for s in SERVICES[:30]}))


def test_documents_errors_and_gaps_are_no_pages() -> None:
    gaps = replace(TABLES, service_findings=[finding(SERVICES[0], "poissa"), finding(SERVICES[1], None, State.BLOCKED)])
    urls = {item.url for item in draw(400, tables=gaps)}
    assert address("liite.pdf") not in urls
    assert address("poissa") not in urls


def test_strong_identification_is_never_in_a_sample() -> None:
    host = TAXONOMY.country.identification[0].hosts[0]
    targets = [hit(PRODUCTS[0].id, f"https://{host}/idp/login"), hit(PRODUCTS[1].id, "https://open.example/")]
    unknown = [UnknownEservice("901", None, host, address("a"), f"https://{host}/other")]
    sample = draw(tables=replace(TABLES, vendor_hits=targets, unknown_eservices=unknown))
    assert [item.url for item in sample if item.reason == "landing"] == ["https://open.example/"]


def test_landing_pages_name_their_product_and_are_not_own() -> None:
    landing = [item for item in draw() if item.reason == "landing"]
    assert landing
    assert all(not item.is_own and item.detail in TAXONOMY.products for item in landing)


def test_a_landing_page_that_another_municipality_has_is_left_to_it() -> None:
    first = [item.url for item in draw() if item.reason == "landing"]
    again = [item.url for item in draw(taken=frozenset(map(address_key, first))) if item.reason == "landing"]
    assert not set(first) & set(again)


def test_a_site_that_was_not_read_has_no_sample() -> None:
    assert draw(tables=SampleTables([], [], [], [], [], [])) == ()
