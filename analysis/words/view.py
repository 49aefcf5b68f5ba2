"""A page as its judges see it: clauses with their roles, links with what lies behind them, names of products.

Made once per page from a ``Page`` and carried from judge to judge; all read it and none changes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from analysis.page.model import Block, Link, Page
from analysis.page.text import sentence_spans
from study import host_of, registrable_domain
from taxonomy import AddressUse, ProductIndex, Taxonomy, product_index, use_of

from .negation import Clause, Sentence, read_sentences
from .parts import names_of_parts
from .phrases import PhraseBook, phrase_books, split_words, word_fits

DOCUMENT_ENDINGS = frozenset({"pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "ods"})
# An accordion's summary stands below every heading.
SUMMARY_LEVEL = 9
_SILENT_KINDS = frozenset({"label", "button"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of text read: its sentences, and the roles of what introduces it (a line before a list, its heading)."""

    block: Block
    sentences: tuple[Sentence, ...]
    intro: frozenset[str]
    heading: frozenset[str]
    section: int
    under: frozenset[str] = frozenset()  # the roles of all headings above
    roles: frozenset[str] = field(init=False, compare=False, repr=False)
    """The roles of all its sentences together."""

    def __post_init__(self) -> None:
        sentences = self.sentences
        roles = sentences[0].roles if len(sentences) == 1 else frozenset().union(*(s.roles for s in sentences))
        object.__setattr__(self, "roles", roles)


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link with the roles of its words, whose host it leads to, and the products that claim its address."""

    link: Link
    roles: frozenset[str]
    name_roles: frozenset[str]  # those of the file's name, where it leads to a file
    place: str  # "own" host, "near" (another host of the same domain), "far"
    products: tuple[str, ...]
    is_frame: bool
    informs: bool  # the host only informs: legislation, ministries, social media
    speaks: str  # the part of an unclaimed address that speaks of an e-service: "host", "path" or nothing


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """A product's name in the page's text, in the clause that holds it."""

    product_id: str
    alias: str
    passage: Passage
    sentence: Sentence
    clause: Clause


@dataclass(frozen=True, slots=True)
class PlaceCases:
    """How a language says "at or from there", "to there" and, of the first, only "from there"."""

    at: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    from_there: tuple[str, ...] = ()


ClauseAt = tuple[Passage, Sentence, Clause]
"""A clause with the sentence and the block that it stands in."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything the judges need of one page."""

    page: Page
    taxonomy: Taxonomy
    products: ProductIndex
    own_hosts: frozenset[str]
    """The hosts of the site, that of the page among them."""
    passages: Mapping[int, Passage]
    clauses: tuple[ClauseAt, ...]
    """All clauses of the page's own text, in reading order."""
    links: tuple[LinkView, ...]
    names: tuple[NamedProduct, ...]
    place_cases: Mapping[str, PlaceCases]
    """Per language, how a word says where: endings (with *) or words before it."""
    notes: dict[tuple[int, int], dict[str, float]] = field(default_factory=dict)
    """What a judge noted of a block or of a clause (block, its start), so that it is worked out once a page."""
    _spans: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    _parts: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def spans(self, block: int) -> tuple[tuple[int, int], ...]:
        """The places (start, end) of a block's sentences and lines, split when they are first asked for."""
        if block not in self._spans:
            self._spans[block] = tuple(sentence_spans(self.page.blocks[block].text))
        return self._spans[block]

    def parts(self, block: int) -> tuple[str, ...]:
        """The parts of a block's content words with their language ("fi:haku"), taken apart when first asked for."""
        found = self._parts.get(block)
        if found is None:
            own = self.page.blocks[block]
            language = self.language_of(own)
            found = self._parts[block] = tuple(names_of_parts(own.text, f"{language}:", language, self.taxonomy))
        return found

    def language_of(self, block: Block) -> str:
        """The language whose words are looked for in a block."""
        return block.language if block.language in self.taxonomy.languages else self.page.language


def make_view(page: Page, taxonomy: Taxonomy, own_hosts: frozenset[str] = frozenset()) -> View:
    """Reads the words and links of a page's main content."""
    books, products = phrase_books(taxonomy), product_index(taxonomy)
    default = books.get(page.language) or next(iter(books.values()))
    own_hosts = own_hosts | {host_of(page.url)}
    passages = _passages(page, books, default)
    return View(
        page=page,
        taxonomy=taxonomy,
        products=products,
        own_hosts=own_hosts,
        passages=passages,
        clauses=tuple((p, s, clause) for p in passages.values() for s in p.sentences for clause in s.clauses),
        links=_links(page, taxonomy, own_hosts, books, default),
        names=tuple(_names(passages.values(), taxonomy, products)),
        place_cases=_place_cases(taxonomy),
    )


@lru_cache(maxsize=8)
def _place_cases(taxonomy: Taxonomy) -> Mapping[str, PlaceCases]:
    return {
        code: PlaceCases(*(tuple(language.roles.get(f"place-case{which}", ())) for which in ("", "-to", "-from")))
        for code, language in taxonomy.languages.items()
    }


