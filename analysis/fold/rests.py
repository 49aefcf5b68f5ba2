"""What a kept result rests on, a digest for each stage: evidence, taxonomy, weights, settings, the program's own code.

Two results with one digest are the same bytes. A stage names the code of every room that it can reach (the arrows
between the rooms are checked, so that is known), and all that it reads beside its arguments.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from study import StudyMunicipality, file_digest
from taxonomy import Taxonomy, word_tools

_HOME = Path(__file__).resolve().parent.parent.parent
_LIBRARIES = (
    "warcio", "brotli", "backports.zstd", "w3lib", "selectolax", "pypdf", "tldextract", "phonenumbers",
    "ahocorasick-rs", "libvoikko", "snowballstemmer", "pyarrow", "pydantic",
)  # fmt: skip
"""Packages whose answers stand in results."""
_CODE = frozenset({".py", ".toml", ".json", ".csv"})
_BELOW = ("study", "taxonomy/*.py", "taxonomy/matching")
_READS = (*_BELOW, "analysis/page", "analysis/fold", "analysis/findings.py")
_JUDGES = (
    *_READS, "analysis/*.py", "analysis/words", "analysis/channels", "analysis/judges", "analysis/models",
    "analysis/indicators",
)  # fmt: skip


@cache
def program(*places: str) -> str:
    """A digest of the code and data files in these folders of the program, and of the libraries that it uses."""
    digest = sha256(sys.version.encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    for place in places:
        found = _HOME.glob(place) if "*" in place else [_HOME / place]
        paths = [file for path in found for file in ([path] if path.is_file() else path.rglob("*"))]
        for path in sorted(path for path in paths if path.suffix in _CODE and path.is_file()):
            digest.update(f"{path.relative_to(_HOME)} {file_digest(path)}\n".encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _of(*parts: object) -> str:
    return sha256("\n".join(repr(part) for part in parts).encode(errors="surrogatepass")).hexdigest()


def evidence_key(files: Sequence[tuple[str, str]], municipality: StudyMunicipality) -> str:
    """What the index of one municipality's evidence rests on: names and digests of its files, its addresses."""
    return _of("evidence", program(*_READS), files, municipality.addresses)


def unit_key(evidence: str, taxonomy: Taxonomy, own_hosts: frozenset[str], *given: object) -> str:
    """What the rows of one municipality rest on; landing pages of others' evidence are compared apart."""
    words = word_tools(taxonomy)
    return _of("rows", program(*_JUDGES), evidence, taxonomy.digest, words, sorted(own_hosts), *given)
