"""Writes a service's page for one municipality: its texts, and a passage for every channel it offers.

The passages come from the same `Channels` record that `truth()` reads, so page and truth cannot part ways.
Pure: the same files give the same blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from .markup import Block, parse_blocks, parse_runs
from .model import Channels, Country, Product, ServiceWords, Site

UNKNOWN = "unknown"
OWN_FORM = "own-form"
FORM_TYPES = {"static": "pdf", "fillable": "pdf", "docx": "docx"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One service of one municipality in one language, ready to be written about."""

    country: Country
    site: Site
    language: str
    service_id: str
    words: ServiceWords
    channels: Channels

    @property
    def phrases(self) -> Mapping[str, Any]:
        """The general phrases of the language."""
        return self.country.phrases[self.language]

    @property
    def product(self) -> Product | None:
        """The product behind the digital channel, if it is one of the known ones."""
        return self.country.products.get(self.channels.digital or "")

    @property
    def host(self) -> str:
        """The host of this language version."""
        return self.site.languages[self.language].host

    @property
    def title(self) -> str:
        """The page's title."""
        return self.pick(self.words.titles, "")

    @property
    def phone(self) -> str:
        """The number of this service here: of the practice kind, which no subscriber has."""
        if self.channels.phone == "switchboard":
            return switchboard(self.site)
        return f"040 000 {self.site.index}{crc32(self.service_id.encode()) % 900 + 100}"

    @property
    def email(self) -> str:
        """The role address of this service."""
        domain = self.host.removeprefix("www.")
        return f"{self.words.unit}@{domain}"

    @property
    def form_path(self) -> str:
        """Where the form to print lies on the site."""
        kind = FORM_TYPES[self.channels.form or "static"]
        return f"{self.country.systems[self.site.cms].forms}{self.words.unit}-{self.words.slug}.{kind}"

    @property
    def digital_url(self) -> str:
        """The address that the page gives for the digital channel; empty for a form in the page."""
        return digital_url(self)

    def pick(self, wordings: Sequence[str], salt: str) -> str:
        """One of several wordings: the site's choice if it made one, else always the same one by chance."""
        if not wordings:
            return ""
        if self.channels.wording is not None:
            return wordings[self.channels.wording % len(wordings)]
        return wordings[crc32(f"{self.site.code}{self.service_id}{self.language}{salt}".encode()) % len(wordings)]


def switchboard(site: Site) -> str:
    """The municipality's switchboard number."""
    return f"040 000 {site.index}000"


def digital_url(offer: Offer) -> str:
    """The outgoing address of the digital channel."""
    product, site, via = offer.product, offer.site, offer.channels.via
    if offer.channels.digital == UNKNOWN:
        return offer.country.addresses.unknown_eservice.format(slug=site.slug, service=offer.words.slug)
    if product is None:
        return ""
    if via == "redirect":
        return f"/{product.shortcut or product.id}"
    known = {"slug": site.slug, "domain": site.domain, "service": offer.words.slug}
    chosen = {"portal": product.portal or product.url, "white-label": product.white_label}.get(via, product.url)
    return chosen.format_map(known)


def service_blocks(offer: Offer) -> list[Block]:
    """The page's body below its title."""
    parts = {
        "lead": parse_blocks(fill(offer.pick(offer.words.leads, "lead"), offer)),
        "body": parse_blocks(fill(offer.pick(offer.words.bodies, "body"), offer)),
        "use": digital_blocks(offer) + form_blocks(offer) + note_blocks(offer),
        "contact": contact_blocks(offer),
    }
    heads = offer.phrases["heads"]
    titled = {
        "use": [_h2(offer.pick(heads["use"], "use")), *parts["use"]] if parts["use"] else [],
        "contact": [_h2(offer.pick(heads["contact"], "contact")), *parts["contact"]] if parts["contact"] else [],
    }
    if offer.site.layout == "flow":
        return parts["lead"] + parts["use"] + parts["body"] + parts["contact"]
    if offer.site.layout == "folds":
        folds = [
            {"kind": "fold", "title": offer.pick(heads[name], name), "blocks": parts[name]}
            for name in ("use", "contact")
            if parts[name]
        ]
        return parts["lead"] + folds + parts["body"]
    if offer.site.layout == "table":
        return parts["lead"] + parts["body"] + titled["use"] + parts["contact"]
    return parts["lead"] + parts["body"] + titled["use"] + titled["contact"]


