"""What the user should know before a stage works: on stderr, once, and nothing stops for it.

Empty contact, no pause between requests, another taxonomy, a doubtful list of municipalities, tables older than the
list, a study without evidence. Reads the study; writes nothing.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from study import FailureReason, StudyFolder, StudyMunicipality, file_digest, host_of, unknown_columns
from taxonomy import DEFAULTS, Taxonomy, load_taxonomy

from .progress import Talk
from .selection import nearest_code, read_languages

PRACTICE_COUNTRY = DEFAULTS.practice_country
_RESERVED = (".example", ".test", ".invalid", ".localhost")  # names that no town can have (RFC 2606)
_SHOWN = 5


def going_on(study: StudyFolder) -> str:
    """The command that takes a study further; the practice country is only there while `demo` serves it."""
    command = "demo" if study.config.study.country == PRACTICE_COUNTRY else "run"
    return f"kuntatutka {command} {study.root}"


def tell_courtesy(study: StudyFolder, talk: Talk, only: Sequence[str] = ()) -> None:
    """Warn where real sites would be read without a contact, or without a pause between two requests."""
    crawl = study.config.crawl
    chosen = [study.municipality(code) for code in only] or study.municipalities
    hosts = [host for item in chosen for host in _hosts(item) if _is_strangers(host, crawl.allow_private_hosts)]
    if not hosts:
        return
    if not crawl.contact:
        talk.warn(
            f"{study.config_file}: [crawl] contact is empty, so the sites cannot see whom to ask about the visit. "
            "Put your e-mail or web address there."
        )
    if crawl.delay_seconds == 0:
        talk.warn(
            f"{study.config_file}: [crawl] delay_seconds = 0 asks {hosts[0]} without any pause, which is impolite and "
            "may get you blocked. Put 1 there, unless the server is your own."
        )


def _hosts(municipality: StudyMunicipality) -> list[str]:
    return [host_of(address) for address in (municipality.website, *municipality.hosts)]


def _is_strangers(host: str, allowed: Iterable[str]) -> bool:
    """Whether a host is somebody's public site, as far as its name tells; nothing is looked up."""
    name = urlsplit(f"//{host}").hostname or host
    if host in allowed or name in allowed or name == "localhost" or name.endswith(_RESERVED):
        return False
    try:
        return ipaddress.ip_address(name).is_global
    except ValueError:
        return True


def tell_taxonomy(study: StudyFolder, talk: Talk) -> None:
    """The notice that the key `taxonomy` of study.toml promises."""
    made_with = study.config.study.taxonomy
    known = load_taxonomy(study.config.study.country).version
    if made_with and made_with != known:
        talk.warn(
            f"The study was made with taxonomy {made_with}; this program has {known} and uses that. Figures may differ "
            f'for that reason alone. To accept it, put taxonomy = "{known}" into {study.config_file}.'
        )


def tell_of_list(study: StudyFolder, talk: Talk, source: str = "") -> None:
    """What is doubtful about the municipalities: columns nobody reads, codes without their zero, one site twice.

    `source` is what the user named where the study has just been made; its columns are looked at in place of the
    study's own file.
    """
    path = Path(source) if source else study.municipalities_file
    ignored = unknown_columns(path) if path.is_file() else ()
    if ignored:
        what = "column is not known and was" if len(ignored) == 1 else "columns are not known and were"
        talk.warn(f"{path}: this {what} ignored: {_few(ignored)}.")
    for remark in _remarks(load_taxonomy(study.config.study.country), study.municipalities):
        talk.warn(f"{path if path.is_file() else study.municipalities_file}: {remark}")


def _remarks(taxonomy: Taxonomy, municipalities: Sequence[StudyMunicipality]) -> list[str]:
    sites: dict[str, list[StudyMunicipality]] = defaultdict(list)
    remarks = []
    for item in municipalities:
        parts = urlsplit(item.website)
        sites[host_of(item.website) + parts.path.rstrip("/")].append(item)
        if meant := nearest_code(taxonomy, item.code):
            name = taxonomy.municipalities[meant].name.get(taxonomy.country.languages[0])
            remarks.append(f"code {item.code} ({item.name_fi}): did you mean {meant} {name}? Spreadsheets drop zeros.")
        classes = [size.id for size in taxonomy.size_classes]
        if item.size_class and classes and item.size_class not in classes:
            remarks.append(
                f"size_class {item.size_class!r} of {item.code} {item.name_fi} is not known. "
                f"Known: {', '.join(classes)}; or leave it empty."
            )
        strange = [language for language in item.languages if language not in read_languages(taxonomy)]
        if strange:
            known = ", ".join(sorted(read_languages(taxonomy)))
            remarks.append(f"language {strange[0]!r} of {item.code} {item.name_fi} is not known. Known: {known}.")
    for site, sharers in sites.items():
        if len(sharers) > 1:
            names = " and ".join(f"{item.code} {item.name_fi}" for item in sharers[:_SHOWN])
            remarks.append(f"{names} have the same website {site}; correct the address that is wrong.")
    return remarks


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 2 * _SHOWN} more" if len(names) > 2 * _SHOWN else ""
    return ", ".join(names[: 2 * _SHOWN]) + more


def tell_tables_are_older(study: StudyFolder, talk: Talk, analysed: Any) -> None:
    """Warn where municipalities.csv is no longer what the tables were made from (`analysed`: its digest then)."""
    if not (study.findings / "municipalities.parquet").is_file():
        return
    codes = {row.code for row in study.read("municipalities")}
    changed = analysed is not None and analysed != file_digest(study.municipalities_file)
    if changed or codes != {item.code for item in study.municipalities}:
        talk.warn(
            f"{study.municipalities_file} has changed since the tables were made; they still hold the old list. "
            f"`kuntatutka analyze {study.root}` renews them."
        )


def tell_nothing_crawled(study: StudyFolder, talk: Talk) -> None:
    """Warn where there is no evidence, and no table that was made from another crawler's."""
    if study.warc_files():
        return
    if (study.findings / "municipalities.parquet").is_file():
        rows = study.read("municipalities")
        if any(row.status_reason is not FailureReason.NOT_STARTED for row in rows):
            return
    practice = study.config.study.country == PRACTICE_COUNTRY
    command = going_on(study) if practice else f"kuntatutka crawl {study.root}"
    talk.warn(f"Nothing has been crawled yet: run `{command}` first.")


def tell_reports_are_older(study: StudyFolder, talk: Talk, written: Sequence[Path]) -> None:
    """Warn of reports of earlier findings that stay beside those just written, in other forms or languages."""
    made = study.findings / "municipalities.parquet"
    if not written or not made.is_file():
        return
    fresh = {path.name for path in written}
    kinds = {".html", ".pdf", ".xlsx", ".pptx"}
    stale = sorted(
        path.name
        for path in study.reports.glob("report*")
        if path.suffix in kinds and path.name not in fresh and path.stat().st_mtime < made.stat().st_mtime
    )
    if stale:
        talk.warn(
            f"{_few(stale)} in {study.reports} tell of earlier findings. "
            f"`kuntatutka report {study.root}` without --format and --lang renews them all."
        )
