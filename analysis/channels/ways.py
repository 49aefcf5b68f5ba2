"""Every way that a page names, offered or not: each link, form, file, number, address and sentence about a way.

The detectors' rules say which of them they would take; here all are described by signals, and ``verdict`` decides with
learned weights. A way that no rule takes may still be one, and the reverse.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from analysis.page.model import Contact
from analysis.words.negation import Clause, Sentence
from analysis.words.parts import parts_of
from analysis.words.view import LinkView, Passage, View, is_signature

from .digital import find_digital, subtype_of
from .email import find_email
from .on_site import find_on_site
from .phone import find_phone, is_other_number
from .printable_form import find_printable_form, subtype_of_file
from .sign import Sign, shorten

DETECTORS = (find_digital, find_phone, find_on_site, find_printable_form, find_email)
# The longest real pages (form hubs) give some hundred; a page of thousands is bounded here.
MOST_SIGNS = 1000
_OF_CONTACT = {"phone": "phone", "email": "email", "address": "on-site"}
# Roles whose clause names a way of a channel, whether it is offered or not.
_NAMES = {
    "digital": frozenset({"digital-manner", "digital-thing", "web-site", "service-ref", "booking-word", "go-to"}),
    "phone": frozenset({"phone-manner", "phone-label", "callback", "sms", "phone-hours", "switchboard"}),
    "on-site": frozenset(
        {"visit-manner", "visit-act", "place", "institution", "bring", "office", "open-hours", "point-word"}
        | {"self-service", "on-view"}
    ),
    "printable-form": frozenset({"print", "paper", "form-noun", "forms-heading"}),
    "email": frozenset({"email-manner", "email-thing", "email-hidden"}),
}
_PAPER_LINKS = frozenset({"forms-heading", "form-noun", "print", "paper"})
# Words weigh less than signals that somebody thought of, so that they are held more firmly to nothing.
_WORD, _ROLE, _AROUND = 0.5, 0.8, 0.5
_TEXT_READ = 300
_PIECES = re.compile(r"[/._?=&-]+")
_MOST_PIECES = 12
_BEFORE = 30
_UNSURE = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """A way that the page names: its sign, how sure a rule is of it (nought: no rule takes it), and its signals."""

    sign: Sign
    certainty: float
    signals: Mapping[str, float]


def find_ways(view: View, kind: Mapping[str, float]) -> tuple[Way, ...]:
    """All ways of a page by place; ``kind`` are the shares of page types."""
    taken = [sign for detector in DETECTORS for sign in islice(detector(view), MOST_SIGNS)]
    named = list(islice(_named(view), MOST_SIGNS))
    by_rule = _match(named, taken)
    matched = {id(sign) for sign in by_rule.values()}
    # What a rule took without a link, number or sentence of its own stands for itself.
    named += [(sign, {"rule-alone": 1.0} | _context(view, sign.block)) for sign in taken if id(sign) not in matched]
    count = Counter(sign.channel for sign, _ in named)
    of_page = {f"kind-{name}": share for name, share in kind.items() if share > 0.02}
    ways = []
    for number, (sign, signals) in enumerate(named):
        rule = sign if "rule-alone" in signals else by_rule.get(number)
        certainty = rule.confidence if rule is not None else 0.0
        signals |= of_page
        signals["many"] = math.log1p(count[sign.channel])
        if certainty:
            signals["rule"], signals["rule-certainty"] = 1.0, certainty
        ways.append(Way(rule or sign, certainty, signals))
    return tuple(ways)


def _match(named: Sequence[tuple[Sign, dict[str, float]]], taken: Sequence[Sign]) -> dict[int, Sign]:
    """The surest sign of a rule for each way that is the same link, number or sentence, by the way's number."""
    by_place: dict[tuple[str, int], list[Sign]] = defaultdict(list)
    for sign in taken:
        by_place[sign.channel, sign.block].append(sign)
    found: dict[int, Sign] = {}
    for number, (sign, _) in enumerate(named):
        same = [
            rule
            for rule in by_place.get((sign.channel, sign.block), ())
            if (sign.span is not None and rule.span == sign.span)
            or (sign.target is not None and rule.target == sign.target)
            or rule.cue == sign.cue
        ]
        if same:
            found[number] = max(same, key=lambda rule: rule.confidence)
    return found


