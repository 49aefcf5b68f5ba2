"""What a link leads to, by its address. Knows no page and judges nothing."""

from __future__ import annotations

from taxonomy import Markup

from .model import LinkKind


def link_kind(url: str, page_url: str, markup: Markup) -> LinkKind:
    """What a link leads to, by its address alone."""
    lowered = url[:8].lower()
    if lowered.startswith("mailto:"):
        return "mail"
    if lowered.startswith(("tel:", "callto:", "sms:")):
        return "tel"
    if not lowered.startswith(("http:", "https:")):
        return "other"
    bare, hash_sign, _ = url.partition("#")
    if hash_sign and bare == page_url.partition("#")[0]:
        return "anchor"
    path = bare.partition("?")[0]
    dot = path.rfind(".")
    return "file" if dot > path.rfind("/") > 7 and path[dot + 1 :].lower() in markup.file_extensions else "page"
