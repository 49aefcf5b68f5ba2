"""Digital: a link, form or instruction to something that takes the matter itself over the network.

"Electronically" that turns out to mean e-mail, decisions that arrive electronically, files and guides are not digital.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from analysis.page.model import Contact, Form
from analysis.words.negation import Clause, Sentence
from analysis.words.phrases import AUTHENTICATION
from analysis.words.view import LinkView, Passage, View, link_company, name_fits
from taxonomy import is_used

from .clauses import is_open, is_others, office_acts, reader_acts, reader_finds
from .sign import Sign, from_clause, shorten

_THING = frozenset({"digital-thing"})
_MANNER = frozenset({"digital-manner"})
_SITE = frozenset({"web-site"})
_REFERENCE = frozenset({"service-ref"})
# Phrases that are a digital way for one service only: an e-invoice for invoices.
FOR_ONE_SERVICE = "digital-for-"
# The same for links: "see it on the map" is a channel of the map service only.
_LINK_FOR = "link-for-"
_TRANSACTION = frozenset({"form-noun", "booking-word", "digital-thing", "go-to"})
# A link to somebody else's host is to be used where its words name what is done there.
_ACTS = frozenset({"act", "booking-word", "form-noun"})
_FILLED_IN = frozenset({"fill-in", "form-noun"})
_INFORMING = frozenset({"maps", "decisions"})
_INVISIBLE = frozenset({"hidden", "submit", "button", "reset", "image"})
# Each name is looked for in every clause; a page with more unclaimed names than this is a link list.
_NAMES_LOOKED_FOR = 60
# Surer than this, the reader acts in the sentence itself; else only the heading above says so.
_FROM_SENTENCE = 0.9
_NO_PURPOSE = frozenset({"search", "newsletter", "rating", "login"})


def find_digital(view: View) -> Iterator[Sign]:
    """Yields every digital channel of the page, the same one as often as it is met."""
    yield from (e for link in view.links if (e := _from_link(view, link)))
    yield from (_from_form(view, form) for form in own_forms(view))
    yield from _from_words(view)
    yield from _named_systems(view)
    yield from _named_products(view)


def _from_link(view: View, item: LinkView) -> Sign | None:
    if item.link.kind != "page":
        return None
    counted = tuple(p for p in item.products if is_service_product(view, p))
    named = () if item.products or "guide-link" in item.roles else _named_by(view, item)
    confidence = 0.95 if counted and "guide-link" not in item.roles else max(link_confidence(item), 0.8 * bool(named))
    counted = counted or named
    if confidence < 0.5 or says_closed(view, item):
        return None
    passage = view.passages.get(item.link.block)
    return Sign(
        "digital",
        subtype_of(view, item.roles, counted),
        item.link.block,
        shorten(passage.block.text if passage else item.link.context or item.link.text),
        item.link.text or item.link.url,
        confidence,
        target=item.link.url,
        preferred=bool(passage and passage.roles & {"preferred", "exclusive"}),
        products=counted,
        only_for=_link_is_for(view, item, counted),
    )


def _named_by(view: View, item: LinkView) -> tuple[str, ...]:
    """The products that a link's own words name; a redirect or an unknown host may lie between."""
    around = link_company(view, item)
    names = {n.product_id for n in view.products.find_names(item.link.text)}
    fitting = (n for n in sorted(names) if not _proves_nothing(view, n) and name_fits(view.taxonomy, n, around))
    return tuple(fitting)


def is_service_product(view: View, product_id: str) -> bool:
    """Tells whether a product is something residents use, in use, and not a tool of the site itself."""
    return is_used(view.taxonomy.products[product_id])


def link_confidence(item: LinkView) -> float:
    """Returns how sure it is that an address no product claims is something to use."""
    roles = item.roles
    if item.informs or "other-party" in roles:
        return 0.0
    if ("guide-link" in roles and not roles & _THING) or "digital-not" in roles:
        return 0.0
    if item.place == "own":
        if roles & _THING or (roles & _MANNER and roles & {"act", "form-noun", "go-to"}):
            return 0.8
        if services_meant(roles) or roles >= _FILLED_IN:
            return 0.7
        return 0.6 if item.speaks == "path" and roles & {"go-to", "form-noun", "act"} else 0.0
    if roles & _THING or "go-to" in roles:
        return 0.8
    if item.speaks == "host":
        return 0.75
    acts = item.place == "far" and bool(roles & _ACTS)
    return 0.6 if item.speaks == "path" or acts else 0.0


def says_closed(view: View, item: LinkView) -> bool:
    """Tells whether the clause around a link says that what it leads to is gone."""
    passage = view.passages.get(item.link.block)
    if passage is None or len(passage.block.text) <= len(item.link.text) + 3:
        return False
    at = passage.block.text.find(item.link.text)
    for sentence in passage.sentences:
        for clause in sentence.clauses:
            if clause.start <= at < clause.end:
                return clause.sense in ("retired", "denied", "future")
    return False