def _named(view: View) -> Iterator[tuple[Sign, dict[str, float]]]:
    for item in view.links:
        yield from _of_link(view, item)
    for form in view.page.forms:
        if form.in_main:
            words = f"{form.heading} {form.submit}"
            signals = {"form": 1.0, f"form-for-{form.purpose}": 1.0, "fields": math.log1p(len(form.fields))}
            signals |= {"submit": float(bool(form.submit))} | _words(view, words, view.page.language, "word")
            text = shorten(form.heading or ", ".join(field.label for field in form.fields))
            sign = Sign("digital", "e-form", form.block, text, form.submit, _UNSURE, form.action or view.page.url)
            yield sign, signals | _context(view, form.block)
    for contact in view.page.contacts:
        if contact.in_main and not (contact.kind == "phone" and is_other_number(view, contact)):
            yield _of_contact(view, contact)
    yield from _of_clauses(view)
    for name in view.names:
        sign = Sign(
            "digital", subtype_of(view, name.clause.roles, (name.product_id,)), name.passage.block.index,
            shorten(name.sentence.text), name.alias, _UNSURE, products=(name.product_id,),
            span=(name.sentence.start, name.sentence.end),
        )  # fmt: skip
        category = view.taxonomy.products[name.product_id].category
        signals = {"system-named": 1.0, f"category:{category}": 1.0}
        yield sign, signals | _of_sentence(view, name.passage, name.sentence, name.clause.start)


def _of_link(view: View, item: LinkView) -> Iterator[tuple[Sign, dict[str, float]]]:
    link = item.link
    if link.kind not in ("page", "file"):
        return
    passage = view.passages.get(link.block)
    language = view.language_of(passage.block) if passage else view.page.language
    signals = {f"link-says:{role}": _ROLE for role in item.roles}
    signals |= _words(view, link.text, language, "link-word")
    if passage is not None:
        at = max(0, passage.block.text.find(link.text)) if link.text else 0
        signals |= _in_block(view, passage, at)
    else:
        signals |= _context(view, link.block)
    snippet = shorten(passage.block.text if passage else link.context or link.text)
    cue = link.text or link.url
    if link.kind == "file":
        signals |= {"file": 1.0, f"ending:{link.url.casefold().rpartition('.')[2][:4]}": 1.0}
        signals |= {f"file-says:{role}": _ROLE for role in item.name_roles}
        yield Sign("printable-form", subtype_of_file(link.url), link.block, snippet, cue, _UNSURE, link.url), signals
        return
    signals |= {f"link-{item.place}": 1.0, "informs": float(item.informs), "frame": float(item.is_frame)}
    if item.speaks:
        signals[f"speaks-{item.speaks}"] = 1.0
    if item.products:
        signals["system"] = 1.0
        signals |= {f"category:{view.taxonomy.products[product].category}": 1.0 for product in item.products}
    signals |= _of_address(item)
    subtype = subtype_of(view, item.roles, item.products)
    yield Sign("digital", subtype, link.block, snippet, cue, _UNSURE, link.url, products=item.products), signals
    if item.roles & _PAPER_LINKS:
        yield Sign("printable-form", "static", link.block, snippet, cue, _UNSURE, link.url), dict(signals)


def _of_address(item: LinkView) -> dict[str, float]:
    parts = urlsplit(item.link.url)
    pieces = [piece for piece in _PIECES.split(parts.path.casefold())[:_MOST_PIECES] if len(piece) > 2]
    signals = {f"path:{piece}": _WORD for piece in pieces if not piece.isdigit()}
    if item.place != "own":
        signals |= {f"host:{piece}": _WORD for piece in (parts.hostname or "").split(".") if len(piece) > 2}
    return signals


