"""The judges' signals in plain words, for `inspect`: "named +1.8" is told as "the title names it (+1.8)".

Names that are not listed here are shown as they are, so a new signal is never hidden.
"""

from __future__ import annotations

import re

_OF_SERVICES = {
    "named": "the title names it",
    "field-named": "a word of its field in the title",
    "path-last": "its name ends the address",
    "path": "its name in the address",
    "breadcrumb": "the trail of pages names it",
    "field-breadcrumb": "a word of its field in the trail of pages",
    "heading": "headings name it",
    "field-heading": "words of its field in headings",
    "lead": "the first paragraph names it",
    "link": "links name it",
    "item": "items of lists name it",
    "text": "the text names it",
    "field-text": "words of its field in the text",
    "terms": "many different terms of it",
    "mass": "much evidence",
    "share": "a large share of all evidence",
    "against-rival": "more evidence than the next service",
    "section": "a section of its own with something to use",
    "acted": "a sentence tells the reader what to do",
    "only-system": "only the name of a system stands for it",
    "same-theme": "of the same theme as the main service",
    "unnamed-office": "an office matter that the title does not name",
    "hub-link": "listed on a page that gathers services",
    "moved": "the page tells that it moved to another body",
    "rival-named": "the title names another service",
    "words": "the words of the page as a whole speak of it",
    "words-odds": "the words of the page as a whole",
    "words-behind": "the words speak more of another service",
    "words-first": "the words speak most of it",
    "words-none": "the words speak of no service",
    "rivals": "many services have evidence",
    "second": "second in evidence",
    "far-back": "far behind in evidence",
    "under-nothing": "nothing under the heading that names it",
    "under-share": "the share of the text under headings that name it",
    "blocks": "named in many places",
    "block-share": "named in a large part of the text",
    "late": "named late on the page",
    "used-system": "a system for it is linked or named",
    "on-its-system": "the page stands on a system for it",
}
_OF_WAYS = {
    "rule": "a rule takes it",
    "rule-certainty": "how sure the rule is",
    "rule-attributed": "a rule takes it for this service",
    "rule-alone": "only a rule sees it",
    "attributed": "stands nearest to this service",
    "attributed-elsewhere": "stands nearer to another service",
    "only-for-it": "its words are about this service only",
    "for-main": "for the main service",
    "for-other": "for a further service",
    "named-nowhere": "no service is named around it",
    "service-odds": "how surely the service is served",
    "services": "several services on the page",
    "system": "leads to a known system",
    "system-named": "a known system is named",
    "system-for-it": "the system is for this service",
    "system-for-others": "the system is for other services",
    "contact": "a number or an address",
    "clause": "told in a sentence",
    "file": "a file",
    "form": "a form of the page",
    "many": "many such ways on the page",
    "position": "how far down the page",
    "first-section": "at the beginning of the page",
    "signature": "the site's own signature",
    "informs": "leads to a site that only informs",
}
_OF_PAGES = {
    "service-named": "the title names a service",
    "topic-named": "the title has a word of a service's field",
    "service-mass": "much evidence of one service",
    "services-apart": "several services in headings, links and lists",
    "hub-of-services": "the name of a hub, and several services",
    "hub-of-links": "the name of a hub, and mostly links",
    "service-path": "the address names a service",
    "sections": "numbered sections (§)",
    "section-first": "begins with a numbered section (§)",
    "record-number": "a record number",
    "stamp": "a date of publishing at the top",
    "news-data": "the page's own data say news",
    "dated-name": "a date in the title",
    "dated-path": "a date in the address",
    "front-page": "the front page of a site",
    "prose": "running text",
    "little-prose": "little running text",
    "fields": "fields to fill in",
    "mostly-form": "mostly a form",
    "contents": "a table of contents",
    "files": "files to open",
    "mostly-files": "mostly files",
    "names-file": "a file of the same name",
    "links": "links",
    "mostly-links": "mostly links",
    "contacts": "telephone numbers and addresses",
    "mostly-contacts": "mostly contacts",
    "password": "a password field",
    "actions": "something to write to, call, open or fill in",
    "no-substance": "hardly any content",
    "long-name": "a long title",
    "moved": "tells that a service moved to another body",
}
_PARTS = {
    "title": "words of the kind “{}” in the title",
    "crumb": "the trail of pages says “{}”",
    "path": "the address says “{}”",
    "body": "words of the kind “{}” in the text",
    "host": "the host is one for “{}”",
}
# Signals that end in a name of their own: what the part before it means.
_OPEN = {
    "term": "the term “{}”",
    "service": "how often {} is served",
    "beside": "beside its name: {}",
    "next": "right after its name: {}",
    "under": "under its heading: {}",
    "in": "named in a {}",
    "kind": "the page may be of the kind “{}”",
    "name": "the title says “{}”",
    "path": "the address says “{}”",
    "host": "the host says “{}”",
    "layout": "the shape of the page: {}",
    "word": "the sentence says “{}”",
    "link-word": "the link says “{}”",
    "heading-word": "the heading says “{}”",
    "mailbox": "the mailbox is “{}”",
    "category": "a system of the kind “{}”",
    "link-says": "words of the kind “{}” in the link",
    "file-says": "words of the kind “{}” in the file's name",
    "says": "words of the kind “{}” in the clause",
    "around": "words of the kind “{}” in the sentence",
    "before-it": "words of the kind “{}” right before it",
    "introduced": "introduced by words of the kind “{}”",
    "heading": "words of the kind “{}” in the heading",
    "above": "words of the kind “{}” in a heading above",
    "sense": "what the clause says is {}",
    "block": "stands in a {}",
    "link": "leads to an address that is {}",
    "from": "read from a {}",
    "named": "this service is named in the {}",
    "other": "another service of the page is named in the {}",
    "stranger": "a service that the page does not serve is named in the {}",
    "ending": "a file that ends in {}",
}
_SIGNAL = re.compile(r"^(?P<name>\S+) (?P<weight>[+-]\d+\.\d)$")


def in_words(why: str, *, of: str) -> str:
    """A judge's reason with its signals told in words, for a ``page``, a ``service`` or a ``channel``.

    What is no list of signals is returned as it is.
    """
    known = {"page": _OF_PAGES, "service": _OF_SERVICES, "channel": _OF_WAYS}[of]
    parts = why.split(", ")
    return " · ".join(_told(part, known) for part in parts) if any(map(_SIGNAL.match, parts)) else why


def _told(part: str, known: dict[str, str]) -> str:
    match = _SIGNAL.match(part)
    if match is None:
        return part
    return f"{_named(match['name'], known)} ({match['weight']})"


def _named(name: str, known: dict[str, str]) -> str:
    if name in known:
        return known[name]
    before, colon, after = name.partition(":")
    if colon and before in _OPEN:
        return _OPEN[before].format(after)
    kind, _, place = name.rpartition("-")
    if place in _PARTS and kind:
        return _PARTS[place].format(kind)
    before, dash, after = name.partition("-")
    return _OPEN[before].format(after.replace("-", " ")) if dash and before in _OPEN else name
