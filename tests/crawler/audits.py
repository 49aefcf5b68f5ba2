"""What tests of the audit share: pages good and bad, plans for them, and what the evidence says of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from study import AuditPlan, SampledPage, StoredJson, StudyFolder, read_events

from .conftest import Served, html

BAD = html("Huono", text='<img src="/x.png"><button></button><input type="text"><a href="/"></a>')
GOOD = html("Hyvä", text="Kaikki on kunnossa.")
Serve = Callable[..., Served]
Study = Callable[..., StudyFolder]


def plan_for(site: Served, *paths: str, code: str = "901", **more: Any) -> AuditPlan:
    pages = tuple(SampledPage(f"{site.url}{path.lstrip('/')}", "random") for path in paths)
    return AuditPlan(code, pages, **more)


def results(folder: StudyFolder) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in read_events(folder.warc_files()):
        if isinstance(event, StoredJson) and event.kind == "axe":
            found["/" + event.url.split("/", 3)[3]] = event.data
    return found


def rules(data: dict[str, Any]) -> set[str]:
    return {rule["id"] for rule in data["axe"]["violations"]}


def reason(data: dict[str, Any]) -> str:
    return str(data["error"]).split(":")[0]