def _of_contact(view: View, contact: Contact) -> tuple[Sign, dict[str, float]]:
    passage = view.passages.get(contact.block)
    channel = _OF_CONTACT[contact.kind]
    signals = {"contact": 1.0, f"from-{contact.source}": 1.0}
    if contact.kind == "email":
        box = contact.value.partition("@")[0].casefold()
        signals |= {f"mailbox:{word}": _WORD for word in _PIECES.split(box) if len(word) > 2}
    if passage is None:
        signals |= _context(view, contact.block)
    else:
        at = max(0, passage.block.text.find(contact.text.split("\n")[0][:20]))
        signals |= _in_block(view, passage, at)
        signals["signature"] = float(is_signature(passage, view))
        marks = (m for s in passage.sentences for clause in s.clauses for m in clause.marks)
        signals |= {f"before-it:{mark.role}": _ROLE for mark in marks if at - _BEFORE <= mark.start < at}
    snippet = shorten(passage.block.text) if passage else contact.text
    target = f"mailto:{contact.value}" if contact.kind == "email" else None
    subtype = {"phone": "direct", "on-site": "office"}.get(channel, "")
    return Sign(channel, subtype, contact.block, snippet, contact.text, _UNSURE, target), signals


def _of_clauses(view: View) -> Iterator[tuple[Sign, dict[str, float]]]:
    for passage, sentence, clause in view.clauses:
        channels = [channel for channel, roles in _NAMES.items() if clause.roles & roles]
        if not channels:
            continue
        signals = {"clause": 1.0} | _of_sentence(view, passage, sentence, clause.start)
        text = passage.block.text[clause.start : clause.end]
        for channel in channels:
            sign = Sign(
                channel, "", passage.block.index, shorten(sentence.text), text, _UNSURE,
                span=(sentence.start, sentence.end),
            )  # fmt: skip
            yield sign, dict(signals)


def _in_block(view: View, passage: Passage, at: int) -> dict[str, float]:
    """The signals of the sentence in which a place of a block lies."""
    sentence = next((s for s in passage.sentences if s.start <= at < s.end), None)
    if sentence is None:
        return _context(view, passage.block.index)
    return _of_sentence(view, passage, sentence, at)


def _of_sentence(view: View, passage: Passage, sentence: Sentence, at: int) -> dict[str, float]:
    clause = next((c for c in sentence.clauses if c.start <= at < c.end), sentence.clauses[0])
    key = (passage.block.index, clause.start)
    if key not in view.notes:
        view.notes[key] = _of_clause(view, passage, sentence, clause)
    return dict(view.notes[key])


def _of_clause(view: View, passage: Passage, sentence: Sentence, clause: Clause) -> dict[str, float]:
    signals = _context(view, passage.block.index)
    signals |= {f"says:{role}": _ROLE for role in clause.roles}
    signals |= {f"around:{role}": _AROUND for role in sentence.roles - clause.roles}
    signals[f"sense-{clause.sense}"] = 1.0
    return signals | _words(view, sentence.text, view.language_of(passage.block), "word")


def _context(view: View, block: int) -> dict[str, float]:
    """The signals of where a way stands: kind of block, what introduces it, its headings."""
    key = (block, -1)
    if key not in view.notes:
        view.notes[key] = _of_place(view, block)
    return dict(view.notes[key])


def _of_place(view: View, block: int) -> dict[str, float]:
    passage = view.passages.get(block)
    if passage is None:
        return {"outside": 1.0}
    own = passage.block
    signals = {f"block-{own.kind}": 1.0, "position": block / (len(view.page.blocks) or 1)}
    signals["first-section"] = float(passage.section <= 1)
    signals |= {f"introduced:{role}": _ROLE for role in passage.intro}
    signals |= {f"heading:{role}": _ROLE for role in passage.heading}
    signals |= {f"above:{role}": _AROUND for role in passage.under - passage.heading}
    if own.headings and own.kind not in ("heading", "summary"):
        signals |= _words(view, own.headings[-1], view.language_of(own), "heading-word")
    return signals


def _words(view: View, text: str, language: str, name: str) -> dict[str, float]:
    return {f"{name}:{part}": _WORD for part in parts_of(text[:_TEXT_READ], language, view.taxonomy)}
