"""Which products (systems) a page sends its reader to, and which e-service addresses no product claims.

The ladder of evidence, surest first: the address after redirects, a distinctive path, markup of the landing page,
the name in a link's words, the name in a sentence that tells to use it. Precision first: retired products, mere
mentions, names that are ordinary words without their context, and tools of the site itself are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from analysis.channels import Subjects
from analysis.channels.clauses import is_open, reader_finds
from analysis.channels.digital import is_service_product, link_confidence, says_closed
from analysis.channels.sign import Sign
from analysis.findings import PageSource, ProductHit, UnknownHit
from analysis.page.model import Form
from analysis.words.phrases import split_words
from analysis.words.view import LinkView, View, link_company, name_fits
from study import host_of, registrable_domain
from study.document import page_text
from taxonomy import PatternHit, Product, Sighting, eservice_links

# Landing pages are looked at for their markup only; what identifies a product stands in the first part.
_MARKUP_LENGTH = 200_000
# Identification and payment stand before or behind a service and are passed on the way to it.
_TEXT_LENGTH = 120
# A maker's name this long may go on in the name of its domain: "timmisoftware".
_LONG_NAME = 5
_GATES = frozenset({"identity", "payment"})
# Words with which a link sends its reader to what it names; without any it may be a headline.
_SENDING = frozenset({"act", "act-noun", "go-to", "booking-word", "form-noun", "digital-thing"})
# A name of one plain word needs this much company; longer ones ("Kunta-Akkuna") speak for themselves.
_NAME_CONFIDENCE = {"link-text": 0.75, "text": 0.55}


def recognise_products(
    subjects: Subjects, *, landing: Mapping[str, PageSource] | None = None
) -> tuple[tuple[ProductHit, ...], tuple[UnknownHit, ...]]:
    """Returns the products and the unclaimed e-service addresses of a page, tied to services where clear.

    `landing` holds what lies behind external links, by the address that was linked. Sorted, without repetition.
    """
    found: dict[tuple[str, str | None], ProductHit] = {}
    unknown: dict[tuple[str, str | None], UnknownHit] = {}
    for hit in _hits(subjects, landing or {}, unknown):
        key = (hit.product_id, hit.service_id)
        if key not in found or hit.confidence > found[key].confidence:
            found[key] = hit
    products = sorted(found.values(), key=lambda h: (h.product_id, h.service_id or ""))
    return tuple(products), tuple(unknown[k] for k in sorted(unknown, key=lambda k: (k[0], k[1] or "")))


def _hits(
    subjects: Subjects, landing: Mapping[str, PageSource], unknown: dict[tuple[str, str | None], UnknownHit]
) -> Iterator[ProductHit]:
    view = subjects.view
    linked: set[str] = set()
    for item in view.links:
        if item.place == "own" and item.products and not subjects.any:
            continue  # navigation of a product's own page that serves nobody: minutes in a publishing system
        matches = list(_link_matches(view, item, landing))
        for product_id, kind, confidence in matches:
            linked.add(product_id)
            for service in _services(subjects, item.link.block, item.link.text, product_id=product_id):
                yield ProductHit(product_id, service, kind, item.link.url, confidence)
        if not matches and _may_be_unclaimed(view, item):
            host = host_of(item.link.url)
            for service in _services(subjects, item.link.block, item.link.text):
                why = f"{item.speaks}-word" if item.speaks else "link-words"
                text = " ".join(item.link.text.split())[:_TEXT_LENGTH]
                unknown.setdefault((host, service), UnknownHit(service, host, item.link.url, why, text))
    for form, product_id in _form_targets(view):
        linked.add(product_id)
        for service in _services(subjects, form.block, form.heading or form.submit, product_id=product_id):
            yield ProductHit(product_id, service, "form", form.action, 0.95)
    spoken_for, guides = _names_of_links(view), _names_of_guides(view)
    for product_id, block, name, span in _named_in_text(view):
        said = name.casefold()
        if product_id not in linked and said not in spoken_for and (block, said) not in guides:
            for service in _services(subjects, block, name, span, product_id=product_id):
                yield ProductHit(product_id, service, "text", name, _NAME_CONFIDENCE["text"])


def _may_be_unclaimed(view: View, item: LinkView) -> bool:
    """Tells whether a link to a host that no product claims looks like an e-service; what sells a product is none."""
    if item.link.kind != "page" or item.products or item.place == "own" or link_confidence(item) < 0.5:
        return False
    if view.products.is_about(item.link.url):
        return False
    return not any(_is_about(view, item, name.product_id) for name in view.products.find_names(item.link.text))


def _form_targets(view: View) -> Iterator[tuple[Form, str]]:
    """Products that the page's own forms send what was written in to; a search box is none."""
    own = host_of(view.page.url)
    for form in view.page.forms:
        if form.in_main and form.purpose not in ("search", "newsletter", "rating") and host_of(form.action) != own:
            for hit in view.products.find_url(form.action):
                if is_service_product(view, hit.product_id):
                    yield form, hit.product_id


