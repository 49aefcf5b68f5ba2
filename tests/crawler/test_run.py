from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from crawler.processes.run import CrawlEvent, crawl_study
from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StorageError,
    StoredDocument,
    StudyFolder,
    UserError,
    open_study,
    read_events,
)

from .conftest import Reply, Served, html


def small_site() -> dict[str, str]:
    pages = {
        "/": html("Kunta", ("/palvelut", "Palvelut"), ("/uutiset", "Uutiset"), ("/kirjasto", "Kirjasto")),
        "/palvelut": html("Palvelut", ("/paivahoito", "Varhaiskasvatushakemus"), ("/pysakointi", "Pysäköintitunnus")),
    }
    for path in ("/uutiset", "/kirjasto", "/paivahoito", "/pysakointi"):
        pages[path] = html(path.strip("/").title(), ("/", "Etusivu"))
    return pages


def test_a_small_site_is_read_whole_into_evidence(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    site = serve(small_site())
    folder = study({"901": (site.url,)})
    events: list[CrawlEvent] = []
    (outcome,) = crawl_study(folder, on_event=events.append)
    log = (folder.state / "logs" / "901.log").read_text()
    assert outcome.status is CrawlStatus.COMPLETE, (outcome, log)
    stored = list(read_events(folder.warc_files("901")))
    urls = {event.url for event in stored if isinstance(event, StoredDocument) and event.status == 200}
    assert urls == {site.url.rstrip("/") + path for path in small_site()}
    assert isinstance(stored[-1], CrawlEnd)
    assert events[0].kind == "started"
    assert events[-1].kind == "ended"


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    site = serve(small_site())
    folder = study({"901": (site.url,)})
    folder.evidence.rmdir()
    folder.evidence.write_text("in the way")
    with pytest.raises(StorageError) as caught:
        crawl_study(folder)
    assert str(folder.evidence) in caught.value.message
    assert site.asked == []


def test_only_the_named_municipalities_are_crawled_and_unknown_ones_refused(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    one, two = serve(small_site()), serve(small_site())
    folder = study({"901": (one.url,), "902": (two.url,)})
    (outcome,) = crawl_study(folder, only=["902"])
    assert outcome.code == "902"
    assert one.asked == []
    with pytest.raises(UserError, match="999"):
        crawl_study(folder, only=["999"])


def test_a_study_that_has_had_its_time_stops_and_is_gone_on_with(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    pages = {path: Reply(body, wait=0.4) for path, body in small_site().items()}
    one, two = serve(dict(pages)), serve(dict(pages))
    folder = study({"901": (one.url,), "902": (two.url,)}, parallel_municipalities=1, run_limit_hours=1.5 / 3600)
    first, second = crawl_study(folder)
    assert (first.status, first.reason) == (CrawlStatus.PARTIAL, FailureReason.STOPPED), first
    assert (second.status, second.reason) == (CrawlStatus.PARTIAL, FailureReason.TIME_LIMIT)
    assert "run_limit_hours" in second.detail
    assert two.asked == []
    config = folder.config_file.read_text(encoding="utf-8")
    folder.config_file.write_text(re.sub(r"(?m)^run_limit_hours = .*", "run_limit_hours = 0", config), encoding="utf-8")
    again = crawl_study(open_study(folder.root))
    assert [outcome.status for outcome in again] == [CrawlStatus.COMPLETE] * 2
    assert all(len(set(site.paths)) == len(site.paths) - site.paths.count("/robots.txt") + 1 for site in (one, two))