def subtype_of(view: View, roles: frozenset[str], products: tuple[str, ...] = ()) -> str:
    """The kind of a digital channel, by its words and by what its product is for."""
    categories = {view.taxonomy.products[p].category for p in products}
    if "booking-word" in roles or categories & {"booking"}:
        return "booking"
    if categories & {"decisions", "maps", "library"} or "open-data-word" in roles:
        return "information-system"
    if any(is_log_in(role) for role in roles):
        return "authenticated"
    # A conversation is no form to fill; among the kinds of the contract it has none.
    return "" if "chat" in roles and not roles & _FILLED_IN else "e-form"


def own_forms(view: View) -> tuple[Form, ...]:
    """The forms of the page itself that take a matter: two visible fields at least, a button, and a purpose."""
    return tuple(form for form in view.page.forms if _is_own(form))


def _is_own(form: Form) -> bool:
    visible = [field for field in form.fields if field.type not in _INVISIBLE]
    return form.in_main and form.purpose not in _NO_PURPOSE and len(visible) >= 2 and bool(form.submit)


def _from_form(view: View, form: Form) -> Sign:
    text = form.heading or ", ".join(field.label for field in form.fields)
    confidence = 0.6 if form.purpose == "contact" else 0.9
    target = form.action or view.page.url
    return Sign("digital", "e-form", form.block, shorten(text), form.submit, confidence, target=target)


def _from_words(view: View) -> Iterator[Sign]:
    has_antecedent = _names_eservice(view)
    for where in view.clauses:
        passage, sentence, clause = where
        if not is_open(clause) or passage.block.kind in ("heading", "summary") or is_others(clause):
            continue
        if "digital-not" in clause.roles or means_email(passage, sentence, clause):
            continue
        if _sends_to_address(view, passage, clause):
            continue
        if only_for := services_meant(clause.roles):
            if clause.roles & (_THING | _MANNER | _SITE):
                roles = frozenset(r for r in clause.roles if r.startswith(FOR_ONE_SERVICE))
                yield replace(from_clause("digital", "e-form", where, roles, 0.7), only_for=only_for)
            continue
        sure = reader_acts(passage, sentence, clause)
        if clause.roles & _THING:
            sure = max(sure, reader_finds(passage, sentence, clause), 0.9 * _is_the_way(clause))
        elif sure < _FROM_SENTENCE and clause.roles & {"guide-link", "information"}:
            # "Read more online" under a heading that tells to apply.
            continue
        if clause.roles & (_THING | _MANNER) and 0.75 * sure >= 0.5:
            yield from_clause("digital", subtype_of(view, sentence.roles), where, _THING | _MANNER, 0.75 * sure)
        elif _uses_site(clause) and sure == 1.0 and not _writes_to(view, passage, clause):
            yield from_clause("digital", subtype_of(view, clause.roles), where, _SITE, 0.6)
        elif clause.roles & _REFERENCE and has_antecedent and sure >= 0.9:
            yield from_clause("digital", subtype_of(view, clause.roles), where, _REFERENCE, 0.6)
        elif has_antecedent and _announces(passage, sentence, clause):
            cue = passage.block.headings[-1] if passage.block.headings else sentence.text
            place = (sentence.start, sentence.end)
            yield Sign("digital", "e-form", passage.block.index, shorten(sentence.text), cue, 0.6, span=place)


def _uses_site(clause: Clause) -> bool:
    """Tells whether something is done on a site, not only read there ("more information is on the website")."""
    return bool(clause.roles & _SITE) and "act" in clause.roles and not clause.roles & {"information", "guide-link"}


def _is_the_way(clause: Clause) -> bool:
    """Tells whether a clause without a verb names the only or the best way ("applications only on the online form")."""
    return bool(clause.roles & {"exclusive", "preferred"}) and not office_acts(clause)


def _sends_to_address(view: View, passage: Passage, clause: Clause) -> bool:
    """Tells whether "electronically" goes straight on to an e-mail address: "sent electronically to x@y"."""
    if clause.roles & _THING or not clause.roles & _MANNER:
        return False
    manner = max(m.end for m in clause.marks if m.role == "digital-manner")
    ors = [m.start for m in clause.marks if m.role == "or-word"]
    found = (passage.block.text.find(c.text, manner, clause.end) for c in _addresses(view, passage))
    return any(at >= 0 and not any(manner <= other < at for other in ors) for at in found)