def _names_of_links(view: View) -> frozenset[str]:
    """Names in the words of links whose address tells the product: there the address has spoken."""
    texts = (item.link.text for item in view.links if item.products)
    return frozenset(name.alias.casefold() for text in texts for name in view.products.find_names(text))


def _names_of_guides(view: View) -> frozenset[tuple[int, str]]:
    """Names in the words of links to what is only about the product, with their block: no sentence sends there."""
    return frozenset(
        (item.link.block, name.alias.casefold())
        for item in view.links
        for name in view.products.find_names(item.link.text)
        if _is_about(view, item, name.product_id)
    )


def _is_about(view: View, item: LinkView, product_id: str) -> bool:
    """Tells whether a link leads to what somebody says of a product: its support, the news, its maker."""
    if item.informs or _tells_news(item):
        return True
    product = view.taxonomy.products[product_id]
    return view.products.is_about(item.link.url) or is_makers_host(product, host_of(item.link.url))


def _services(
    subjects: Subjects, block: int, cue: str, span: tuple[int, int] | None = None, *, product_id: str = ""
) -> tuple[str | None, ...]:
    """The services that a link, form or name belongs to by its place; a product made for some of the page's services
    belongs to those, wherever it stands on a page of several, and one made for another theme's to none of them."""
    here = subjects.of(Sign("digital", "", block, "", cue, 1.0, span=span))
    if not product_id:
        return here or (None,)
    meant = subjects.view.taxonomy.products[product_id].services
    fitting = tuple(service for service in here if service in meant)
    elsewhere = tuple(hit.service_id for hit in subjects.services if hit.service_id in meant)
    if fitting or elsewhere or not meant:
        return fitting or elsewhere or here or (None,)
    services = subjects.view.taxonomy.services
    themes = {services[service].theme for service in meant}
    return tuple(service for service in here if services[service].theme in themes) or (None,)


def _link_matches(view: View, item: LinkView, landing: Mapping[str, PageSource]) -> Iterator[tuple[str, str, float]]:
    """Products behind one link, with the kind of evidence."""
    if item.link.kind not in ("page", "file") or says_closed(view, item):
        return
    hits = view.products.find_url(item.link.url)
    source = landing.get(item.link.url)
    if not hits and source is not None:
        hits = _on_the_way(view, source)
    sibling = _named_sibling(view, item, hits)
    for hit in hits:
        if is_service_product(view, hit.product_id) or (not item.is_frame and _is_sent_to(view, hit.product_id)):
            kind = "iframe" if item.is_frame else _kind(hit)
            yield sibling or hit.product_id, kind, 0.7 if "guide-link" in item.roles else 0.95
    if not hits and item.link.kind == "page" and "guide-link" not in item.roles:
        for product_id in _named(view, item):
            yield product_id, "link-text", _NAME_CONFIDENCE["link-text"]


