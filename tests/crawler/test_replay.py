"""Stopped after any number of answers, a crawl goes on as if nothing had happened: tried at every point, in memory."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.reading.entries import Budget, Entry, Kind
from crawler.reading.plan import Answer, Plan
from crawler.reading.reader import SiteReader
from crawler.reading.replay import Replay
from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StoredDocument,
    StoredEvent,
    StoredFailure,
    StoredJson,
    StoredRendering,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
)
from taxonomy import load_taxonomy

from .conftest import html

ROOT = "http://kunta.example"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MUNICIPALITY = StudyMunicipality("901", "Kunta", f"{ROOT}/")
PORTAL = "https://asiointi.example/1"
SHELL = "<html><body><div id='root'></div><script src='/x.js'></script></body></html>"


class Folder(StudyFolder):
    """A study that is nowhere: only its settings are asked for."""

    config = StudyConfig(study=StudySection(title="Replay", year=2026))


def reader_with(budget: Budget | None = None, **hooks: object) -> SiteReader:
    plan = Plan(Folder(Path("/nowhere")), MUNICIPALITY, load_taxonomy("fi"), budget or Budget(pages=60))
    reader = SiteReader(plan, **hooks)  # type: ignore[arg-type]
    reader.begin()
    return reader


def town(pages: int = 30) -> dict[str, Answer]:
    """A site with redirects, errors that pass, errors that stay, a shell and an e-service."""
    draw = random.Random(7)
    names = [f"/sivu-{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(pages)]
    texts = ["Rakennuslupa", "Kirjasto", "Tietoa", "Pysäköintitunnus", "Lue lisää", "Yhteystiedot"]
    site: dict[str, str] = {
        "/": html(
            "Kunta", *[(name, draw.choice(texts)) for name in names[:10]], ("/vanha", "Vanha"), ("/rikki", "Rikki")
        )
    }
    for number, name in enumerate(names):
        following = names[(number * 3 + 10) % pages]
        site[name] = html(
            f"Sivu {name}", (following, draw.choice(texts)), ("https://asiointi.example/1", "Hae verkossa")
        )
    answers = {ROOT + path: answer(path, body) for path, body in site.items()}
    answers[f"{ROOT}/vanha"] = answer("/vanha", "", 301, location="/sivu-ab")
    answers[f"{ROOT}/sivu-ac"] = answer("/sivu-ac", SHELL)
    answers["https://asiointi.example/1"] = Answer(
        "https://asiointi.example/1", 200, {}, b"<html>x</html>", "text/html"
    )
    return answers


def answer(path: str, body: str, status: int = 200, **headers: str) -> Answer:
    given = {"content-type": "text/html; charset=utf-8", **headers}
    return Answer(path if "://" in path else ROOT + path, status, given, body.encode(), "text/html", f"<id{path}>")


def step(reader: SiteReader, site: dict[str, Answer], number: int) -> StoredEvent | None:
    """Fetch the next address and give the event that the evidence would hold."""
    entry = reader.frontier.next(float(number * 100), lambda host: True)
    if entry is None:
        return None
    place = ("901-00001.warc.gz", number)
    if entry.url.endswith("/sivu-ad") and entry.attempts < 2:
        reader.fail(entry, FailureReason.TIMEOUT, "silent", float(number * 100))
        return StoredFailure(entry.url, FailureReason.TIMEOUT, "silent", NOW, *place, entry.kind.value, entry.attempts)
    if entry.kind is Kind.RENDER:
        rendered = html("Rakennettu", ("/sivu-zz", "Kaavoitus"))
        reader.take(entry, Answer(entry.url, 200, {}, rendered.encode(), "text/html"), 0.0)
        return StoredRendering(entry.url, rendered, NOW, entry.refers_to, (), *place)
    given = site.get(entry.url) or answer(entry.url.removeprefix(ROOT), "ei ole", 404)
    reader.take(entry, given, float(number * 100))
    return StoredDocument(
        given.url,
        given.status,
        given.headers,
        given.body,
        given.content_type,
        NOW,
        *place,
        redirect_to=None,
        via=entry.via,
        depth=entry.depth,
        kind=entry.kind.value,
        record_id=given.record_id,
    )


def run_on(reader: SiteReader, site: dict[str, Answer], start: int, limit: int = 10_000) -> list[StoredEvent]:
    events = []
    for number in range(start, start + limit):
        event = step(reader, site, number)
        if event is None:
            break
        events.append(event)
    return events


def fetched(events: list[StoredEvent]) -> list[str]:
    return [f"{type(e).__name__} {e.url}" for e in events if isinstance(e, StoredDocument | StoredRendering)]


@pytest.mark.parametrize("stop", range(0, 45, 4))
def test_stopped_anywhere_it_fetches_the_same_and_nothing_twice(stop: int) -> None:
    site = town()
    whole_reader = reader_with()
    whole = run_on(whole_reader, site, 1)
    before = run_on(reader_with(), site, 1, stop)
    again = reader_with()
    Replay(again, NOW).run(before)
    after = run_on(again, site, stop + 1)
    assert sorted(fetched(before + after)) == sorted(fetched(whole))
    assert len(fetched(before + after)) == len(set(fetched(before + after)))
    assert again.tally.counters() == whole_reader.tally.counters()
    assert again.frontier.read == whole_reader.frontier.read


def test_a_budget_counts_what_was_fetched_before() -> None:
    site = town()
    before = run_on(reader_with(Budget(pages=12)), site, 1, 7)
    again = reader_with(Budget(pages=12))
    Replay(again, NOW).run(before)
    after = run_on(again, site, 8)
    documents = [e for e in before + after if isinstance(e, StoredDocument)]
    assert len([e for e in documents if e.status != 301 and e.kind != "probe"]) == 12
    assert len([e for e in documents if e.kind == "probe"]) == 1
    assert again.frontier.unread_pages() > 0


def crawl_end(status: CrawlStatus, reason: FailureReason | None) -> CrawlEnd:
    return CrawlEnd("901", status, reason, "", {}, NOW, NOW)


def test_failures_of_a_crawl_that_ended_in_trouble_are_tried_again() -> None:
    down = {f"{ROOT}/": answer("/", "oops", 500)}
    events = run_on(reader_with(), down, 1)
    stopped, troubled = reader_with(), reader_with()
    Replay(stopped, NOW).run([*events, crawl_end(CrawlStatus.PARTIAL, FailureReason.STOPPED)])
    assert run_on(stopped, town(), 50) == []
    Replay(troubled, NOW).run([*events, crawl_end(CrawlStatus.BLOCKED, FailureReason.HTTP_ERROR)])
    assert troubled.tally.server_errors == 0
    assert len(run_on(troubled, town(), 50)) > 20


def test_robots_files_are_used_again_while_they_are_young() -> None:
    def robots(age: timedelta, status: int = 200) -> StoredDocument:
        body = f"User-agent: *\nDisallow: /x\nSitemap: {ROOT}/kartta.xml\n".encode()
        url = f"{ROOT}/robots.txt"
        return StoredDocument(url, status, {}, body, "text/plain", NOW - age, "x", 0, kind="robots")

    young = Replay(reader_with(), NOW)
    young.run([robots(timedelta(hours=1))])
    assert list(young.robots) == [f"{ROOT}/robots.txt"]
    old, closed = Replay(reader_with(), NOW), Replay(reader_with(), NOW)
    old.run([robots(timedelta(hours=25))])
    closed.run([robots(timedelta(hours=1), status=503)])
    assert old.robots == closed.robots == {}


def test_a_landing_page_held_elsewhere_is_left_alone_after_a_restart() -> None:
    site = town()
    notes: list[tuple[str, object, str]] = []
    reader = reader_with(
        note=lambda kind, data, url: notes.append((kind, data, url)),
        held_by=lambda host, landing: "902" if host == "asiointi.example" else None,
    )
    events = run_on(reader, site, 1)
    assert notes == [("held-elsewhere", {"code": "902", "via": notes[0][1]["via"]}, "https://asiointi.example/1")]  # type: ignore[index]
    assert not any("asiointi.example" in line for line in fetched(events))
    again = reader_with()
    held = StoredJson("held-elsewhere", "https://asiointi.example/1", {"code": "902"}, NOW, "x", 0)
    Replay(again, NOW).run([*events, held])
    assert run_on(again, site, 500) == []


def test_an_answer_that_no_known_link_leads_to_is_taken_all_the_same() -> None:
    reader = reader_with()
    stray = StoredDocument(
        f"{ROOT}/eksynyt",
        200,
        {"content-type": "text/html"},
        html("X", ("/uusi", "U")).encode(),
        "text/html",
        NOW,
        "x",
        0,
    )
    Replay(reader, NOW).run([stray])
    assert reader.tally.pages == 1
    assert reader.frontier.knows(f"{ROOT}/uusi")


def test_a_host_that_only_fails_is_left_in_peace() -> None:
    reader = reader_with()
    front = reader.frontier.next(0, lambda host: True)
    assert front is not None
    reader.take(front, answer("/", html("Kunta", *[(f"/a{c}", f"Sivu {c}") for c in "abcdefghijklmnopqrst"])), 0)
    asked = 0
    while (entry := reader.frontier.next(1e9, lambda host: True)) is not None:
        asked += entry.kind is not Kind.PROBE
        reader.take(entry, answer(entry.url.removeprefix(ROOT), "no", 403), 0)
    assert asked == 8
    assert reader.tally.given_up[FailureReason.BLOCK_PAGE] == 12


def test_retry_after_shuts_the_host_and_a_long_one_ends_the_matter() -> None:
    reader = reader_with()
    front = reader.frontier.next(0, lambda host: True)
    assert front is not None
    reader.take(front, answer("/", "later", 429, **{"retry-after": "120"}), 1000.0)
    assert reader.frontier.next(1100.0, lambda host: True) is None
    second = reader.frontier.next(1121.0, lambda host: True)
    assert second is front
    date = {"date": "Sun, 22 Nov 2026 12:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 12:01:00 GMT"}
    reader.take(second, answer("/", "later", 503, **date), 2000.0)
    assert reader.frontier.next(2059.0, lambda host: True) is None
    third = reader.frontier.next(2061.0, lambda host: True)
    assert third is front
    reader.take(third, answer("/", "later", 429, **{"retry-after": "86400"}), 3000.0)
    assert not reader.frontier.has_pending()
    assert reader.tally.refused == 1


def test_a_page_that_sends_back_to_itself_with_a_cookie_is_asked_again() -> None:
    reader = reader_with()
    front = reader.frontier.next(0, lambda host: True)
    assert front is not None
    reader.take(front, answer("/", "", 302, location="/"), 0.0)
    assert reader.frontier.next(1e9, lambda host: True) is front


def test_a_front_page_that_sends_on_by_markup_is_followed_to_its_new_host() -> None:
    reader = reader_with()
    front = reader.frontier.next(0, lambda host: True)
    assert front is not None
    meta = (
        '<html><head><meta http-equiv="refresh" content="0; url=http://uusi.kunta.example/"></head><body></body></html>'
    )
    reader.take(front, answer("/", meta), 0.0)
    moved = reader.frontier.next(1.0, lambda host: True)
    assert moved is not None
    assert (moved.url, moved.kind) == ("http://uusi.kunta.example/", Kind.FRONT)
    assert "uusi.kunta.example" in reader.site.hosts


def test_types_that_lie_are_seen_through() -> None:
    reader = reader_with()

    def take(body: bytes, content_type: str) -> None:
        entry = Entry(f"{ROOT}/{len(body)}", Kind.PAGE, 1)
        reader.frontier.offer(entry)
        reader.take(entry, Answer(entry.url, 200, {"content-type": content_type}, body, content_type), 0.0)

    take(b"%PDF-1.7 not html", "text/html")
    take(html("Sivu").encode(), "application/octet-stream")
    take(html("Toinen sivu").encode(), "")
    take(b"{}", "application/json")
    assert (reader.tally.documents, reader.tally.pages) == (2, 2)


def test_another_spelling_of_a_dead_front_page_is_tried_and_its_failure_not_counted() -> None:
    reader = reader_with()
    asked = []
    now = 0.0
    while (entry := reader.frontier.next(now, lambda host: True)) is not None:
        asked.append(entry.url)
        reader.fail(entry, FailureReason.DNS, "no such name", now)
        now += 1000.0
    assert asked == [f"{ROOT}/", f"{ROOT}/", "http://www.kunta.example/"]
    assert reader.tally.failures == {FailureReason.DNS: 1}
    assert reader.tally.last_trouble.startswith(f"{ROOT}/")


def test_a_site_that_answers_only_without_tls_is_read() -> None:
    reader = reader_with()
    front = reader.frontier.next(0.0, lambda host: True)
    assert front is not None
    front.attempts = 3
    reader.fail(front, FailureReason.TLS, "handshake", 0.0)
    guess = reader.frontier.next(1.0, lambda host: True)
    assert guess is not None
    assert guess.url == "https://kunta.example/"
    body = html("Kunta", ("/a", "A")).encode()
    reader.take(guess, Answer(guess.url, 200, {"content-type": "text/html"}, body, "text/html"), 1.0)
    assert reader.tally.pages == 1
    assert reader.frontier.knows("https://kunta.example/a")
