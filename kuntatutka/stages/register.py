"""`kuntatutka register`: what municipalities declare in the service register, kept as evidence and compared."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kuntatutka.exits import ExitStatus
from kuntatutka.notices import tell_courtesy
from kuntatutka.progress import Talk
from kuntatutka.register_files import shared_out
from study import RegisterError, RegisterSection, StudyFolder, UserError, counted, file_digest, open_study
from study.register import DeclaredItem, FileItems, Kept, RegisterEvidence, Visit, items_of_file
from taxonomy import Register, RegisterVersion

from .common import told_how_to_go_on

if TYPE_CHECKING:
    from crawler import Asking

_FAULTS_TOLD = 3


@dataclass(frozen=True, slots=True)
class RegisterWishes:
    """What the command line asked for."""

    files: tuple[Path, ...] = ()
    municipality: str = ""
    only: tuple[str, ...] = ()
    again: bool = False
    check: bool = True


def register_study(folder: Path, talk: Talk, wishes: RegisterWishes) -> ExitStatus:
    """`kuntatutka register`: fetch or read what is declared, ask its addresses, bring the tables up to date."""
    study = open_study(folder)
    chosen = tuple(study.municipality(code).code for code in wishes.only) or tuple(m.code for m in study.municipalities)
    failure: RegisterError | None = None
    failed: list[str] = []
    with study.lock(), told_how_to_go_on(study, talk):
        if wishes.files:
            _read_files(study, talk, wishes)
        else:
            try:
                failed = _fetch(study, talk, chosen, again=wishes.again)
            except RegisterError as error:
                failure = error
        if not any(RegisterEvidence(study, code).files for code in chosen) and failure is not None:
            raise failure
        if _has_findings(study, talk):
            if wishes.check and study.config.service_register.check_addresses:
                _check(study, talk, chosen)
            _compare(study, talk)
    if failure is not None:
        raise failure
    for line in failed:
        talk.warn(line)
    return ExitStatus.INCOMPLETE if failed else ExitStatus.DONE


def _read_files(study: StudyFolder, talk: Talk, wishes: RegisterWishes) -> None:
    """Keep what the files declare, unless the evidence holds these very files already."""
    from crawler import keep_items

    items: list[DeclaredItem] = []
    is_cut = False
    for path in wishes.files:
        found = items_of_file(path)
        items += found.items
        is_cut = is_cut or found.is_cut
        _tell_faults(talk, path, found)
    told = study.municipality(wishes.municipality).code if wishes.municipality else ""
    own, nobodys = shared_out(items, study.municipalities, told)
    if not own:
        raise UserError(
            f"{wishes.files[0]}: nothing in it names a municipality of this study.",
            "Say whose it is: --municipality CODE.",
        )
    if nobodys:
        talk.warn(f"{counted(nobodys, 'item')} of no municipality of this study left out.")
    source = "; ".join(f"{path.name} sha256:{file_digest(path)}" for path in wishes.files)
    before = {code: RegisterEvidence(study, code).read() for code in own}
    fresh = {code: data for code, data in own.items() if not _is_kept(before[code], source)}
    keep_items(study, fresh, source, is_cut=is_cut)
    for code in sorted(own):
        kept = RegisterEvidence(study, code).read().visit
        if kept is not None:
            _tell(talk, study, code, len(kept.services), len(kept.channels), is_new=code in fresh)
            _tell_doubts(talk, study.municipality(code).name_fi, before[code].visit, kept, source)


def _tell_faults(talk: Talk, path: Path, found: FileItems) -> None:
    """Lines that were left out, and what to do about them."""
    cut = found.faults[-1:] if found.is_cut else []
    torn = found.faults[: len(found.faults) - len(cut)]
    for number, why in torn[:_FAULTS_TOLD]:
        talk.warn(f"{path}: line {number} was left out: {why}.")
    if len(torn) > _FAULTS_TOLD:
        talk.warn(f"{path}: {counted(len(torn) - _FAULTS_TOLD, 'more line')} left out.")
    for number, why in cut:
        talk.warn(f"{path}: line {number} was left out: {why}. Fetch the file again and give it whole.")


def _tell_doubts(talk: Talk, name: str, before: Visit | None, kept: Visit, source: str) -> None:
    """What is odd with what counts now: an older visit goes on counting, or half of what was had is gone."""
    if kept.source != source:
        talk.warn(f"{name}: what was read whole on {kept.started_at:%Y-%m-%d} goes on counting, as this is cut.")
    elif before is not None and ((before.services and not kept.services) or (before.channels and not kept.channels)):
        what = "channels" if kept.services else "services"
        talk.warn(f"{name}: these files hold no {what}, and the newest reading counts. Name all files in one call.")
    bare = sum(not (item.classes or item.general_description) for item in kept.services.values())
    if bare:
        how = "told by name and words alone. A class in the register makes it surer which service each is"
        talk.note(f"{name}: {counted(bare, 'service')} without a service class, {how}.")


def _is_kept(kept: Kept, source: str) -> bool:
    """Whether these very files were read before, and nothing else since."""
    newest = kept.visits[-1] if kept.visits else None
    return newest is not None and newest.source == source and (newest.is_whole or newest.is_cut)


def _tell(talk: Talk, study: StudyFolder, code: str, services: int, channels: int, *, is_new: bool = True) -> None:
    name = study.municipality(code).name_fi
    known = "" if is_new else " (kept already)"
    talk.note(f"{name} declares {counted(services, 'service')} and {counted(channels, 'channel')}{known}.")


def _fetch(study: StudyFolder, talk: Talk, codes: Sequence[str], *, again: bool) -> list[str]:
    """Ask the register; gives a sentence about each municipality that could not be had."""
    from crawler import Guard, fetch_register, no_network

    asking = _asking(study, again=again)
    why = no_network([asking.base], Guard(study.config.crawl.allow_private_hosts))
    if why is not None:
        raise RegisterError(f"{asking.base}: the register cannot be reached: {why}.", "Nothing was changed.")
    tell_courtesy(study, talk, codes)
    names = {item.code: item.name_fi for item in study.municipalities}
    with talk.steps("Register", "municipality", len(codes)) as steps:
        visits = fetch_register(
            study, codes, asking, lambda code, done, what: steps.update(done, now=f"{names[code]} {what}".strip())
        )
    for visit in visits:
        _tell(talk, study, visit.code, visit.services, visit.channels)
    return [f"{names[visit.code]}: {visit.failure}" for visit in visits if visit.failure]


def _asking(study: StudyFolder, *, again: bool) -> Asking:
    from crawler import Asking

    section, known = study.config.service_register, study.taxonomy.service_register
    if known is None:
        raise UserError(
            f"{study.config_file}: country {study.config.study.country} has no register of services.",
            "Read what municipalities declare from files: --from FILE.",
        )
    version = _version(study, section, known)
    base = (section.url or version.url).rstrip("/")
    return Asking(base, version, _secret(study, section, version, base), again)


def _version(study: StudyFolder, section: RegisterSection, known: Register) -> RegisterVersion:
    """The version that study.toml names; raises UserError where it is not known how it is asked."""
    version = known.version(section.version)
    if version is None:
        read = " and ".join(str(item.number) for item in known.versions)
        raise UserError(
            f"{study.config_file}: [service_register] version is {section.version}, and of the interface's versions "
            f"{read} are read; others are shaped otherwise.",
            f"Write version = {known.versions[0].number} and the address of that version.",
        )
    return version


def _secret(study: StudyFolder, section: RegisterSection, version: RegisterVersion, base: str) -> dict[str, str]:
    """The header with the key; raises UserError where it lacks or could be read on its way."""
    if not section.key_env:
        if version.needs_key:
            raise UserError(
                f"{study.config_file}: version {version.number} of the register's interface wants a key with every "
                "call, and [service_register] key_env names none.",
                "Write there the name of the environment variable that holds it; docs/register.md says more.",
            )
        return {}
    key = os.environ.get(section.key_env, "").strip()
    if not key:
        raise UserError(
            f"{study.config_file}: [service_register] key_env names {section.key_env}, which the environment lacks.",
            f"Set it in this terminal: export {section.key_env}=... (the key itself never stands in a study).",
        )
    if base.startswith("http:") and urlsplit(base).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise UserError(
            f"{study.config_file}: [service_register] url begins with http:, so the key could be read on its way.",
            "Use the https address, or leave key_env empty.",
        )
    return {section.key_header: key}


def _has_findings(study: StudyFolder, talk: Talk) -> bool:
    if (study.findings / "service_findings.parquet").is_file():
        return True
    talk.note(f"There are no findings to compare with yet: `kuntatutka run {study.root}` makes them and compares.")
    return False


def _check(study: StudyFolder, talk: Talk, codes: Sequence[str]) -> None:
    """Ask declared addresses that nobody has met whether they are alive."""
    from analysis import declared_addresses
    from crawler import Guard, check_addresses, no_network

    most = study.config.service_register.max_checks
    wanted = {}
    for code in codes:
        urls = declared_addresses(study, code)
        if len(urls) > most:
            name = study.municipality(code).name_fi
            talk.warn(f"{name}: {len(urls) - most} declared addresses are not asked: [service_register] max_checks.")
        wanted[code] = urls[:most]
    total = sum(map(len, wanted.values()))
    if not total:
        return
    why = no_network(
        [url for urls in wanted.values() for url in urls[:1]], Guard(study.config.crawl.allow_private_hosts)
    )
    if why is not None:
        talk.warn(f"Declared addresses are not asked whether they are alive: {why}.")
        return
    with talk.steps("Check", "address", total) as steps:
        check_addresses(study, wanted, lambda code, done, url: steps.update(done, total, url))


def _compare(study: StudyFolder, talk: Talk) -> None:
    """Make the register's tables and say what they came to."""
    from analysis import compare_with_register

    compare_with_register(study)
    channels = Counter(row.outcome for row in study.read("register_channels"))
    cells = Counter(row.agreement for row in study.read("register_cells"))
    for what, counts in (("Declared targets", channels), ("Cells", cells)):
        told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda i: (-i[1], i[0])))
        talk.note(f"{what}: {told or 'none'}")
    for name in ("register_services", "register_channels", "register_cells"):
        sys.stdout.write(f"{study.findings / name}.parquet\n")
