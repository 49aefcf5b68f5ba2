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
    "other-kind": "a kind of page that serves nothing",
    "hub-kind": "a page that gathers services",
    "news-kind": "a news page",
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
_SIGNAL = re.compile(r"^(?P<name>[a-z-]+) (?P<weight>[+-]\d+\.\d)$")


def in_words(why: str, *, of_page: bool) -> str:
    """A judge's reason with its signals told in words; what is no list of signals is returned as it is."""
    told = [_told(part, _OF_PAGES if of_page else _OF_SERVICES) for part in why.split(", ")]
    return " · ".join(told) if any(_SIGNAL.match(part) for part in why.split(", ")) else why


def _told(part: str, known: dict[str, str]) -> str:
    match = _SIGNAL.match(part)
    if match is None:
        return part
    name = match["name"]
    kind, _, place = name.rpartition("-")
    words = known.get(name) or (_PARTS[place].format(kind) if place in _PARTS and kind else name)
    return f"{words} ({match['weight']})"