def _is_sent_to(view: View, product_id: str) -> bool:
    """Tells whether a link leads a resident to a product though no service is behind it: secure e-mail, cables."""
    product, judge = view.taxonomy.products[product_id], eservice_links()
    return product.retired_on is None and product.category not in judge.tools | judge.shown


def _named_sibling(view: View, item: LinkView, hits: Sequence[PatternHit]) -> str | None:
    """The product of the same maker that a link names by its words, where only the host tells the product.

    A maker's products often share the host of a customer: the words tell which of them it is.
    """
    if len(hits) != 1 or _kind(hits[0]) != "host":
        return None
    products = view.taxonomy.products
    makers = {vendor.name for vendor in products[hits[0].product_id].vendors}
    named = {name.product_id for name in view.products.find_names(item.link.text)} - {hits[0].product_id}
    siblings = sorted(n for n in named if makers & {vendor.name for vendor in products[n].vendors})
    fitting = [n for n in siblings if is_service_product(view, n) and not products[n].needs_context]
    return fitting[0] if len(fitting) == 1 and len(named) == 1 else None


def _on_the_way(view: View, source: PageSource) -> tuple[PatternHit, ...]:
    """Products of the addresses that a link is redirected through; a log-in at the end is not what it leads to."""
    products = view.taxonomy.products
    passed = [view.products.find_url(address) for address in (*source.way, source.url)]
    named = [hits for hits in passed if any(products[hit.product_id].category not in _GATES for hit in hits)]
    return (named or [_by_markup(view, source)])[-1] or passed[-1]


def _by_markup(view: View, source: PageSource) -> tuple[PatternHit, ...]:
    seen = Sighting(url=source.url, markup=page_text(source.body, source.content_type)[:_MARKUP_LENGTH])
    return view.products.find_page(seen)


def _kind(hit: PatternHit) -> str:
    parts = hit.pattern.parts
    if "markup" in parts or "generator" in parts or "cookie" in parts:
        return "markup"
    return "path" if "path" in parts or "query" in parts else "host"


def _named(view: View, item: LinkView) -> list[str]:
    """Products that a link's words send to by name, those with ordinary names only where the words around fit."""
    taxonomy, around = view.taxonomy, link_company(view, item)
    names = view.products.find_names(item.link.text)
    fitting = {
        name.product_id
        for name in names
        if is_service_product(view, name.product_id)
        and name_fits(taxonomy, name.product_id, around)
        and (item.roles & _SENDING or _is_all_of(name.alias, item.link.text))
    }
    return sorted(n for n in fitting if not _is_about(view, item, n))


def _tells_news(item: LinkView) -> bool:
    """Tells whether a link leads to somebody else's news, prices or support, by its path."""
    parts = urlsplit(item.link.url)
    return item.place == "far" and eservice_links().is_about(host_of(item.link.url), parts.path)


def _is_all_of(name: str, text: str) -> bool:
    """Tells whether a link's words are no more than the name and one word beside it; a headline says more."""
    return len(split_words(text)) - len(split_words(name)) <= 1


def is_makers_host(product: Product, host: str) -> bool:
    """Tells whether a main host is named after the product or its maker, a company: there it is sold, not used."""
    if registrable_domain(host) != host:
        return False  # below it lie the customers' installations
    domain = host.partition(".")[0].casefold()
    names = {product.name.split()[0].casefold()}
    if product.owner_type == "private":
        names |= {vendor.name.split()[0].casefold() for vendor in product.vendors}
    return any(domain == name or (len(name) >= _LONG_NAME and domain.startswith(name)) for name in names)


def _named_in_text(view: View) -> Iterator[tuple[str, int, str, tuple[int, int]]]:
    """Names in sentences that tell the reader to use the product now."""
    for name in view.names:
        sentence, clause = name.sentence, name.clause
        if not is_service_product(view, name.product_id) or not is_open(clause):
            continue
        if reader_finds(name.passage, sentence, clause) >= 0.9:
            yield name.product_id, name.passage.block.index, name.alias, (sentence.start, sentence.end)
