"""What the judges say of one page: the frozen records that `examine` returns and everything later reads.

`inspect --json` prints them, the pipeline turns them into rows. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from .page.read import Furniture


@dataclass(frozen=True, slots=True)
class PageSource:
    """A document as it was stored: the answer of the server, or the DOM that a browser made of it."""

    url: str
    body: bytes | str
    content_type: str = "text/html"
    status: int = 200
    rendered: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    way: tuple[str, ...] = ()
    """Of a landing page: addresses that redirects passed through before this one, without the one that was linked."""

    @property
    def cookies(self) -> tuple[str, ...]:
        """Names of the cookies that the answer set, sorted."""
        lines = self.headers.get("set-cookie", "").splitlines()
        return tuple(sorted({name for line in lines if (name := line.partition("=")[0].strip())}))


@dataclass(frozen=True, slots=True)
class SiteContext:
    """What is known of the site beyond the page: its own hosts, repeated furniture, landing pages behind links."""

    own_hosts: frozenset[str] = frozenset()
    furniture: Furniture | None = None
    landing: Mapping[str, PageSource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term of the taxonomy, the part of the page it stood in (title, heading, text, link, path) and the words met."""

    term: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class ServiceHit:
    """A service that the page serves; `score` is calibrated: about this share of such verdicts is right."""

    service_id: str
    theme_id: str
    score: float
    is_primary: bool
    terms: tuple[TermUse, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelHit:
    """A way to use a service that the page offers, with the sentence, link or card that proves it."""

    service_id: str
    channel: str
    subtype: str
    snippet: str
    target_url: str | None
    cue: str
    confidence: float
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product that the page sends its reader to. evidence_type: host, path, markup, iframe, form, link-text, text."""

    product_id: str
    service_id: str | None
    evidence_type: str
    target: str
    confidence: float


@dataclass(frozen=True, slots=True)
class UnknownHit:
    """A link to an e-service whose host no product of the taxonomy claims."""

    service_id: str | None
    host: str
    target_url: str
    why: str = ""
    """What makes it look like an e-service: host-word, path-word or link-words."""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What an accessibility statement says; `problems` are ids of required parts that are missing or outdated."""

    found: bool
    url: str | None
    assessed_on: date | None
    compliance: str
    feedback_channel: str | None
    enforcement_body: str | None
    problems: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    other_subject: str | None = None
    """Product that the statement is about, where that is not the site it stands on."""
    is_about_site: bool = False
    """Whether its opening speaks of a website, or names the host that it stands on."""


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """A sentence that says something of the customers' say and help; `about` are ids of what it says more closely."""

    kind: str
    sentence: str
    about: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: which verdict, what spoke for it, and where on the page."""

    verdict: str
    why: str
    where: str = ""


class Told(Sequence[Reason]):
    """Reasons that are put into words when somebody asks for them; a tuple for whoever packs or compares them."""

    __slots__ = ("_found", "_tell")

    def __init__(self, tell: Callable[[], Iterable[Reason]]) -> None:
        self._tell: Callable[[], Iterable[Reason]] | None = tell
        self._found: tuple[Reason, ...] = ()

    def _all(self) -> tuple[Reason, ...]:
        if self._tell is not None:
            self._found, self._tell = tuple(self._tell()), None
        return self._found

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, at: int) -> Reason: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Reason, ...]: ...
    def __getitem__(self, at: int | slice) -> Reason | tuple[Reason, ...]:
        return self._all()[at]

    def __iter__(self) -> Iterator[Reason]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Told, tuple)) and self._all() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[type[tuple[Reason, ...]], tuple[tuple[Reason, ...]]]:
        return tuple, (self._all(),)


@dataclass(frozen=True, slots=True)
class PageFindings:
    """Everything the analysis says of one page."""

    url: str
    title: str = ""
    language: str = ""
    page_type: str = "other"
    page_type_score: float = 0.0
    theme: str | None = None
    services: tuple[ServiceHit, ...] = ()
    absent: tuple[str, ...] = ()
    """Services of which the page says that they are not there."""
    channels: tuple[ChannelHit, ...] = ()
    vendors: tuple[ProductHit, ...] = ()
    unknown_eservices: tuple[UnknownHit, ...] = ()
    authentication: str = "unknown"
    statement: StatementFacts | None = None
    customer: tuple[CustomerHit, ...] = ()
    internal_links: tuple[tuple[str, str], ...] = ()
    alternates: Mapping[str, str] = field(default_factory=dict)
    reasons: Sequence[Reason] = ()
