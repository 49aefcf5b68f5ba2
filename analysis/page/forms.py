"""What a form is for, as far as its names, fields, button and the line before it tell."""

from __future__ import annotations

from collections.abc import Sequence

from taxonomy import Markup, plain

from .model import FormField, FormPurpose

_CHOICES = frozenset(("radio", "checkbox"))
_BY_NAME: tuple[FormPurpose, ...] = ("search", "rating", "newsletter", "login")


def form_purpose(
    tokens: frozenset[str], fields: Sequence[FormField], submit: str, before: str, markup: Markup
) -> FormPurpose:
    """What a form is for, from its names, fields, button and the line before it."""
    for purpose in _BY_NAME:
        if tokens & markup.forms[purpose] and len(fields) <= 3:
            return purpose
    words = markup.words
    labels = [plain(item.label) for item in fields]
    if any(item.type == "password" for item in fields):
        return "login"
    if any(plain(before).startswith(phrase) for phrase in words["rating"]) and len(fields) <= 3:
        return "rating"
    if len(fields) == 1 and (
        fields[0].type == "search" or fields[0].name.lower() in markup.query_fields or plain(submit) in words["search"]
    ):
        return "search"
    if len(fields) <= 2 and any(
        word in label or word in plain(submit) for label in labels or [""] for word in words["newsletter"]
    ):
        return "newsletter"
    if all(item.type in _CHOICES for item in fields):
        return "other"
    return "service"
