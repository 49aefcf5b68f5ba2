"""When an address gives no answer: tried again later, counted, or its host left in peace. Knows each host's health.

Knows no clock: the caller says what time it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from crawler.manners.statuses import REFUSING, SILENT
from crawler.settings import LONGEST_WAIT_SECONDS
from study import FailureReason

from .entries import Entry, Kind
from .frontier import Frontier
from .plan import Answer
from .site import OwnSite, Place
from .tally import Tally
from .worth import PROMISING

_FEW_ATTEMPTS = frozenset({FailureReason.DNS, FailureReason.REFUSED})
"""Failures that a second look seldom mends: tried twice only."""
_TRANSIENT = _FEW_ATTEMPTS | {
    FailureReason.TIMEOUT,
    FailureReason.CONNECTION_LOST,
    FailureReason.TLS,
    FailureReason.OTHER,
    FailureReason.RENDER_FAILED,
}
_SURE_ANSWERS = (401, 407, 429)
"""What a server says of us and not of the address: another spelling would be asking twice."""
_SHOWN = (FailureReason.HTTP_ERROR, FailureReason.TOO_FEW_PAGES)
"""Troubles of a server that answers: the same name under another scheme is the same server."""
_GIVE_UP_AFTER = 8
"""Addresses of one host that fail one after the other before the host is left in peace."""
_LADDER = {3: 6.0, 6: 24.0, 9: 60.0}
"""After so many attempts without an answer, one after the other, a host is left alone for this many pauses."""
_SILENT_AFTER = 12


class Trouble:
    """The failures of a crawl and what they say of its hosts."""

    def __init__(self, frontier: Frontier, tally: Tally, site: OwnSite, pause: float) -> None:
        self._frontier, self._tally, self._site, self._pause = frontier, tally, site, pause
        self._in_a_row: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()
        self._failed: list[Entry] = []
        self.given_up: list[tuple[Entry, FailureReason]] = []
        """Addresses that were never asked because their host was left in peace, and why it was."""

    def is_own(self, entry: Entry) -> bool:
        """Whether trouble with this address is trouble with the municipality's site; another spelling is a guess."""
        return (
            entry.kind not in (Kind.SITEMAP, Kind.PROBE)
            and not entry.guess
            and self._site.place_of(entry.url) is Place.OWN
        )

    def forget(self) -> None:
        """A new session: what failed in the last one is queued again, and hosts are judged anew."""
        for entry in self._failed:
            self._frontier.reopen(entry)
        self._failed.clear()
        self.given_up.clear()
        self._in_a_row.clear()
        self._unanswered.clear()
        self._tally.forget_troubles()

    def answered(self, host: str) -> None:
        """The host gave an answer, whatever it was."""
        self._unanswered[host] = 0

    def served(self, host: str) -> None:
        """The host showed a page that can be read."""
        self._in_a_row[host] = 0

    def fail(self, entry: Entry, reason: FailureReason, detail: str, now: float) -> None:
        """An address gave no answer: try again later, or count it; a silent host is given up."""
        if reason is FailureReason.ROBOTS:
            self._forbidden(entry)
            return
        if entry.kind is Kind.PROBE or entry.gaps:  # with gaps the page itself has been read
            self._frontier.settle(entry, counted=bool(entry.gaps))
            return
        attempts = 2 if reason in _FEW_ATTEMPTS or entry.kind is Kind.RENDER else self._frontier.budget.attempts
        if reason in _TRANSIENT and entry.kind is not Kind.RENDER and self._is_silent(entry.host, now):
            attempts = 0
        is_tried_again = reason in _TRANSIENT and entry.attempts < attempts
        if is_tried_again and self._frontier.retry(entry, now + self._wait(entry)):
            return
        self.settle(entry)
        if self.is_own(entry) and not entry.challenged:  # the challenge itself has been counted
            self._tally.failures[reason] += 1
            self._tally.last_trouble = f"{entry.url}: {detail}"
            self.other_spelling(entry, reason)
        if reason is FailureReason.ROBOTS_UNREACHABLE:
            self._give_up(entry.host, reason)
        elif reason in _TRANSIENT and entry.kind is not Kind.RENDER:
            self.count(entry.host, reason)

    def settle(self, entry: Entry, *, counted: bool = True) -> None:
        """The address failed for this session; the next one may try it again."""
        self._frontier.settle(entry, counted=counted)
        self._failed.append(entry)

    def is_put_off(self, entry: Entry, answer: Answer, now: float) -> bool:
        """Queue a busy server's address for later; false where it was asked, or would have to wait, long enough."""
        if self._is_silent(entry.host, now):
            return False
        wait, asked = self._wait(entry), _retry_after(answer.headers)
        if asked is not None and asked > LONGEST_WAIT_SECONDS:
            return False
        if asked is not None:
            wait = asked
            self._frontier.hold_host(entry.host, now + wait)
        return self._frontier.retry(entry, now + wait)

    def refuse(self, entry: Entry, answer: Answer) -> None:
        """An answer that is an error: whose, and does the host want us at all?"""
        self.settle(entry)
        if not self.is_own(entry):
            return
        self._tally.last_trouble = f"{answer.url} answers with status {answer.status}"
        if answer.status not in _SURE_ANSWERS:
            self.other_spelling(entry, FailureReason.HTTP_ERROR)
        if answer.status in REFUSING:
            self._tally.refused += 1
            self.count(entry.host, FailureReason.BLOCK_PAGE)
        elif answer.status in SILENT:
            self._tally.failures[SILENT[answer.status]] += 1
            self.count(entry.host, SILENT[answer.status])
        elif answer.status >= 500:
            self._tally.server_errors += 1
            self.count(entry.host, FailureReason.HTTP_ERROR)
        else:
            self._tally.client_errors += 1

    def count(self, host: str, reason: FailureReason) -> None:
        """One more failure in a row of this host; after too many it is given up."""
        self._in_a_row[host] += 1
        if self._in_a_row[host] >= _GIVE_UP_AFTER:
            self._give_up(host, reason)

    def _give_up(self, host: str, reason: FailureReason) -> None:
        dropped = self._frontier.drop_host(host)
        self._failed += dropped
        self.given_up += [(entry, reason) for entry in dropped if self.is_own(entry)]
        if self._site.place(host) is Place.OWN and any(entry.kind is Kind.PAGE for entry in dropped):
            self._tally.given_up[reason] += len(dropped)

    def _wait(self, entry: Entry) -> float:
        return self._pause * 4.0 ** max(0, entry.attempts - 1)

    def _forbidden(self, entry: Entry) -> None:
        self.settle(entry, counted=False)
        if not self.is_own(entry):
            return
        self._tally.robots_forbidden += 1
        covered = self._frontier.worth.covered
        missing = any(score >= PROMISING and covered[service] < 1 for service, score in entry.services.items())
        self._tally.promising_forbidden += missing

    def _is_silent(self, host: str, now: float) -> bool:
        """Count an attempt without an answer: the host is left alone longer and longer; true once it is given up."""
        self._unanswered[host] += 1
        steps = self._unanswered[host]
        if steps in _LADDER:
            self._frontier.hold_host(host, now + _LADDER[steps] * self._pause)
        return steps >= _SILENT_AFTER

    def other_spelling(self, entry: Entry, reason: FailureReason) -> None:
        """A front page that gives no page may answer under the other scheme, with or without "www."."""
        if entry.kind is not Kind.FRONT or entry.hops:
            return
        self._tally.front_trouble = self._tally.last_trouble
        last_try = self._frontier.budget.attempts - 1
        for url in _other_spellings(entry, reason):
            guess = Entry(url, Kind.FRONT, 0, hops=1, attempts=last_try, guess=True)
            self._frontier.offer(guess, redirected=True)


def _other_spellings(entry: Entry, reason: FailureReason) -> list[str]:
    scheme, _, rest = entry.url.partition("://")
    has_name = ":" not in entry.host and entry.host.rpartition(".")[2].isalpha()
    others = []
    if reason in _SHOWN:
        return [_with_or_without_www(entry.url)] if has_name else []
    if reason is not FailureReason.DNS and (has_name or reason not in (FailureReason.REFUSED, FailureReason.TIMEOUT)):
        others.append(f"{'http' if scheme == 'https' else 'https'}://{rest}")
    if has_name:
        others.append(_with_or_without_www(entry.url))
    return others


def _with_or_without_www(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.removeprefix('www.') if rest.startswith('www.') else f'www.{rest}'}"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks us to wait; dates are taken against the server's own clock."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until, now = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