def digital_blocks(offer: Offer) -> list[Block]:
    """How the matter is handled over the network, with the link, the form or the frame."""
    if offer.channels.digital is None:
        return []
    phrases = offer.phrases["digital"]
    if offer.channels.digital == OWN_FORM:
        return [*parse_blocks(offer.pick(phrases["own_form"], "own")), _form(offer)]
    sentence = fill(offer.pick(offer.words.digital or phrases["general"], "digital"), offer)
    blocks = parse_blocks(sentence)
    if offer.channels.via == "iframe":
        title = _label(offer)
        return [*parse_blocks(phrases["iframe"][0]), {"kind": "iframe", "title": title, "src": offer.digital_url}]
    if offer.digital_url not in sentence:
        blocks.append({"kind": "button", "runs": parse_runs(_action(offer))})
    return blocks + auth_blocks(offer)


def auth_blocks(offer: Offer) -> list[Block]:
    """How one signs in, where the municipality says it."""
    auth = offer.channels.auth or (offer.product.auth if offer.product else "silent")
    if auth == "silent":
        return []
    return parse_blocks(fill(offer.pick(offer.phrases["auth"][auth], "auth"), offer))


def form_blocks(offer: Offer) -> list[Block]:
    """The form to print or fill, with its file."""
    kind = offer.channels.form
    if kind is None:
        return []
    wordings = offer.phrases["form"]["fallback" if kind == "static" and offer.channels.digital else kind]
    return parse_blocks(fill(offer.pick(wordings, "form"), offer))


def note_blocks(offer: Offer) -> list[Block]:
    """Sentences that say what is not possible, no longer so, or over for this year."""
    return [block for note in offer.channels.notes for block in parse_blocks(fill(offer.phrases["notes"][note], offer))]


def contact_blocks(offer: Offer) -> list[Block]:
    """Telephone, e-mail and place, as sentences or as a card."""
    channels = offer.channels
    lines = []
    style = offer.phrases["card"] if offer.site.contacts == "card" else offer.phrases
    if channels.phone:
        lines.append(fill(offer.pick(style["phone"][channels.phone], "phone"), offer))
    if channels.email:
        lines.append(fill(offer.pick(style["email"], "email"), offer))
    if channels.place:
        place = offer.site.places[channels.place]
        kind = "linked" if place.has_page else "address"
        lines.append(fill(offer.pick(style["place"][kind], "place"), offer))
    if not lines:
        return []
    if offer.site.contacts == "card":
        role = {"kind": "h3", "runs": parse_runs(offer.words.role)}
        return [role, {"kind": "contact", "lines": [parse_runs(line) for line in lines]}]
    return [block for line in lines for block in parse_blocks(line)]


def fill(template: str, offer: Offer) -> str:
    """Puts this offer's names, numbers and addresses into a phrase."""
    return template.format_map(_values(offer))


def place_values(offer_site: Site, place_id: str, language: str) -> dict[str, str]:
    """A place's names and address, as phrases ask for them."""
    place = offer_site.places[place_id]
    names = place.names[language]
    return {
        "place": names["nom"],
        "place_at": names["at"],
        "place_to": names["to"],
        "street": place.street[language],
        "postal": offer_site.postal[language],
        "hours": place.hours[language],
        "place_page": f"@place:{place_id}",
    }


def _values(offer: Offer) -> dict[str, str]:
    words, site = offer.words, offer.site
    values = {
        "a": _action(offer) if offer.channels.digital not in (None, OWN_FORM) else "",
        "url": offer.digital_url,
        "action": _label(offer),
        "phone": f"[{offer.phone}](tel:+358{offer.phone.replace(' ', '')[1:]})",
        "email": f"[{offer.email}](mailto:{offer.email})",
        "form": words.form or offer.title,
        "file": offer.form_path if offer.channels.form else "",
        "role": words.role,
        "box": offer.phrases["box"].format_map({"postal": site.postal[offer.language]}),
        "host": urlsplit(offer.digital_url).hostname or "",
        **{f"m_{case}": name for case, name in site.languages[offer.language].names.items()},
        **_product_names(offer),
    }
    if offer.channels.place:
        values |= place_values(site, offer.channels.place, offer.language)
    return values


def _action(offer: Offer) -> str:
    return f"[{_label(offer)}]({offer.digital_url})"


def _label(offer: Offer) -> str:
    return offer.pick(offer.words.actions or (offer.title,), "action").format_map(_product_names(offer))


def _product_names(offer: Offer) -> Mapping[str, str]:
    """The product's name in the cases a text needs; an unnamed system is called by a common noun."""
    nameless: Mapping[str, str] = offer.phrases["digital"]["nameless"]
    if offer.product is None or offer.channels.via == "white-label":
        return nameless
    return offer.product.names[offer.language]


def _form(offer: Offer) -> Block:
    """A form in the page itself: the person's details and what the service asks."""
    ui = offer.phrases["form_fields"]
    labels = [*offer.words.fields, ui["name"], ui["email"], ui["message"]]
    return {"kind": "form", "title": offer.words.form or offer.title, "labels": labels, "submit": ui["submit"]}


def _h2(text: str) -> Block:
    return {"kind": "h2", "runs": parse_runs(text)}
