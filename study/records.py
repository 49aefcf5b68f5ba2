"""The records that cross a stage: one frozen dataclass per table of the contract, and the values they use.

Column names are fixed by the public contract; columns beyond it are marked "(addition)" in their text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .columns import column
from .vocabulary import LOG_INS, MaturityBasis


class CrawlStatus(StrEnum):
    """How completely a municipality was read."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    FAILED = "failed"


class State(StrEnum):
    """What the study says of one service in one municipality. The last two are gaps, never a "no"."""

    FOUND = "found"
    NOT_FOUND = "not-found"
    BLOCKED = "blocked"
    NOT_EXAMINED = "not-examined"


class StateReason(StrEnum):
    """Why a state is not `found`."""

    SEARCHED = "searched"
    OTHER_RESPONSIBLE = "other-responsible"
    NOT_CRAWLED = "not-crawled"
    CRAWL_FAILED = "crawl-failed"
    BUDGET = "budget"
    TIME_LIMIT = "time-limit"
    STOPPED = "stopped"
    FOREIGN_EVIDENCE = "foreign-evidence"
    LANGUAGE = "language"
    WEAK_EVIDENCE = "weak-evidence"
    ROBOTS = "robots"
    BLOCK_PAGE = "block-page"
    LOGIN_WALL = "login-wall"
    ERRORS = "errors"
    RETIRED = "retired"
    UNDECIDABLE = "undecidable"


