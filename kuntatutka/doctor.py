"""What this machine lacks and the command that mends it; whether a study's evidence is whole.

Looks only: it installs nothing, repairs nothing and opens no network connection.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from crawler import find_chromium, has_sandbox, has_way_out
from study import StudyFolder, counted, is_closed, open_study, open_to_others, without_password
from taxonomy import in_common, load_taxonomy

from .exits import ExitStatus
from .progress import Talk
from .tables import to_json

if TYPE_CHECKING:
    from .cluster.worker import Introduced
    from .evidence import EvidenceCheck

Verdict = Literal["ok", "note", "missing"]
_ROOM_GB = 5  # thirty municipalities of 400 pages take about 1.5 GB of evidence, tables and reports


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `note` can be lived with; `missing` stops a part of the work."""

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""


def check_machine(*, as_json: bool = False) -> ExitStatus:
    """Print every check; 1 when something is missing."""
    checks = list(machine_checks())
    _print(checks, as_json=as_json)
    is_lacking = any(check.verdict == "missing" for check in checks)
    return ExitStatus.FAILED if is_lacking else ExitStatus.DONE


def machine_checks() -> Iterator[Check]:
    """Every check of this machine, in the order in which one would mend things."""
    yield _python()
    yield _packages()
    yield from _browser()
    yield from _dictionaries()
    yield _fonts()
    yield _disk(Path.cwd())
    yield _writable(Path.cwd())
    yield _proxy()
    yield _network()


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", "ok", f"{version} ({sys.executable})")


def _packages() -> Check:
    from . import foreign_packages

    strangers = foreign_packages()
    if not strangers:
        return Check("Own packages", "ok", "all are Kuntatutka's own")
    names = ", ".join(f"{name}: {place}" for name, place in strangers.items())
    return Check("Own packages", "missing", names, "pipx install kuntatutka   # an environment of its own")


def _install(*packages: str) -> str:
    prefix = "" if os.geteuid() == 0 else "sudo "
    return f"{prefix}apt-get install -y {' '.join(packages)}"


def _browser() -> Iterator[Check]:
    found = find_chromium()
    chromium = Path(found) if found else None
    if chromium is None:
        yield Check("Chromium", "missing", "none: no PDF, no pages made by JavaScript", _install("chromium"))
    else:
        yield Check("Chromium", "ok", f"{_version_of(chromium)} ({chromium})")
    yield Check(
        "Browser control", "ok", "by a pipe: no driver and no debugging port listens; the gateway serves you only"
    )
    if has_sandbox():
        yield Check("Sandbox", "ok", "on")
    else:
        yield Check("Sandbox", "note", "off: Chromium refuses it to root; audit and crawl as another user to have it")


def _version_of(program: Path) -> str:
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not start ({error})"
    match = re.search(r"\d+(\.\d+)+", done.stdout)
    return match[0] if match else "of unknown version"


def _dictionaries() -> Iterator[Check]:
    """Whether the dictionaries are there that the languages of the default country ask for."""
    for language in load_taxonomy().languages.values():
        if language.grammar.dictionary:
            yield _voikko(language.grammar.dictionary, in_common(language.name))


def _voikko(dictionary: str, language: str) -> Check:
    words = f"voikko-{dictionary}"
    try:
        import libvoikko

        voikko = libvoikko.Voikko(dictionary)
    except (ImportError, OSError, RuntimeError) as error:
        found = f"none ({str(error).splitlines()[0][:80]}): words are compared by stems, which finds fewer services"
        return Check("Voikko", "note", found, _install("libvoikko1", words))
    except libvoikko.VoikkoException as error:
        found = f"library without {language} words ({error}): words are compared by stems"
        return Check("Voikko", "note", found, _install(words))
    voikko.terminate()
    return Check("Voikko", "ok", f"{language} morphology is there")


def _fonts() -> Check:
    lister = shutil.which("fc-list")
    if lister is None:
        return Check("Fonts", "note", "cannot be listed here; the report brings charts with its own font")
    done = subprocess.run([lister, ":", "family"], capture_output=True, text=True, timeout=30, check=False)
    families = {line.split(",")[0].strip() for line in done.stdout.splitlines() if line.strip()}
    if families:
        return Check("Fonts", "ok", f"{len(families)} families")
    return Check("Fonts", "missing", "none: the PDF would have empty boxes", _install("fonts-dejavu-core"))


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free / 1e9
    if free >= _ROOM_GB:
        return Check("Disk", "ok", f"{free:.0f} GB free here")
    return Check(
        "Disk", "note", f"{free:.1f} GB free here; thirty municipalities want {_ROOM_GB} GB", f"du -sh {folder}/*"
    )


