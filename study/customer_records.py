"""The records of what sites tell of their customers' say and help, and the list of a municipality's e-services."""

from __future__ import annotations

from dataclasses import dataclass

from .columns import column


@dataclass(frozen=True, slots=True)
class CustomerSign:
    """A sentence by which a page says something of its customers' say and help."""

    municipality_code: str = column("Code of the municipality.", key=True)
    kind: str = column(
        "feedback-asked, feedback-used, satisfaction-told, digital-support, service-point, remote-service, "
        "self-service or visit-needless.",
        key=True,
        codes="customer-sign",
    )
    url: str = column("Page on which the sentence stands.", key=True)
    snippet: str = column("The sentence, at most 200 characters.", key=True)
    place: str = column(
        "service-page, e-service (the landing page of an e-service that the municipality leads to) or other-page.",
        codes="customer-place",
    )
    about: tuple[str, ...] = column(
        "What it says more closely, sorted: for whom, by whom and where digital support is given; the name of a "
        "service point. Ids are those of the language files' lists support-… and point-name-…."
    )
    language: str | None = column("Language of the sentence, two letters.")
    warc_file: str = column("File in evidence/ that holds the page.")
    warc_offset: int = column("Byte offset of the page's record in that file.", unit="bytes")


@dataclass(frozen=True, slots=True)
class OfferedEservice:
    """One e-service of a municipality: a form, booking or transaction by the address at which it is found."""

    municipality_code: str = column("Code of the municipality.", key=True)
    address: str = column("Where it is: the address without scheme, www. and closing slash.", key=True)
    service_id: str | None = column(
        "Service it is for, where the address is a portal's front page and holds several; else empty.", key=True
    )
    kind: str = column(
        "form, booking, transaction (asks who its user is, or decides by itself) or information.", codes="eservice-kind"
    )
    owner: str = column(
        "Whose address it has: own (the municipality's domain), maker (a known product's) or other.",
        codes="eservice-owner",
    )
    brand: str = column(
        "Whose name title or main heading of its page bear: own (the municipality's), other or unknown (not read).",
        codes="eservice-brand",
    )
    product_id: str | None = column("Product behind it; empty where no product claims it.")
    services: tuple[str, ...] = column("Services that it is linked for, sorted.")
    url: str = column("One of the pages that lead to it.")
