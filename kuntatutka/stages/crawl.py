"""`kuntatutka crawl`: reads the municipalities' websites and keeps the evidence."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kuntatutka.crawl_display import CrawlDisplay
from kuntatutka.exits import ExitStatus
from kuntatutka.notices import tell_courtesy
from kuntatutka.progress import Talk
from study import CrawlStatus, StudyFolder

from .at_cluster import at_cluster
from .common import Gap, closing, ready, told_how_to_go_on, why_of

if TYPE_CHECKING:
    from crawler import Elsewhere


def crawl_study(
    folder: Path, talk: Talk, *, only: Sequence[str], max_pages: int | None, fresh: bool, cluster: str = ""
) -> ExitStatus:
    """`kuntatutka crawl`."""
    study = ready(folder.resolve() if cluster else folder, talk)
    tell_courtesy(study, talk, only)
    with study.lock(), told_how_to_go_on(study, talk), at_cluster(cluster, study, talk, needs_locks=True) as there:
        elsewhere = there.children(study) if there else None
        gaps = crawl_now(study, talk, only=only, max_pages=max_pages, fresh=fresh, elsewhere=elsewhere)
    sys.stdout.write(f"{study.evidence}\n")
    return closing(talk, gaps)


def crawl_now(
    study: StudyFolder,
    talk: Talk,
    *,
    only: Sequence[str],
    max_pages: int | None,
    fresh: bool,
    elsewhere: Elsewhere | None = None,
) -> tuple[Gap, ...]:
    """Crawl what is left to read; the caller holds the study's lock."""
    from crawler import crawl_study as crawl

    names = {item.code: item.name_fi for item in study.municipalities}
    chosen = [study.municipality(code).code for code in only] or list(names)
    budget = max_pages or study.config.crawl.max_pages
    is_cut_off = elsewhere is None and _told_of_no_network(study, talk, chosen, budget, fresh=fresh)
    with talk.steps("Crawl", "page") as steps:
        shown = CrawlDisplay(steps, names, dict.fromkeys(chosen, budget), is_cut_off)
        outcomes = crawl(
            study, only=tuple(only), max_pages=max_pages, fresh=fresh, on_event=shown.show, elsewhere=elsewhere
        )
    return tuple(
        Gap(end.code, names[end.code], end.status, why_of(end.reason, end.detail))
        for end in outcomes
        if end.status is not CrawlStatus.COMPLETE
    )


def _told_of_no_network(study: StudyFolder, talk: Talk, codes: Sequence[str], budget: int, *, fresh: bool) -> bool:
    """Say in one sentence that every site will fail for want of a network, where that is so."""
    from crawler import Guard, is_finished, no_network, stored_end

    left = [code for code in codes if fresh or not is_finished(stored_end(study, code), budget)]
    addresses = [address for code in left for address in study.municipality(code).addresses]
    why = no_network(addresses, Guard(study.config.crawl.allow_private_hosts))
    if why is not None:
        talk.warn(
            f"No site can be reached: {why}. All are noted as failed and read by the next crawl that reaches them."
        )
    return why is not None
