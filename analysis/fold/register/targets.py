"""The targets of a declared channel: addresses, numbers and streets, each as the way of using a service that it is.

A page that only tells of a service is no way of using it, and has a name of its own. A place whose telephone is
declared with it can be called too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.page.phones import linked_phone, phone_number
from study import address_key, normalise_url
from study.register import DeclaredChannel
from taxonomy import Taxonomy

WEB_PAGE = "web-page"
OF_TYPE = {
    "EChannel": "digital",
    "WebPage": WEB_PAGE,
    "PrintableForm": "printable-form",
    "Phone": "phone",
    "ServiceLocation": "on-site",
}
"""The way of using a service that each type of the register is."""
Kind = Literal["url", "phone", "email", "street", ""]


@dataclass(frozen=True, slots=True)
class Target:
    """One target: what it is declared as, how it is written, and what another writing of it would have in common."""

    channel: str
    language: str
    text: str
    kind: Kind
    key: str


def targets_of(declared: DeclaredChannel, taxonomy: Taxonomy) -> tuple[Target, ...]:
    """The targets of a channel without repetition; one without a text where it declares none of its own kind."""
    main = OF_TYPE.get(declared.type, WEB_PAGE)
    found = list(dict.fromkeys(_targets(declared, main, taxonomy)))
    if not any(target.channel == main for target in found):
        found.append(Target(main, "", "", "", ""))
    return tuple(found)


def _targets(declared: DeclaredChannel, main: str, taxonomy: Taxonomy) -> Iterator[Target]:
    is_of_web = declared.type in ("EChannel", "WebPage", "PrintableForm")
    for language, url in declared.urls:
        address = normalise_url(url)
        yield Target(main if is_of_web else WEB_PAGE, language, url, "url", address_key(address) if address else "")
    for language, number in declared.phones:
        value = phone_number(number, taxonomy.country.phone_region) or linked_phone(f"tel:{number}", taxonomy.country)
        yield Target("phone", language, number, "phone", value)
    for language, email in declared.emails:
        yield Target("email", language, email, "email", email.casefold())
    for language, street in declared.addresses:
        yield Target("on-site", language, street, "street", " ".join(street.casefold().split()))
