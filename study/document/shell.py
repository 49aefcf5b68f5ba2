"""Tells an empty shell, which a browser has to fill, from a page that can be read as it came."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .addresses import link_nodes, stays_on_page

_MOUNT = "#root, #app, #main-app, #__next, #__nuxt, app-root, [data-reactroot], [ng-app], main, [role=main]"
_FURNITURE = "nav, header, [role=navigation], footer, aside"
_FILLED = 40
"""Visible characters from which on the place that a script would fill is filled."""
_SHORT = 200
"""A page with fewer visible characters, no link and a script is taken for a shell."""
_FEW_LINKS = 3
_SPACE = re.compile(r"\s+")
_OTHER_SCHEME = re.compile(r"\s{0,40}+(?!https?:)[a-z][a-z0-9+.-]{0,30}+:", re.IGNORECASE)


def is_shell(tree: LexborHTMLParser) -> bool:
    """Whether a browser has to run scripts before anything can be read."""
    body = tree.body
    if body is None or tree.css_first("script") is None:
        return False
    mount = tree.css_first(_MOUNT)
    if mount is not None and len(_visible(mount)) >= _FILLED:
        return False
    everywhere, in_content = _count_links(tree)
    if in_content > _FEW_LINKS:
        return False
    return len(_visible(body if mount is None or not everywhere else mount)) < (_FILLED if everywhere else _SHORT)


def _count_links(tree: LexborHTMLParser) -> tuple[int, int]:
    """Links that lead to other pages: all of them, and those outside navigation and footers."""
    nodes = [node for node, href in link_nodes(tree) if not stays_on_page(href) and not _OTHER_SCHEME.match(href)]
    furniture = {node.mem_id for part in tree.css(_FURNITURE) for node in part.css("a[href], area[href], iframe[src]")}
    return len(nodes), sum(1 for node in nodes if node.mem_id not in furniture)


def _visible(node: LexborNode) -> str:
    hidden = "".join(part.text(deep=True) for part in node.css("script, style, noscript, template"))
    whole = _SPACE.sub(" ", node.text(deep=True))
    return whole[: max(0, len(whole) - len(_SPACE.sub(" ", hidden)))].strip()