def _announces(passage: Passage, sentence: Sentence, clause: Clause) -> bool:
    """Tells whether the clause announces what an e-service or a log-in is for: "after logging in you can:"."""
    text = passage.block.text.rstrip()
    if not text.endswith(":") or clause.end < len(text) - 1:
        return False
    return bool(passage.heading & _THING) or any(is_log_in(role) for role in passage.roles)


def is_log_in(role: str) -> bool:
    """Tells whether a role is a way to identify oneself."""
    return role.startswith(AUTHENTICATION) and not role.endswith(":none")


def _writes_to(view: View, passage: Passage, clause: Clause) -> bool:
    """Tells whether the address that a clause names is an e-mail address."""
    text = passage.block.text[clause.start : clause.end]
    return any(c.text in text for c in _addresses(view, passage))


def _addresses(view: View, passage: Passage) -> list[Contact]:
    return [c for c in view.page.contacts if c.block == passage.block.index and c.kind == "email"]


def services_meant(roles: frozenset[str], prefix: str = FOR_ONE_SERVICE) -> tuple[str, ...]:
    """The services that some of the words can only be about ("give feedback", "e-invoice"); none for other words."""
    return tuple(sorted(role.removeprefix(prefix) for role in roles if role.startswith(prefix)))


def _link_is_for(view: View, item: LinkView, products: tuple[str, ...]) -> tuple[str, ...]:
    """The services a link can only be for: by its words, or because its product only informs (maps, minutes)."""
    if meant := services_meant(item.roles):
        return meant
    informing = [view.taxonomy.products[p] for p in products if view.taxonomy.products[p].category in _INFORMING]
    if informing:
        return tuple(sorted({service for product in informing for service in product.services}))
    return services_meant(item.roles, _LINK_FOR) if not item.roles & _TRANSACTION else ()


def _names_eservice(view: View) -> bool:
    """Tells whether "in the service" has something to refer to: an e-service in a heading or behind a link."""
    if any(p.block.kind == "heading" and p.roles & _THING for p in view.passages.values()):
        return True
    return any(item.link.kind == "page" and (item.products or link_confidence(item) >= 0.75) for item in view.links)


def means_email(passage: Passage, sentence: Sentence, clause: Clause) -> bool:
    """Tells whether "electronically" is explained as e-mail: no e-service named, e-mail named in the same breath."""
    if clause.roles & _THING or not sentence.roles & {"email-manner", "email-thing"}:
        return False
    joined = any(c.roles & {"or-word"} and c.roles & {"email-manner"} and c.roles & _MANNER for c in sentence.clauses)
    return not joined


def _named_systems(view: View) -> Iterator[Sign]:
    """External links whose name the text uses as a means: "the reading is given in X", with a link called X."""
    for item in islice((link for link in view.links if _may_be_named(link)), _NAMES_LOOKED_FOR):
        name = _name_of(item)
        for passage, sentence, clause in view.clauses:
            text = passage.block.text[clause.start : clause.end].casefold()
            if passage.block.index == item.link.block or name not in text or not is_open(clause) or is_others(clause):
                continue
            if reader_acts(passage, sentence, clause) >= 0.9:
                yield Sign(
                    "digital",
                    "e-form",
                    passage.block.index,
                    shorten(sentence.text),
                    item.link.text,
                    0.65,
                    target=item.link.url,
                    span=(sentence.start, sentence.end),
                )
                break


def _may_be_named(item: LinkView) -> bool:
    """Tells whether a link leads to something of its own with a name short enough to be used in a sentence."""
    if item.link.kind != "page" or item.products or "guide-link" in item.roles or item.informs:
        return False
    own = item.place == "own" and item.speaks != "path"
    return not own and len(_name_of(item)) >= 4 and len(_name_of(item).split()) <= 3


def _name_of(item: LinkView) -> str:
    return item.link.text.casefold().removeprefix("www.").strip()


def _named_products(view: View) -> Iterator[Sign]:
    """Products of the catalogue that the text tells to use, without a link: "the application is made in X"."""
    for name in view.names:
        if _proves_nothing(view, name.product_id) or name.clause.roles & {"digital-not", "guide-link"}:
            continue
        where = (name.passage, name.sentence, name.clause)
        if is_open(name.clause) and not is_others(name.clause) and reader_finds(*where) >= 0.9:
            yield Sign(
                "digital",
                subtype_of(view, name.clause.roles, (name.product_id,)),
                name.passage.block.index,
                shorten(name.sentence.text),
                name.alias,
                0.7,
                preferred=bool(name.sentence.roles & {"preferred", "exclusive"}),
                products=(name.product_id,),
                span=(name.sentence.start, name.sentence.end),
            )


def _proves_nothing(view: View, product_id: str) -> bool:
    """Identification and payment belong to some service; alone they are none."""
    category = view.taxonomy.products[product_id].category
    return not is_service_product(view, product_id) or category in ("identity", "payment")
