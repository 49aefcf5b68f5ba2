"""Counts what happened and says how the crawl ended. An empty crawl is a failure, never a success."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from study import CrawlStatus, FailureReason, counted

PAGE_FLOOR = 3
"""Fewer readable pages than this are no website: a parked domain, an error page, a notice."""
ENOUGH_PAGES_READ = 150
"""With fewer pages read, and more at hand, the links seen so far do not tell what the site has: never complete."""
_SAME_SHARE = 0.8
_TROUBLE_SHARE = 0.3
"""With a larger share of addresses refused, failed or closed, what was read does not tell what the site has."""
_INSTEAD = 5
"""From so many addresses on that show the same page instead of the service they promised, something stands there."""


@dataclass(slots=True)
class Tally:
    """What happened on the municipality's own hosts, and in all."""

    pages: int = 0
    rendered: int = 0
    documents: int = 0
    eservices: int = 0
    refused: int = 0
    server_errors: int = 0
    client_errors: int = 0
    robots_forbidden: int = 0
    promising_forbidden: int = 0
    challenges: int = 0
    redirects: int = 0
    shells: int = 0
    empty: int = 0
    missing: int = 0
    """Pages that say that there is no such page, with status 200."""
    sitemaps: int = 0
    moved_to: str = ""
    front_trouble: str = ""
    """Why another spelling of the front page was tried."""
    found_at: str = ""
    """What was done to find the site, where its address alone did not lead to it."""
    certificate: str = ""
    """What is wrong with the certificate of an own host that was read all the same."""
    given_up: Counter[FailureReason] = field(default_factory=Counter)
    failures: Counter[FailureReason] = field(default_factory=Counter)
    signatures: Counter[int] = field(default_factory=Counter)
    unkept: Counter[int] = field(default_factory=Counter)
    """Pages by what they showed, whose links promised a service that the page did not name."""
    last_trouble: str = ""

    @property
    def distinct(self) -> int:
        """Pages read, those that show the same text as another counted once."""
        return min(self.pages, len(self.signatures)) if self.signatures else self.pages

    def forget_troubles(self) -> None:
        """A new session tries again what failed in the last one."""
        self.refused = self.server_errors = self.client_errors = self.challenges = 0
        self.robots_forbidden = self.promising_forbidden = 0
        self.failures.clear()
        self.given_up.clear()
        self.last_trouble = self.moved_to = ""

    def counters(self) -> dict[str, int]:
        """Everything as numbers for the evidence."""
        plain = {
            name: getattr(self, name)
            for name in (
                "pages",
                "rendered",
                "documents",
                "eservices",
                "refused",
                "server_errors",
                "client_errors",
                "robots_forbidden",
                "promising_forbidden",
                "challenges",
                "redirects",
                "shells",
                "empty",
                "missing",
            )
        }
        plain["repeated_pages"] = self.pages - self.distinct
        return {**plain, **{f"failed_{reason.value}": count for reason, count in sorted(self.failures.items())}}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Status, reason and words for how a crawl ended."""

    status: CrawlStatus
    reason: FailureReason | None
    detail: str
    is_whole: bool = True
    """Whether silence about any service means nothing; else only of those that unread addresses speak for."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """What was still unread when the crawl ended: promising addresses, and all."""

    promising: int = 0
    unread: int = 0


def judge(tally: Tally, left: Leftover, closed_by: str) -> Verdict:
    """The verdict on a crawl; `closed_by` is Scrapy's reason for closing: "finished" when nothing is left to do."""
    verdict = _judge(tally, left, closed_by)
    told = (verdict.detail, tally.found_at, tally.certificate)
    return replace(verdict, detail="; ".join(part for part in told if part))


def _judge(tally: Tally, left: Leftover, closed_by: str) -> Verdict:
    if closed_by == "shutdown":
        return Verdict(CrawlStatus.PARTIAL, FailureReason.STOPPED, "the next crawl goes on from here")
    if tally.pages == 0:
        return _nothing(tally)
    troubled = _troubled(tally)
    if troubled is not None:
        return troubled
    most_common = tally.signatures.most_common(1)[0][1] if tally.signatures else 0
    # A site with real pages beside a soft error page under a hundred dead links is a site all the same.
    if tally.pages >= 5 and most_common > _SAME_SHARE * tally.pages and tally.distinct < 2 * PAGE_FLOOR:
        return Verdict(
            CrawlStatus.FAILED, FailureReason.SAME_PAGE, f"{most_common} of {tally.pages} addresses show the same page"
        )
    same_instead = max(tally.unkept.values(), default=0)
    if same_instead >= _INSTEAD and same_instead > _TROUBLE_SHARE * tally.pages:
        detail = f"{same_instead} of {tally.pages} addresses show one page instead of the service that they promise"
        return Verdict(CrawlStatus.PARTIAL, FailureReason.SAME_PAGE, detail)
    is_early = bool(left.unread) and tally.distinct < ENOUGH_PAGES_READ
    if closed_by == "closespider_timeout":
        detail = f"the time limit ended the crawl, {counted(left.promising, 'promising link')} unread"
        return Verdict(CrawlStatus.PARTIAL, FailureReason.TIME_LIMIT, detail, is_early)
    if closed_by != "finished":
        return Verdict(CrawlStatus.PARTIAL, FailureReason.CRASHED, f"the crawl was closed: {closed_by}")
    if left.promising or is_early:
        detail = f"the page budget ended with {left.promising} promising and {left.unread} links in all unread"
        return Verdict(CrawlStatus.PARTIAL, FailureReason.BUDGET, detail, is_early)
    if tally.distinct < PAGE_FLOOR:
        return Verdict(
            CrawlStatus.FAILED,
            FailureReason.TOO_FEW_PAGES,
            f"only {counted(tally.distinct, 'readable page')} could be found",
        )
    if tally.given_up:
        reason, count = tally.given_up.most_common(1)[0]
        detail = f"given up: {counted(count, 'address')}; {tally.last_trouble}"
        return Verdict(CrawlStatus.PARTIAL, reason, detail, count > _TROUBLE_SHARE * (tally.pages + count))
    return _closed(tally)


