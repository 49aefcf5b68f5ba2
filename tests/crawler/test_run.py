from __future__ import annotations

from collections.abc import Callable

from crawler.run import CrawlEvent, crawl_study
from study import CrawlEnd, CrawlStatus, StoredDocument, StudyFolder, read_events

from .conftest import Served, html


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
