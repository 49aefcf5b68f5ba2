"""Whom an accessibility statement is about: the site it stands on, another host of the municipality, or a product.

Pages and links that call themselves a statement are known here too. Titles and words are data ([statement] and
[roles] of taxonomy/languages).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from analysis.channels.digital import is_service_product
from analysis.page.model import Block, Page
from analysis.words.negation import Sentence
from analysis.words.view import View
from study import host_of, registrable_domain
from taxonomy import Taxonomy

# What a statement is about stands at its beginning.
OPENING_BLOCKS = 5
_OPENING_LENGTH = 1200
_HOST = re.compile(r"(?<![@\w])(?:https?://)?((?:[a-z0-9åäö-]{1,63}\.){1,8}[a-z]{2,12})(?![\w@])", re.I)
_COMMON_DOMAINS = ("com", "net", "org", "eu", "info")


def is_titled(page: Page, taxonomy: Taxonomy) -> bool:
    """Tells whether a page calls itself an accessibility statement."""
    return calls_itself((page.h1, page.title), taxonomy)


def calls_itself(names: Iterable[str], taxonomy: Taxonomy) -> bool:
    """Tells whether a title, or the text of a link, is that of an accessibility statement."""
    return any(map(title_test(taxonomy), names))


@lru_cache(maxsize=8)
def title_test(taxonomy: Taxonomy) -> Callable[[str], bool]:
    """The same as a question to one name, remembered: a site's links come on every page."""
    anywhere, alone = _titles(taxonomy)

    @lru_cache(maxsize=20_000)
    def is_title(name: str) -> bool:
        lowered = name.casefold()
        return any(title in lowered for title in anywhere) or any(title.match(lowered) for title in alone)

    return is_title


@lru_cache(maxsize=8)
def _titles(taxonomy: Taxonomy) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """The long names stand anywhere in a title, the bare word "accessibility" only alone."""
    titles = sorted({t.casefold() for language in taxonomy.languages.values() for t in language.statement.titles})
    alone = tuple(re.compile(rf"{re.escape(t)}\s*([-–|»]|$)") for t in titles if len(t) <= 15)
    return tuple(t for t in titles if len(t) > 15), alone


def is_about_site(view: View) -> bool:
    """Tells whether the statement says that it is about a website, or names the very host that it stands on."""
    here = _bare(host_of(view.page.url))
    for sentence in _opening(view):
        if "statement-word" not in sentence.roles or "negation" in sentence.roles:
            continue
        named = {_bare(match[1].casefold()) for match in _HOST.finditer(sentence.text)}
        if named or "website-word" in sentence.roles:
            return here in named if named else True
    return False


def names_others_only(view: View) -> bool:
    """Tells whether the opening names hosts, and none of the municipality's."""
    own = {registrable_domain(host) for host in view.own_hosts}
    named = {registrable_domain(host) for host in _hosts_in(view)}
    return bool(named) and own.isdisjoint(named)


def _opening(view: View) -> Iterator[Sentence]:
    for block in view.page.main_blocks()[:OPENING_BLOCKS]:
        yield from view.passages[block.index].sentences if block.index in view.passages else ()


def _hosts_in(view: View) -> list[str]:
    """The hosts that the opening names, with ends that hosts have."""
    opening = " ".join(block.text for block in view.page.main_blocks()[:OPENING_BLOCKS])[:_OPENING_LENGTH]
    ends = (*_COMMON_DOMAINS, *view.taxonomy.country.top_level_domains)
    named = (match[1].casefold() for match in _HOST.finditer(opening))
    own = {registrable_domain(host) for host in view.own_hosts}
    return [host for host in named if host.rpartition(".")[2] in ends or registrable_domain(host) in own]


def other_subject(view: View) -> str | None:
    """The product, or else the host, that a statement is about where it is not about the site it stands on.

    A product named in the title, or named or linked by its host in the opening without the site's own host beside it.
    """
    page = view.page
    for name in (page.h1, page.title):
        if found := _product_in(view, name):
            return found
    own = {registrable_domain(host) for host in view.own_hosts}
    blocks = page.main_blocks()[:OPENING_BLOCKS]
    opening = " ".join(block.text for block in blocks)[:_OPENING_LENGTH]
    ends = (*_COMMON_DOMAINS, *view.taxonomy.country.top_level_domains)
    named = [match[1].casefold() for match in _HOST.finditer(opening)]
    if any(registrable_domain(host) in own for host in named):
        return _service_host(view, blocks, own)
    hosts = [host for host in named if host.rpartition(".")[2] in ends]
    for host in hosts:
        if found := _service_product(view, (hit.product_id for hit in view.products.find_url(f"https://{host}/"))):
            return found
    for block in blocks:
        for sentence in view.passages[block.index].sentences if block.index in view.passages else ():
            is_subject = "statement-word" in sentence.roles and "negation" not in sentence.roles
            if is_subject and (found := _product_in(view, sentence.text)):
                return found
    return None


def _service_host(view: View, blocks: Sequence[Block], own: set[str]) -> str | None:
    """The own host of an e-service that the statement says it is about; None where it is about the site it stands on.

    Only what the statement's first sentence about itself names counts; the domain itself and "www" are the site.
    """
    here = {_bare(host_of(view.page.url)), *own}
    for block in blocks:
        for sentence in view.passages[block.index].sentences if block.index in view.passages else ():
            named = [_bare(match[1].casefold()) for match in _HOST.finditer(sentence.text)]
            mine = [host for host in named if registrable_domain(host) in own]
            if mine and "statement-word" in sentence.roles:
                return None if any(host in here for host in mine) else mine[0]
    return None


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _product_in(view: View, text: str) -> str | None:
    return _service_product(view, (name.product_id for name in view.products.find_names(text)))


def _service_product(view: View, product_ids: Iterable[str]) -> str | None:
    return next((product for product in product_ids if is_service_product(view, product)), None)