class FailureReason(StrEnum):
    """Why an address could not be fetched, or a crawl ended early."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    CONNECTION_LOST = "connection-lost"
    TOO_LARGE = "too-large"
    ROBOTS = "robots"
    ROBOTS_UNREACHABLE = "robots-unreachable"
    BLOCK_PAGE = "block-page"
    HTTP_ERROR = "http-error"
    PRIVATE_ADDRESS = "private-address"
    BAD_ADDRESS = "bad-address"
    REDIRECT_LOOP = "redirect-loop"
    RENDER_FAILED = "render-failed"
    BUDGET = "budget"
    TIME_LIMIT = "time-limit"
    TOO_FEW_PAGES = "too-few-pages"
    SAME_PAGE = "same-page"
    CRASHED = "crashed"
    STOPPED = "stopped"
    FOREIGN_EVIDENCE = "foreign-evidence"
    NOT_STARTED = "not-started"
    OTHER = "other"


class Verification(StrEnum):
    """Who stands behind a finding, and whether a person should look at it first."""

    AUTOMATIC = "automatic"
    UNCERTAIN = "uncertain"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"

    @property
    def is_by_person(self) -> bool:
        """Whether a person has looked."""
        return self in (Verification.CONFIRMED, Verification.CORRECTED)


class Outcome(StrEnum):
    """The result of an indicator; measured where there is no limit to pass or fail."""

    PASS = "pass"
    FAIL = "fail"
    MEASURED = "measured"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class MunicipalityStatus:
    """One compared municipality and how completely its sites were read."""

    code: str = column("Code of the municipality, kept as text (Finland: three digits).", key=True)
    name_fi: str = column("Finnish name.")
    name_sv: str = column("Swedish name.")
    region: str = column("Region.")
    population: int | None = column("Inhabitants at the year end given in the sources.", unit="inhabitants")
    size_class: str = column("Size class by inhabitants, limits in the taxonomy.")
    website: str = column("Address of the municipality's own site.")
    status: CrawlStatus = column("How completely the sites were read; anything but complete leaves gaps.")
    pages_fetched: int = column("Documents received with an HTTP answer below 400.", unit="pages")
    crawled_from: datetime | None = column("First request, UTC; empty where nothing was requested.")
    crawled_to: datetime | None = column("Last answer, UTC; empty where nothing was requested.")
    status_reason: FailureReason | None = column("Why the status is not complete; empty for complete. (addition)")
    status_detail: str = column("The same in words, as the crawler met it. (addition)")
    requests_failed: int = column("Addresses that gave no answer or an error. (addition)", unit="pages")


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One fetched document."""

    municipality_code: str = column("Code of the municipality whose crawl fetched it.", key=True)
    url: str = column("Address as requested.", key=True)
    final_url: str = column("Address after redirects.")
    status: int = column("HTTP status of the final answer.")
    content_type: str = column("Media type as the server said, without parameters.")
    fetched_at: datetime = column("When the answer came, UTC.")
    title: str = column("Title of the page, at most 300 characters.")
    language: str | None = column("Language of the main text, two letters; empty where it cannot be told.")
    page_type: str = column(
        "service, hub, news, decision, contact, statement, form, document, eservice or other.", codes="page-type"
    )
    depth: int | None = column(
        "Clicks from the front page; empty where no path of read pages leads to it.", unit="clicks"
    )
    warc_file: str = column("File in evidence/ that holds the answer.")
    warc_offset: int = column("Byte offset of the record in that file.", unit="bytes")
    sha256: str = column("SHA-256 of the decoded body of the record at warc_offset, hexadecimal.")
    same_as: str | None = column(
        "Address of the page that this one shows once more, such as to be printed: it counts there; empty for a page "
        "of its own. (addition)",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class PageService:
    """A service that a page serves."""

    municipality_code: str = column("Code of the municipality.", key=True)
    url: str = column("Address of the page.", key=True)
    service_id: str = column("Service id from the taxonomy.", key=True)
    theme_id: str = column("Theme of the service.")
    score: float = column("Calibrated score from 0 to 1: about this share of such verdicts is right.")
    is_primary: bool = column("Whether the page is mainly about this service.")
    matched_terms: tuple[str, ...] = column("Terms of the taxonomy that were matched, sorted. (addition)")


@dataclass(frozen=True, slots=True)
class ServiceFinding:
    """One cell of the grid: what did this municipality show for this service?"""

    municipality_code: str = column("Code of the municipality.", key=True)
    theme_id: str = column("Theme of the service.")
    service_id: str = column("Service id from the taxonomy.", key=True)
    state: State = column("found, not-found, blocked or not-examined; the last two are gaps.")
    state_reason: StateReason | None = column("Why the state is not found; empty for found.")
    pages_read: int = column("Pages that were read for this municipality before the state was set.", unit="pages")
    best_url: str | None = column("The page that serves this service best.")
    confidence: float | None = column("How sure the finding is, from 0 to 1; empty for gaps.")
    click_depth: int | None = column("Clicks from the front page to the best page.", unit="clicks")
    channels: tuple[str, ...] = column("Channels with evidence, sorted.", codes="channel")
    digital: bool | None = column("Digital channel offered; empty for gaps.")
    phone: bool | None = column("Telephone offered; empty for gaps.")
    on_site: bool | None = column("On-site channel offered; empty for gaps.")
    printable_form: bool | None = column("Printable form offered; empty for gaps.")
    email: bool | None = column("E-mail offered; empty for gaps.")
    maturity: int | None = column(
        "0 none found, 1 information only, 2 contact channels, 3 printable form, 4 open e-form, "
        "5 authenticated transaction, 6 automated or proactive; empty for gaps."
    )
    authentication: str | None = column(
        f"{', '.join(LOG_INS)}, none or unknown; empty without a digital channel.", codes="log-in"
    )
    verification: Verification = column(
        "automatic (sure enough to be said: about 97 of 100 such cells are right), uncertain (a person should look), or"
        " confirmed or corrected by a person."
    )
    rule: str = column("Id of the rule that set the state, see the method page. (addition)")
    languages: tuple[str, ...] = column("Languages in which the service was found, sorted. (addition)")
    language_gaps: tuple[str, ...] = column(
        "Channels that one language version has and another lacks, as language:channel. (addition)"
    )
    path_quality: str | None = column(
        "Where the digital channel leads: deep-link, portal-root or own-page; empty without one. (addition)",
        codes="path-quality",
    )
    maturity_reason: str = column(
        "What the maturity rests on: channels, kind of the digital one, or log-in; empty for gaps. (addition)"
    )
    basis: str = column("Digests of the machine's finding and of its page; decisions keep them. (addition)", default="")
    readers: int = column(
        "Who says so: 1 the machine alone, 2 a language model read the page and said the same state. (addition)",
        unit="readers",
        default=1,
    )

    @property
    def maturity_basis(self) -> MaturityBasis:
        """What the maturity rests on, as it can be asked; of a gap, "none"."""
        return MaturityBasis.of(self.maturity_reason or "none found")


@dataclass(frozen=True, slots=True)
class CellPage:
    """A page that a cell of the grid rests on: its channels entered the cell."""

    municipality_code: str = column("Code of the municipality.", key=True)
    service_id: str = column("Service id from the taxonomy.", key=True)
    url: str = column("Address of the page.", key=True)
    strength: str = column(
        "strong where the page proves the service alone, weak where it does together with another.", codes="strength"
    )
    is_best: bool = column("Whether it is the best page of the cell.")


@dataclass(frozen=True, slots=True)
class ChannelEvidence:
    """One piece of evidence that a service can be used through a channel."""

    municipality_code: str = column("Code of the municipality.", key=True)
    service_id: str = column("Service id from the taxonomy.", key=True)
    channel: str = column("digital, phone, on-site, printable-form or email.", key=True, codes="channel")
    subtype: str = column("Subtype of the channel; empty where it cannot be told.", key=True, codes="subtype")
    url: str = column("Page on which the evidence stands.", key=True)
    target_url: str | None = column("Where the link, form or file leads; empty where the proof is text.", key=True)
    snippet: str = column("The sentence, link text or card that proves it, at most 200 characters.", key=True)
    cue: str = column("The cue of the taxonomy that was matched.", key=True)
    confidence: float = column("How sure the piece is, from 0 to 1.")
    warc_file: str = column("File in evidence/ that holds the page. (addition)")
    warc_offset: int = column("Byte offset of the page's record in that file. (addition)", unit="bytes")


@dataclass(frozen=True, slots=True)
class VendorHit:
    """A product seen on, or behind a link of, a municipality's pages."""

    municipality_code: str = column("Code of the municipality.", key=True)
    service_id: str | None = column("Service it serves there; empty where it is not tied to one.", key=True)
    product_id: str = column("Product id from the taxonomy.", key=True)
    vendor: str = column("Maker of the product at the time of the crawl.")
    owner_type: str = column("private, municipal-owned, state or open-source.", codes="owner-type")
    category: str = column("Category of the product.", codes="product-category")
    evidence_type: str = column(
        "What matched: host, path, markup, iframe, form, link-text or text.", key=True, codes="recognised-by"
    )
    url: str = column("Page on which it was seen.", key=True)
    target: str = column("Address or name that matched.", key=True)


@dataclass(frozen=True, slots=True)
class UnknownEservice:
    """An e-service host that no product of the taxonomy claims."""

    municipality_code: str = column("Code of the municipality.", key=True)
    service_id: str | None = column("Service it seems to serve; empty where that is unknown.", key=True)
    host: str = column("Host of the e-service.", key=True)
    url: str = column("Page that links to it.", key=True)
    target_url: str = column("Address of the link.", key=True)


@dataclass(frozen=True, slots=True)
class AccessibilityPage:
    """A page opened in a browser and audited."""

    municipality_code: str = column("Code of the municipality.", key=True)
    url: str = column("Address of the page.", key=True)
    engine: str = column("Name of the rule engine.")
    engine_version: str = column("Version of the rule engine.")
    violations: int | None = column("Rules with at least one violation; empty on error.", unit="rules")
    incomplete: int | None = column("Rules a person has to look at; empty on error.", unit="rules")
    passes: int | None = column("Rules that passed; empty on error.", unit="rules")
    audited_at: datetime = column("When the page was audited, UTC.")
    error: str | None = column("Why the page could not be audited; empty when it was.")
    wcag_violations: int | None = column(
        "Violated rules that stand for a WCAG criterion of level A or AA; the others are good practice. (addition)",
        unit="rules",
    )
    inapplicable: int | None = column("Rules that had nothing to look at on the page. (addition)", unit="rules")
    engine_sha256: str = column("SHA-256 of the engine's script. (addition)")
    reason: str = column(
        "Why the page is in the sample: front, hub, contact, search, statement, service, landing, form or random. "
        "(addition)",
        codes="sample-reason",
    )
    subject: str = column("Service or product that the page stands for; empty where it is none. (addition)")
    final_url: str = column("Address that the browser showed in the end. (addition)")
    is_own: bool = column("Whether the page is the municipality's own, not an e-service's. (addition)")
    overflow_pixels: int | None = column(
        "Pixels that stick out sideways at a width of 320; 0 means that the page reflows. (addition)", unit="pixels"
    )
    weight_bytes: int | None = column("Bytes loaded over the wire. (addition)", unit="bytes")
    requests: int | None = column("Requests that the page made. (addition)", unit="requests")
    third_party_requests: int | None = column("Those to hosts of other domains. (addition)", unit="requests")
    third_party_hosts: tuple[str, ...] = column("Hosts of other domains that were contacted, sorted. (addition)")
    consent_layer: str | None = column("Consent layer that was hidden for the audit; empty without one. (addition)")
    warc_file: str = column("File in evidence/ that holds the raw result; empty for a page not visited. (addition)")
    warc_offset: int | None = column("Byte offset of the raw result in that file. (addition)", unit="bytes")
    engine_tags: tuple[str, ...] = column(
        "Tags of the rules that the engine was asked for; empty in older audits, which named none. (addition)"
    )
    look_here: tuple[str, ...] = column(
        "Places for a person to look at, as kind: selector: markup; proof, no verdict. (addition)", default=()
    )


@dataclass(frozen=True, slots=True)
class AccessibilityViolation:
    """A rule that an audited page fails."""

    municipality_code: str = column("Code of the municipality.", key=True)
    url: str = column("Address of the page.", key=True)
    rule_id: str = column("Rule id of the engine.", key=True)
    impact: str = column("minor, moderate, serious or critical.", codes="impact")
    wcag: tuple[str, ...] = column("WCAG success criteria of the rule, such as 1.4.3.")
    nodes: int = column("Elements that fail.", unit="elements")
    selector: str = column("Selector of the first failing element.", key=True)
    html: str = column("Markup of the first failing element, at most 300 characters.")
    level: str = column("A, AA or AAA of WCAG; good-practice for rules outside WCAG. (addition)", codes="wcag-level")
    template_nodes: int = column(
        "Failing elements that fail in the same way on another audited page of the host. (addition)", unit="elements"
    )
    template_pages: int = column(
        "Audited pages of the host with the most widespread of these elements; 1 means only this page. (addition)",
        unit="pages",
    )
    group: str = column("The same for the same failing element on several pages of a host. (addition)")
    has_picture: bool = column("Whether the raw result holds a picture of an element that fails. (addition)")


@dataclass(frozen=True, slots=True)
class AccessibilityStatement:
    """The accessibility statement that the law demands."""

    municipality_code: str = column("Code of the municipality.", key=True)
    url: str | None = column("Address of the statement; empty where none was found.", key=True)
    found: bool = column("Whether a statement was found.")
    assessed_on: date | None = column("Newest date of making or review that the statement gives.")
    compliance: str | None = column(
        "full, partial, none or unstated; empty where no statement was found.", codes="compliance"
    )
    feedback_channel: str | None = column(
        "email, form, phone or other way that the statement gives for feedback.", codes="feedback-channel"
    )
    enforcement_body: str | None = column("Supervisory authority that the statement names.")
    problems: tuple[str, ...] = column(
        "Required parts that are missing or outdated, sorted ids.", codes="statement-problem"
    )
    is_main: bool = column("Whether it is the website's own, which reports show; one at most. (addition)", default=True)


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """The outcome of one indicator for one municipality."""

    indicator: str = column("Indicator id.", key=True)
    municipality_code: str = column("Code of the municipality.", key=True)
    outcome: Outcome = column("pass, fail, measured (without a limit), unknown, not-applicable or error.")
    value: float | None = column("Measured value; empty where there is none.")
    unit: str = column("Unit of the value; empty where there is none.")
    reason: str = column("Why the outcome is what it is, in short.")
    evidence: tuple[str, ...] = column("Addresses or ids the outcome rests on, sorted.")
    base: int | None = column("Pages, forms or services that the value was measured on; empty without. (addition)")
