"""The records of the service register: what municipalities declare, and how it agrees with what their sites show."""

from __future__ import annotations

from dataclasses import dataclass

from .columns import column


@dataclass(frozen=True, slots=True)
class RegisterService:
    """A service that a municipality declares in the service register."""

    municipality_code: str = column("Code of the municipality.", key=True)
    register_id: str = column("Id of the service in the register.", key=True)
    service_id: str | None = column("Service of the taxonomy that it is; empty where it is none of them.")
    name: str = column("Name in the register, in the first of the municipality's languages that has one.")
    language: str = column("Language of that name, two letters.")
    languages: tuple[str, ...] = column("Languages in which the service is described, sorted. (addition)")
    theme_id: str | None = column("Theme that its words tell; empty where they tell none. (addition)")
    classes: tuple[str, ...] = column("Service classes of the register, sorted. (addition)")
    mapped_by: str = column(
        "What speaks for the service of the taxonomy: description, class, name and words; empty without one. (addition)"
    )
    channels: int = column("Channels that are declared for it. (addition)", unit="channels")


@dataclass(frozen=True, slots=True)
class RegisterChannel:
    """A target of a channel that a municipality declares, for one service of the taxonomy or for none."""

    municipality_code: str = column("Code of the municipality.", key=True)
    register_id: str = column("Id of the channel in the register.", key=True)
    service_id: str | None = column(
        "Service of the taxonomy that it serves; empty where it serves none of them.", key=True
    )
    name: str = column("Name of the channel in the register.", names_people=True)
    language: str = column(
        "Language for which the target is declared, two letters; empty where it is for all.", key=True
    )
    channel: str = column(
        "digital, phone, on-site, printable-form, email, or web-page: a page that tells of the service.",
        key=True,
        codes="register-channel",
    )
    target: str = column("Web address, number, e-mail address or street; empty where none is declared.", key=True)
    alive: bool | None = column("Whether the web address answers; empty where it was not asked, or did not say.")
    type: str = column(
        "Type in the register: EChannel, WebPage, PrintableForm, Phone or ServiceLocation. (addition)",
        codes="register-type",
    )
    outcome: str = column(
        "found, differs, not-linked, dead, no-target or unread: how the target agrees with the site. (addition)",
        codes="register-outcome",
    )
    seen_on: str | None = column("A page of the site that shows the target; empty where none does. (addition)")
    is_general: bool = column(
        "Whether it is attached to so many services that it says nothing of a single one. (addition)"
    )
    checked: str = column("What the address answered, as it was met; empty where it was not asked. (addition)")


@dataclass(frozen=True, slots=True)
class RegisterCell:
    """A service of a municipality as the register declares it and as the site shows it; a witness, no finding."""

    municipality_code: str = column("Code of the municipality.", key=True)
    theme_id: str = column("Theme of the service.")
    service_id: str = column("Service id from the taxonomy.", key=True)
    agreement: str = column(
        "agrees, declared-only, found-only, channel-differs, language-missing or not-comparable.",
        codes="register-agreement",
    )
    declared: tuple[str, ...] = column("Channels that the register declares for it, sorted.", codes="channel")
    found: tuple[str, ...] = column("Channels that the site shows, sorted.", codes="channel")
    only_declared: tuple[str, ...] = column("Channels that the register alone has, sorted.", codes="channel")
    only_found: tuple[str, ...] = column("Channels that the site alone has, sorted.", codes="channel")
    languages_missing: tuple[str, ...] = column(
        "Languages of the municipality in which the site alone shows the service, sorted."
    )
    dead: tuple[str, ...] = column("Declared web addresses that are dead, sorted.")
    not_linked: tuple[str, ...] = column("Declared targets that no page of the site shows, sorted.")
    register_ids: tuple[str, ...] = column("Ids of the declared services, sorted.")