def _writable(folder: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check("Write here", "ok", str(folder))
    except OSError as error:
        return Check("Write here", "note", f"{folder}: {error.strerror}", "cd ~   # studies go where you may write")


def _proxy() -> Check:
    names = ("http_proxy", "https_proxy", "no_proxy")
    used = {name: os.environ.get(name) or os.environ.get(name.upper()) for name in names}
    shown = ", ".join(f"{name}={_without_password(value)}" for name, value in used.items() if value)
    return Check("Proxy", "ok", shown or "none set: sites are asked directly")


def _network() -> Check:
    if has_way_out():
        return Check("Network", "ok", "a way out of this computer exists; no site was asked")
    return Check("Network", "note", "none: crawl and audit reach nothing; everything else works", "ip route")


def _without_password(value: str) -> str:
    return re.sub(r"//[^/@]*@", "//...@", value)


def _print(checks: list[Check], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(to_json([asdict(check) for check in checks], indent=1))
        return
    width = max(len(check.name) for check in checks)
    for check in checks:
        sys.stdout.write(f"{check.verdict:<8}{check.name:<{width}}  {check.found}\n")
        if check.remedy:
            sys.stdout.write(f"{'':<8}{'':<{width}}  $ {check.remedy}\n")


def check_cluster(folder: Path, address: str, *, as_json: bool = False) -> ExitStatus:
    """Print what each worker of a cluster has and sees; 1 where one cannot work on this study."""
    from .cluster import open_cluster

    study = open_study(folder.resolve())
    with open_cluster(address, study) as cluster:
        checks = [Check("Scheduler", "ok", address)]
        for name, told in cluster.introduced(with_browser=True).items():
            checks += _of_worker(name, told, *cluster.fault(told, needs_locks=True))
    if len(checks) == 1:
        remedy = f"dask worker {address} --nworkers 2 --nthreads 1"
        checks.append(Check("Workers", "missing", "none", remedy))
    _print(checks, as_json=as_json)
    return ExitStatus.FAILED if any(check.verdict == "missing" for check in checks) else ExitStatus.DONE


def _of_worker(name: str, told: Introduced | str, why: str, remedy: str) -> Iterator[Check]:
    if why:
        yield Check(f"Worker {name}", "missing", why, remedy)
    elif not isinstance(told, str):
        yield Check(f"Worker {name}", "ok", f"same versions, sees the study; {counted(told.cores, 'core')}")
    if not isinstance(told, str) and not told.chromium:
        yield Check(f"Browser {name}", "note", "none: it analyses, and audits nothing", _install("chromium"))


def check_evidence(folder: Path, talk: Talk, *, as_json: bool = False) -> ExitStatus:
    """Read every WARC file of a study; 1 when a record is damaged or holds a password, 3 when only a tail is torn."""
    from study.register import register_folder

    from .evidence import check_warc

    study = open_study(folder)
    declared = sorted(register_folder(study).glob("*.warc.gz"))
    files = (*study.warc_files(), *declared)
    results: list[EvidenceCheck] = []
    with talk.steps("Evidence", "file", len(files)) as steps:
        for number, path in enumerate(files, start=1):
            found = check_warc(path)
            results.append(replace(found, file=f"{path.parent.name}/{path.name}") if path in declared else found)
            steps.update(number, now=path.name)
    _print_evidence(results, as_json=as_json)
    without = [m for m in study.municipalities if not study.warc_files(m.code)]
    if without and not as_json:
        names = ", ".join(m.name_fi for m in without[:10]) + (" ..." if len(without) > 10 else "")
        talk.warn(f"No evidence yet of {len(without)} of {len(study.municipalities)} municipalities: {names}")
    _tell_secrets(study.municipalities_file, results, talk)
    _tell_rights(study, talk)
    if any(result.damaged or result.secrets for result in results):
        return ExitStatus.FAILED
    is_torn = any(result.torn_at is not None for result in results)
    return ExitStatus.INCOMPLETE if is_torn else ExitStatus.DONE


def _tell_secrets(towns: Path, results: list[EvidenceCheck], talk: Talk) -> None:
    """What to do about passwords that older versions wrote, or that a person wrote into the list."""
    with_secrets = [result.file for result in results if result.secrets]
    if with_secrets:
        talk.warn(
            f"Passwords stand in {', '.join(with_secrets[:5])}{' ...' if len(with_secrets) > 5 else ''}. "
            "Change them where they are used. Give these files to nobody: `kuntatutka crawl DIR --fresh` reads the "
            "sites anew without them, then delete evidence/old-*; make tables, reports and export anew."
        )
    text = towns.read_text(encoding="utf-8-sig", errors="replace")
    if without_password(text) != text:
        talk.warn(f"{towns}: an address has a user's name or a password in it. It is never used: take it out.")


def _tell_rights(study: StudyFolder, talk: Talk) -> None:
    """What others on the machine may read of a study that an older version, or another hand, has made."""
    is_shared = study.config.study.shared_with_group
    found = open_to_others((study.evidence, study.findings, study.state), shared_with_group=is_shared)
    if found and not (is_closed(study.root, shared_with_group=is_shared)):
        who, remedy = ("others", "o") if is_shared else ("your group and others", "go")
        talk.warn(
            f"{who.capitalize()} may read {counted(len(found), 'file or folder', 'files and folders')} of this study, "
            f"{found[0]} among them: `chmod -R {remedy}-rwx {study.root}` keeps it to those whom it is for."
        )


def _print_evidence(results: list[EvidenceCheck], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(to_json([asdict(result) for result in results], indent=1))
        return
    for result in results:
        parts = [f"{count} {kind}" for kind, count in sorted(result.records.items())]
        verdict = "damaged" if result.damaged else "torn" if result.torn_at is not None else "ok"
        sys.stdout.write(
            f"{verdict:<8}{result.file}  {result.bytes / 1e6:.1f} MB, {', '.join(parts) or 'no records'}\n"
        )
        for line in result.secrets:
            sys.stdout.write(f"{'':<8}  a secret: {line}\n")
        for line in result.damaged[:5]:
            sys.stdout.write(f"{'':<8}  {line}\n")
        if result.torn_at is not None:
            sys.stdout.write(
                f"{'':<8}  ends in the middle of a record at byte {result.torn_at}; all before it is whole and used\n"
            )
