"""Pages that are empty without scripts are opened in a browser, and the browser is kept on a leash."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.processes.run import crawl_study
from study import (
    CrawlStatus,
    FailureReason,
    StoredDocument,
    StoredFailure,
    StoredJson,
    StoredRendering,
    StudyFolder,
    read_events,
)

from .conftest import Reply, Served

SHELL = (
    "<!doctype html><html lang='fi'><head><title>Kunta</title></head><body><div id='root'></div>"
    "<script src='/app.js'></script></body></html>"
)
APP = """
fetch('/api/page?path=' + encodeURIComponent(location.pathname)).then(r => r.json()).then(d => {
  document.title = d.title;
  document.getElementById('root').innerHTML = '<h1>' + d.title + '</h1><p>' + d.text + '</p>' +
    d.links.map(l => '<a href="' + l[0] + '">' + l[1] + '</a>').join(' ');
});
document.cookie = '_pk_id.1=of-a-person';
fetch('http://OTHER/secret').catch(() => {});
new Image().src = 'http://OTHER/pixel';
"""


def app_site(other: str) -> dict[str, Reply]:
    text = "Tervetuloa kunnan sivuille, joilla kerrotaan palveluista ja niiden hakemisesta. " * 3

    def api(title: str, *links: tuple[str, str]) -> Reply:
        items = ",".join(f'["{href}","{label}"]' for href, label in links)
        return Reply(
            f'{{"title":"{title}","text":"{title} {text}","links":[{items}]}}',
            headers={"Content-Type": "application/json"},
        )

    pages = {path: Reply(SHELL, headers={"X-Powered-By": "Seravo"}) for path in ("/", "/palvelut", "/lupa", "/tieto")}
    return {
        **pages,
        "/app.js": Reply(APP.replace("OTHER", other), headers={"Content-Type": "text/javascript"}),
        "/api/page?path=%2F": api("Etusivu", ("/palvelut", "Palvelut"), ("/tieto", "Tietoa")),
        "/api/page?path=%2Fpalvelut": api("Palvelut", ("/lupa", "Rakennuslupa")),
        "/api/page?path=%2Flupa": api("Rakennuslupa", ("/", "Etusivu")),
        "/api/page?path=%2Ftieto": api("Tietoa kunnasta", ("/", "Etusivu")),
    }


@pytest.mark.browser
def test_shell_pages_are_rendered_and_both_versions_kept(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    other = serve(fallback=lambda path: Reply("secret"))
    site = serve(app_site(other.host))
    folder = study({"901": (site.url,)}, render=True, allow_private_hosts=[site.host])
    (outcome,) = crawl_study(folder)
    log = (folder.state / "logs" / "901.log").read_text()
    assert outcome.status is CrawlStatus.COMPLETE, (outcome, log)
    events = list(read_events(folder.warc_files("901")))
    rendered = {event.url: event for event in events if isinstance(event, StoredRendering)}
    fetched = {event.url: event for event in events if isinstance(event, StoredDocument)}
    for path in ("", "palvelut", "lupa", "tieto"):
        assert "Tervetuloa" in rendered[site.url + path].html
        assert b"Tervetuloa" not in fetched[site.url + path].body
        assert rendered[site.url + path].refers_to == fetched[site.url + path].record_id
    assert other.asked == [], "the browser may not reach a private host that is not allowed"
    assert rendered[site.url].contacted == (site.host,)
    assert rendered[site.url].headers["x-powered-by"] == "Seravo"
    assert rendered[site.url].cookies == ("_pk_id.1",)
    assert "of-a-person" not in str(rendered[site.url]), "of a cookie the name is kept alone"


@pytest.mark.browser
def test_without_rendering_a_shell_site_is_no_success(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    site = serve(app_site("127.0.0.1:9"))
    folder = study({"901": (site.url,)}, render=False)
    (outcome,) = crawl_study(folder)
    assert outcome.status is CrawlStatus.FAILED
    assert "browser" in outcome.detail


FILL = (
    "document.getElementById('root').innerHTML = '<h1>' + document.title + '</h1><p>' +"
    " 'Kunnan palvelut ja ohjeet niiden hakemiseen. '.repeat(9) + '</p>';"
)
MEAN = {
    "dialogs": f"for (let i = 0; i < 20; i++) alert(i); confirm('x'); prompt('y'); {FILL}",
    "unload": f"window.onbeforeunload = e => {{ e.preventDefault(); e.returnValue = 'x'; }}; {FILL}",
    "windows": f"for (let i = 0; i < 200; i++) window.open('/w?' + i); {FILL}",
    "timers": f"setTimeout(() => setTimeout(() => {{ {FILL} }}, 300), 300)",
    "restless": f"{FILL} setInterval(() => document.body.append('x'), 20)",
    "polling": f"{FILL} fetch('/never')",
    "streams": f"{FILL} for (const n of [1, 2, 3, 4]) fetch('/never?' + n)",
    "worker": f"navigator.serviceWorker && navigator.serviceWorker.register('/sw.js'); {FILL}",
    "away": "location.href = 'http://OTHER/elsewhere'",
    "private": "location.href = 'http://169.254.169.254/latest'",
    "file": "location.href = 'file:///etc/passwd'",
    "hangs": f"{FILL} setTimeout(() => {{ while (true) {{}} }}, 5)",
}


@pytest.mark.browser
@pytest.mark.slow
def test_pages_that_misbehave_in_the_browser_harm_nobody_else(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    other = serve(fallback=lambda path: Reply(f"<html><body><h1>Toinen</h1><p>{'Muualla. ' * 40}</p></body></html>"))
    site = serve()
    shell = "<!doctype html><html lang='fi'><title>NAME</title><body><div id='root'></div><script>CODE</script></body>"
    for name, code in MEAN.items():
        site.pages[f"/{name}"] = Reply(shell.replace("NAME", name).replace("CODE", code.replace("OTHER", other.host)))
    links = "".join(f'<li><a href="/{name}">Rakennuslupa {name}</a></li>' for name in [*MEAN, "a", "b", "c"])
    site.pages["/"] = Reply(f"<html lang='fi'><body><main><h1>Kunta</h1><ul>{links}</ul></main></body></html>")
    site.pages |= {f"/{name}": Reply(f"<main><h1>{name}</h1><p>{'Teksti. ' * 30}</p></main>") for name in "abc"}
    site.pages |= {path: Reply("late", wait=30) for path in ("/never", *(f"/never?{n}" for n in (1, 2, 3, 4)))}
    folder = study({"901": (site.url,)}, render=True, allow_private_hosts=[site.host, other.host])
    (outcome,) = crawl_study(folder)
    events = list(read_events(folder.warc_files("901")))
    shown = {
        event.url.rpartition("/")[2]
        for event in events
        if isinstance(event, StoredRendering) and "hakemiseen" in event.html
    }
    assert {"dialogs", "unload", "windows", "timers", "restless", "polling", "streams", "worker"} <= shown, outcome
    away = [event for event in events if isinstance(event, StoredJson) and event.kind == "script-redirect"]
    assert f"http://{other.host}/elsewhere" in {event.data["to"] for event in away}
    failed = {event.url.rpartition("/")[2]: event.reason for event in events if isinstance(event, StoredFailure)}
    assert failed.get("hangs") is FailureReason.RENDER_FAILED or "hangs" in shown
    assert {"/a", "/b", "/c"} <= set(site.paths)
    assert not any(path.startswith(("/w?", "/sw.js")) for path in site.paths)
    assert outcome.status in (CrawlStatus.COMPLETE, CrawlStatus.PARTIAL)