def _passages(page: Page, books: Mapping[str, PhraseBook], default: PhraseBook) -> dict[int, Passage]:
    found: dict[int, Passage] = {}
    intro: frozenset[str] = frozenset()
    heading: frozenset[str] = frozenset()
    above: list[tuple[int, frozenset[str]]] = []
    section = 0
    for block in page.blocks:
        if not block.in_main or block.kind in _SILENT_KINDS:
            continue
        sentences = read_sentences(block.text, books.get(block.language, default))
        if block.kind in ("heading", "summary"):
            section += 1
            heading = frozenset().union(*(s.roles for s in sentences))
            level = block.level or SUMMARY_LEVEL
            above = [*((rank, roles) for rank, roles in above if rank < level), (level, heading)]
            intro = frozenset()
        under = frozenset().union(*(roles for _, roles in above))
        passage = Passage(block, sentences, intro, heading, section, under)
        found[block.index] = passage
        # A line that ends in a colon introduces what follows: all items of a list, else the next block.
        if block.text.rstrip().endswith(":") and sentences:
            intro = sentences[-1].roles
        elif block.kind not in ("item", "cell"):
            intro = frozenset()
    return found


def _links(
    page: Page, taxonomy: Taxonomy, own_hosts: frozenset[str], books: Mapping[str, PhraseBook], default: PhraseBook
) -> tuple[LinkView, ...]:
    blocks = {block.index: block for block in page.blocks}
    found = []
    for link, is_frame in (*((a, False) for a in page.links), *((f, True) for f in page.iframes)):
        if not link.in_main:
            continue
        block = blocks.get(link.block)
        book = books.get(block.language, default) if block else default
        host = host_of(link.url) if link.kind in ("page", "file") else ""
        use = use_of(link.url, host, taxonomy) if host else AddressUse()
        place = _place(host, own_hosts)
        # What only informs others may be the municipality's own domain, where its e-services live.
        informs = place == "far" and use.informs
        speaks = "" if informs else use.speaks
        name = _file_name(link.url)
        if name and link.kind == "page":
            link = replace(link, kind="file")
        name_roles = book.roles(name) if name else frozenset()
        roles = _link_roles(book, link.text or link.title)
        found.append(LinkView(link, roles, name_roles, place, use.products, is_frame, informs, speaks))
    return tuple(found)


def _names(passages: Iterable[Passage], taxonomy: Taxonomy, index: ProductIndex) -> Iterator[NamedProduct]:
    """Names of products in running text; ordinary words only in the company of words of their field."""
    for passage in passages:
        if passage.block.kind in ("heading", "summary"):
            continue
        for name in index.find_names(passage.block.text):
            if not name_fits(taxonomy, name.product_id, passage.block.text):
                continue
            for sentence in passage.sentences:
                for clause in sentence.clauses:
                    if clause.start <= name.start < clause.end:
                        yield NamedProduct(name.product_id, name.alias, passage, sentence, clause)


def name_fits(taxonomy: Taxonomy, product_id: str, around: str) -> bool:
    """Tells whether a product's name can mean the product here: names that are ordinary words need context."""
    product = taxonomy.products[product_id]
    if not product.needs_context:
        return True
    stems = _context_stems(taxonomy, product_id)
    return any(word.text.startswith(stems) for word in split_words(around))


@lru_cache(maxsize=1024)
def _context_stems(taxonomy: Taxonomy, product_id: str) -> tuple[str, ...]:
    product = taxonomy.products[product_id]
    languages = taxonomy.languages.values()
    words = [w for language in languages for w in language.product_context.get(product.category, ())]
    return tuple(sorted({w.rstrip("*").casefold() for w in (*words, *product.context)}))


def _place(host: str, own_hosts: frozenset[str]) -> str:
    if not host or host in own_hosts:
        return "own"
    domain = registrable_domain(host)
    return "near" if any(registrable_domain(own) == domain for own in own_hosts) else "far"


def _link_roles(book: PhraseBook, text: str) -> frozenset[str]:
    """The roles of a link's words, without the note that it leads to another site."""
    words = split_words(text)
    marks = book.marks(words)
    note = min((m.first for m in marks if m.role == "external-note"), default=len(words))
    return frozenset(m.role for m in marks if m.first < note or not note)


def _file_name(url: str) -> str:
    """The name of the document in a path as words, also where an id follows it; empty where there is none."""
    for segment in reversed(unquote(urlsplit(url).path).split("/")):
        stem, dot, ending = segment.rpartition(".")
        if dot and ending.casefold() in DOCUMENT_ENDINGS:
            return re.sub(r"[_+.-]+", " ", stem)
    return ""


def link_company(view: View, item: LinkView) -> str:
    """The words that a link keeps company with: its own, its sentence's, and the headings' it stands under."""
    passage = view.passages.get(item.link.block)
    headings = passage.block.headings if passage else ()
    return " ".join((item.link.text, item.link.context, view.page.h1, *headings))


def is_signature(passage: Passage, view: View) -> bool:
    """Tells whether a block holds switchboard, address and e-mail together: the site signing, no service."""
    if "switchboard" not in passage.roles:
        return False
    kinds = {c.kind for c in view.page.contacts if c.block == passage.block.index}
    return {"email", "address"} <= kinds


def stands_in_place(words: Sequence[str], at: int, cases: Sequence[str]) -> bool:
    """Tells whether the word at an index says where: by its own ending, or by one of four words before it."""
    for case in cases:
        if case.startswith("*"):
            if word_fits(case, words[at]):
                return True
        elif case in words[max(0, at - 4) : at]:
            return True
    return False
