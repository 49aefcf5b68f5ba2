"""The small judgements: robots.txt, block pages, hosts, shared hosts, failures, how a crawl ended."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from scrapy import Request, exceptions
from scrapy.exceptions import IgnoreRequest
from twisted.internet import error

from crawler.browser.errors import RenderError
from crawler.manners.gate import HostGate
from crawler.manners.robots_rules import MAX_ROBOTS, rules_of
from crawler.processes.run import is_finished
from crawler.reading.scoring import HUB, EserviceCues, LinkScorer
from crawler.reading.site import OwnSite, Place
from crawler.reading.tally import Leftover, Tally, judge
from crawler.settings import build_settings, user_agent
from crawler.wire.bounds import DecodingMiddleware
from crawler.wire.failures import RobotsForbidError, RobotsUnreachableError, failure_of, in_words
from crawler.wire.guarding import PrivateAddressError, PrivateResolutionError
from study import CrawlEnd, CrawlSection, CrawlStatus, FailureReason, StudyMunicipality
from taxonomy import load_taxonomy

URL = "https://kunta.example/a"


def test_only_what_every_reader_of_evidence_undoes_is_asked_for() -> None:
    request = Request(URL)
    DecodingMiddleware(1_000).process_request(request)
    assert request.headers[b"Accept-Encoding"] == b"gzip"


def test_robots_of_our_group_and_of_everybody() -> None:
    rules = rules_of(
        200, b"User-agent: *\nDisallow: /\n\nUser-agent: kuntatutka\nDisallow: /salainen\nCrawl-delay: 2\n"
    )
    assert rules.allows(URL)
    assert not rules.allows("https://kunta.example/salainen/x")
    assert rules.delay == 2
    assert not rules_of(200, b"User-agent: *\nDisallow: /a\n").allows(URL)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_robots_with_4xx_mean_open(status: int) -> None:
    assert rules_of(status, b"User-agent: *\nDisallow: /").allows(URL)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (500, FailureReason.ROBOTS_UNREACHABLE),
        (503, FailureReason.ROBOTS_UNREACHABLE),
        (429, FailureReason.ROBOTS_UNREACHABLE),
        (502, FailureReason.CONNECTION_LOST),
        (504, FailureReason.TIMEOUT),
    ],
)
def test_robots_with_server_errors_mean_closed_for_now(status: int, reason: FailureReason) -> None:
    assert rules_of(status, b"").closed is reason


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sivua ei ole</body></html>",
        b"\xef\xbb\xbfUser-agent: *\nDisallow:\n",
        b"\x00\xff\xfe garbage \x00",
        b"Disallow: /\n",
        b"x" * (MAX_ROBOTS + 10_000),
    ],
)
def test_broken_robots_files_mean_open(body: bytes) -> None:
    rules = rules_of(200, body)
    assert rules.allows(URL)
    assert rules.delay == 0


def test_sitemap_lines_are_taken() -> None:
    assert rules_of(200, b"Sitemap: https://kunta.example/s.xml\n").sitemaps == ("https://kunta.example/s.xml",)


def test_own_hosts_neighbours_and_strangers() -> None:
    site = OwnSite(StudyMunicipality("091", "Kunta", "https://www.kunta.fi/", hosts=("kommun.fi", "127.0.0.1:8000")))
    assert site.place("kunta.fi") is Place.OWN
    assert site.place("kommun.fi") is Place.OWN
    assert site.place("127.0.0.1:8000") is Place.OWN
    assert site.place("127.0.0.1:8001") is Place.FOREIGN
    assert site.place("kirjasto.kunta.fi") is Place.SIBLING
    assert site.place("muu.fi") is Place.FOREIGN
    assert site.may_adopt("uusi.kunta.fi")
    assert not site.may_adopt("muu.fi")
    site.adopt("https://uusi.kunta.fi/")
    assert site.place("uusi.kunta.fi") is Place.OWN


def test_front_pages_are_the_website_and_the_other_hosts_once() -> None:
    municipality = StudyMunicipality("091", "K", "https://www.kunta.fi", hosts=("kommun.fi", "https://www.kunta.fi/"))
    assert OwnSite(municipality).start_urls(municipality) == ("https://www.kunta.fi/", "https://kommun.fi/")


def test_a_shared_host_has_one_visitor_and_a_memory(tmp_path: Path) -> None:
    east, west = HostGate(tmp_path, "901"), HostGate(tmp_path, "902")
    assert east.enter("portal.example") == {"last_visit": 0.0, "landings": {}}
    assert west.enter("portal.example") is None
    assert east.enter("portal.example") is None, "not twice by the same process either"
    assert west.enter("other.example") is not None
    east.leave("portal.example", 100.0, "portal.example/lomake")
    known = west.enter("portal.example")
    assert known == {"last_visit": 100.0, "landings": {"portal.example/lomake": "901"}}
    west.abandon("portal.example")
    assert west.holder_of("portal.example", "portal.example/lomake") == "901"
    assert east.holder_of("portal.example", "portal.example/lomake") is None, "our own evidence is not elsewhere"
    assert west.holder_of("unknown.example", "x") is None


def test_a_damaged_memory_of_a_shared_host_is_forgotten(tmp_path: Path) -> None:
    gate = HostGate(tmp_path, "901")
    gate.enter("portal.example")
    gate.leave("portal.example", 1.0)
    (path,) = tmp_path.iterdir()
    path.write_text("{torn")
    assert gate.enter("portal.example") == {"last_visit": 0.0, "landings": {}}


def wrapped(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("exception", "reason"),
    [
        (exceptions.CannotResolveHostError("x"), FailureReason.DNS),
        (wrapped(exceptions.CannotResolveHostError("x"), PrivateResolutionError("y")), FailureReason.PRIVATE_ADDRESS),
        (PrivateAddressError("x"), FailureReason.PRIVATE_ADDRESS),
        (RobotsForbidError("x"), FailureReason.ROBOTS),
        (RobotsUnreachableError(FailureReason.ROBOTS_UNREACHABLE, "503"), FailureReason.ROBOTS_UNREACHABLE),
        (exceptions.DownloadConnectionRefusedError("x"), FailureReason.REFUSED),
        (exceptions.DownloadTimeoutError("x"), FailureReason.TIMEOUT),
        (exceptions.DownloadCancelledError("x"), FailureReason.TOO_LARGE),
        (IgnoreRequest("(10 B decompressed so far) exceeded DOWNLOAD_MAXSIZE"), FailureReason.TOO_LARGE),
        (wrapped(exceptions.DownloadFailedError("x"), error.ConnectionLost()), FailureReason.CONNECTION_LOST),
        (exceptions.UnsupportedURLSchemeError("ftp"), FailureReason.BAD_ADDRESS),
        (exceptions.DownloadFailedError("[<OpenSSL.SSL.Error: wrong version>]"), FailureReason.TLS),
        (RenderError("x"), FailureReason.RENDER_FAILED),
        (ValueError("surprise"), FailureReason.OTHER),
    ],
)
def test_exceptions_become_reasons(exception: Exception, reason: FailureReason) -> None:
    found, detail = failure_of(exception)
    assert found is reason
    assert detail


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "[<twisted.python.failure.Failure twisted.internet.error.ConnectionLost: Connection was lost.>]",
            "Connection was lost.",
        ),
        ("[<OpenSSL.SSL.Error: wrong version>]", "wrong version"),
        ("[('SSL routines', '', 'certificate verify failed')]", "certificate verify failed"),
        ("<scrapy.x.Agent object at 0x7f00aa> gave up", "gave up"),
        ("no way through http://u:s3cret@proxy.example:3128", "no way through http://proxy.example:3128"),
        ("an answer of 12 < 13 bytes", "an answer of 12 < 13 bytes"),
    ],
)
def test_failures_are_told_in_words(said: str, told: str) -> None:
    assert in_words(exceptions.DownloadFailedError(said)) == told


def tally(**values: object) -> Tally:
    return Tally(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("happened", "left", "closed_by", "status", "reason"),
    [
        (tally(pages=200), Leftover(), "finished", CrawlStatus.COMPLETE, None),
        (tally(pages=10), Leftover(), "finished", CrawlStatus.COMPLETE, None),
        (tally(pages=200), Leftover(0, 900), "finished", CrawlStatus.COMPLETE, None),
        (tally(pages=10), Leftover(0, 900), "finished", CrawlStatus.PARTIAL, FailureReason.BUDGET),
        (tally(pages=200), Leftover(3, 900), "finished", CrawlStatus.PARTIAL, FailureReason.BUDGET),
        (tally(pages=200), Leftover(), "closespider_timeout", CrawlStatus.PARTIAL, FailureReason.TIME_LIMIT),
        (tally(pages=200), Leftover(), "shutdown", CrawlStatus.PARTIAL, FailureReason.STOPPED),
        (tally(pages=200), Leftover(), "memusage_exceeded", CrawlStatus.PARTIAL, FailureReason.CRASHED),
        (tally(pages=2), Leftover(), "finished", CrawlStatus.FAILED, FailureReason.TOO_FEW_PAGES),
        (tally(), Leftover(), "finished", CrawlStatus.FAILED, FailureReason.TOO_FEW_PAGES),
        (tally(refused=3), Leftover(), "finished", CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE),
        (tally(server_errors=3), Leftover(), "finished", CrawlStatus.BLOCKED, FailureReason.HTTP_ERROR),
        (tally(client_errors=1), Leftover(), "finished", CrawlStatus.FAILED, FailureReason.HTTP_ERROR),
        (tally(shells=40), Leftover(), "finished", CrawlStatus.FAILED, FailureReason.RENDER_FAILED),
        (tally(moved_to="http://x/"), Leftover(), "finished", CrawlStatus.FAILED, FailureReason.BAD_ADDRESS),
        (tally(redirects=9), Leftover(), "finished", CrawlStatus.FAILED, FailureReason.REDIRECT_LOOP),
        (tally(pages=20, refused=20), Leftover(), "finished", CrawlStatus.PARTIAL, FailureReason.BLOCK_PAGE),
        (tally(pages=1, refused=20), Leftover(), "finished", CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE),
        (tally(pages=20, server_errors=20), Leftover(), "finished", CrawlStatus.PARTIAL, FailureReason.HTTP_ERROR),
        (tally(pages=20, shells=20), Leftover(), "finished", CrawlStatus.PARTIAL, FailureReason.RENDER_FAILED),
        (tally(pages=200, refused=2), Leftover(), "finished", CrawlStatus.COMPLETE, None),
        (tally(pages=20, unkept=Counter({7: 9})), Leftover(), "finished", CrawlStatus.PARTIAL, FailureReason.SAME_PAGE),
        (tally(pages=60, unkept=Counter({7: 9})), Leftover(), "finished", CrawlStatus.COMPLETE, None),
        (tally(pages=20, promising_forbidden=1), Leftover(), "finished", CrawlStatus.COMPLETE, None),
        (tally(pages=20, promising_forbidden=20), Leftover(), "finished", CrawlStatus.PARTIAL, FailureReason.ROBOTS),
        (
            tally(pages=20, given_up=Counter({FailureReason.TIMEOUT: 30})),
            Leftover(),
            "finished",
            CrawlStatus.PARTIAL,
            FailureReason.TIMEOUT,
        ),
        (
            tally(pages=20, signatures=Counter({7: 19})),
            Leftover(),
            "finished",
            CrawlStatus.FAILED,
            FailureReason.SAME_PAGE,
        ),
    ],
)
def test_verdicts(
    happened: Tally, left: Leftover, closed_by: str, status: CrawlStatus, reason: FailureReason | None
) -> None:
    verdict = judge(happened, left, closed_by)
    assert (verdict.status, verdict.reason) == (status, reason)
    assert verdict.detail or status is CrawlStatus.COMPLETE


def ended(status: CrawlStatus, reason: FailureReason | None, **counters: int) -> CrawlEnd:
    from datetime import UTC, datetime

    now = datetime(2026, 1, 1, tzinfo=UTC)
    return CrawlEnd("901", status, reason, "", counters, now, now)


def test_what_is_finished_and_what_goes_on() -> None:
    budget = {"budget": 400, "unread": 10}
    assert is_finished(ended(CrawlStatus.COMPLETE, None), 400)
    assert is_finished(ended(CrawlStatus.COMPLETE, None, budget=400, unread=0), 9000)
    assert is_finished(ended(CrawlStatus.COMPLETE, None, **budget), 400)
    assert not is_finished(ended(CrawlStatus.COMPLETE, None, **budget), 800)
    assert is_finished(ended(CrawlStatus.PARTIAL, FailureReason.BUDGET, **budget), 400)
    assert not is_finished(ended(CrawlStatus.PARTIAL, FailureReason.BUDGET, **budget), 800)
    assert not is_finished(ended(CrawlStatus.PARTIAL, FailureReason.STOPPED, **budget), 400)
    assert not is_finished(ended(CrawlStatus.PARTIAL, FailureReason.TIME_LIMIT, **budget), 400)
    assert not is_finished(ended(CrawlStatus.FAILED, FailureReason.DNS, **budget), 400)
    assert not is_finished(ended(CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE, **budget), 400)
    assert not is_finished(None, 400)


def test_links_are_scored_with_the_taxonomy() -> None:
    scorer = LinkScorer(load_taxonomy("fi"), ("fi", "sv"))
    assert scorer.score("Varhaiskasvatushakemus", "/x", "fi").services["ecec-application"] > 0.8
    assert scorer.score("Ansökan om bygglov", "/x", "sv").services["building-permit"] > 0.5
    assert scorer.score("Lue lisää", "/asuminen/rakennuslupa", "fi").services.get("building-permit", 0) >= 0.5
    assert scorer.score("Sähköinen asiointi", "/x", "fi").hub == HUB
    assert scorer.score("Kasvatus ja koulutus", "/x", "fi").hub > 0
    assert scorer.score("Saavutettavuusseloste", "/x", "fi").leaning > 0
    assert scorer.score("Lue lisää", "/uutiset/kevat", "fi").leaning < 0
    assert scorer.score("Pöytäkirjat ja esityslistat", "/paatokset", "fi").leaning >= 0
    assert scorer.score("Kunta", "/", "xx").services == {}


def test_e_services_are_told_by_product_or_by_words() -> None:
    cues = EserviceCues(load_taxonomy("fi"))
    assert cues.is_eservice("https://www.lupapiste.fi/", "Lue lisää", {})
    assert cues.is_eservice("https://x.example/1", "Täytä sähköinen hakemus", {})
    assert cues.is_eservice("https://x.example/2", "Hakemus", {"parking-permit": 0.9})
    assert not cues.is_eservice("https://social.example/share?u=x", "Jaa", {})


def test_settings_are_polite() -> None:
    settings = build_settings(CrawlSection(contact="tutkija@example.fi"), ("fi",), None)
    assert settings["DOWNLOAD_DELAY"] == 1.0
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert settings["DOWNLOAD_DELAY_JITTER"] == 0
    assert settings["AUTOTHROTTLE_ENABLED"]
    assert settings["DOWNLOAD_TIMEOUT"] >= 30, "slow servers are waited for"
    assert any("DownloadTimeout" in name for name in settings["DOWNLOADER_MIDDLEWARES_BASE"]), (
        "or Scrapy waits 10 seconds"
    )
    assert "tutkija@example.fi" in settings["USER_AGENT"]
    assert user_agent("").startswith("kuntatutka/")
    assert not build_settings(CrawlSection(delay_seconds=0.0), (), None)["AUTOTHROTTLE_ENABLED"]