def _closed(tally: Tally) -> Verdict:
    """Nearly every site closes something: only where that is much does it stand against the whole search."""
    closed = tally.promising_forbidden
    detail = f"robots.txt keeps {counted(closed, 'promising address')} closed" if closed else ""
    if closed > _TROUBLE_SHARE * (tally.pages + closed):
        return Verdict(CrawlStatus.PARTIAL, FailureReason.ROBOTS, detail)
    return Verdict(CrawlStatus.COMPLETE, None, detail, is_whole=False)


def _nothing(tally: Tally) -> Verdict:
    """No page could be read: whose doing was it?"""
    if tally.challenges or tally.refused:
        return Verdict(CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE, tally.last_trouble or "the server refuses us")
    if tally.robots_forbidden:
        return Verdict(CrawlStatus.BLOCKED, FailureReason.ROBOTS, "robots.txt asks us not to read the site")
    if tally.failures[FailureReason.ROBOTS_UNREACHABLE]:
        return Verdict(CrawlStatus.BLOCKED, FailureReason.ROBOTS_UNREACHABLE, tally.last_trouble)
    if tally.server_errors:
        # Some hosts answer 500 to every named crawler for months; the site itself is up.
        detail = tally.last_trouble or "the server answers with errors"
        return Verdict(CrawlStatus.BLOCKED, FailureReason.HTTP_ERROR, detail)
    if tally.failures and not tally.shells:
        return Verdict(CrawlStatus.FAILED, tally.failures.most_common(1)[0][0], tally.last_trouble)
    if tally.shells:
        detail = f"empty without a browser, and not to be opened in one: {counted(tally.shells, 'page')}"
        return Verdict(CrawlStatus.FAILED, FailureReason.RENDER_FAILED, detail)
    if tally.moved_to:
        detail = f"the front page leads to {tally.moved_to}: add that host to municipalities.csv if it is the site's"
        return Verdict(CrawlStatus.FAILED, FailureReason.BAD_ADDRESS, detail)
    if tally.empty:
        return Verdict(
            CrawlStatus.FAILED, FailureReason.TOO_FEW_PAGES, f"an empty page at {counted(tally.empty, 'address')}"
        )
    if tally.client_errors or tally.redirects or tally.missing:
        errors = tally.client_errors or tally.missing
        reason = FailureReason.HTTP_ERROR if errors else FailureReason.REDIRECT_LOOP
        detail = tally.last_trouble or "the addresses asked for are errors or only lead to each other"
        return Verdict(CrawlStatus.FAILED, reason, detail)
    return Verdict(CrawlStatus.FAILED, FailureReason.TOO_FEW_PAGES, "no readable page was found")


def _troubled(tally: Tally) -> Verdict | None:
    """Some pages were read, but so many were not that silence about a service would mean nothing."""
    blocked = tally.refused + tally.challenges
    failed = tally.server_errors + sum(tally.failures.values()) + tally.shells
    total = tally.pages + blocked + failed
    if blocked > _TROUBLE_SHARE * total:
        status = CrawlStatus.PARTIAL if tally.pages >= PAGE_FLOOR else CrawlStatus.BLOCKED
        verb = "was" if blocked == 1 else "were"
        return Verdict(status, FailureReason.BLOCK_PAGE, f"{blocked} of {counted(total, 'address')} {verb} refused")
    if failed > _TROUBLE_SHARE * total:
        status = CrawlStatus.PARTIAL if tally.pages >= PAGE_FLOOR else CrawlStatus.FAILED
        reason = tally.failures.most_common(1)[0][0] if tally.failures else FailureReason.HTTP_ERROR
        reason = FailureReason.RENDER_FAILED if tally.shells > failed / 2 else reason
        return Verdict(status, reason, f"{failed} of {counted(total, 'address')} failed; {tally.last_trouble}")
    return None
