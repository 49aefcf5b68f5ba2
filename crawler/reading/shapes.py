"""What addresses have in common: shapes that traps are made of, and spellings of one page under many names.

Pure functions of the address. The frontier counts by what they give.
"""

from __future__ import annotations

import re
import sys
from urllib.parse import parse_qsl, urlsplit

from study import host_of

_DIGITS = re.compile(r"\d+")
_DATED = re.compile(r"[/=](19|20)\d\d([/&]|-\d|$)|\d{1,2}\.\d{1,2}\.(19|20)\d\d")
# Session ids, hashes and the like: long, and letters mixed with digits as no word does; "(S(...))" is ASP.NET's.
_OPAQUE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-z]{0,200}\d)(?=\d{0,200}[a-z])[0-9a-z]{12,}|\([a-z]\([0-9a-z]{8,}\)\)",
    re.IGNORECASE,
)
_LONGEST_VALUE = 15
_MOST_REPEATS, _DEEPEST = 3, 14


def shapes_of(url: str) -> tuple[str, ...]:
    """What the address has in common with others of its kind, narrow shapes first; often only the folders it lies in.

    pattern: digits as #, opaque parts as *, parameters without values. query: all that one path answers.
    names: the folder and the first word of the name. under: each folder, to four levels.
    """
    parts = urlsplit(url)
    host = host_of(url)
    segments = [_blurred(segment) for segment in parts.path.rstrip("/").split("/")]
    path = "/".join(segments)
    shapes = []
    if parts.query:
        names = "&".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})[:20])
        shapes += [f"pattern {host}{path}?{names}", f"query {host}{path}"]
    elif "#" in path or "*" in path:
        shapes.append(f"pattern {host}{path}")
    folders = [folder for folder in segments[1:-1] if folder]
    shapes += [f"under {host}/{'/'.join(folders[:depth])}/" for depth in range(min(4, len(folders)), 0, -1)]
    first, broken, _ = segments[-1].partition("-") if "-" in segments[-1] else (segments[-1], "", "")
    if broken and first:
        shapes.append(f"names {host}/{'/'.join([*folders, first])}-")
    return tuple(map(sys.intern, shapes))  # thousands of addresses share them


def directory_of(url: str) -> str:
    """Host and folder of the address, digits as #."""
    parts = urlsplit(url)
    return sys.intern(_DIGITS.sub("#", f"{parts.netloc}{parts.path.rstrip('/').rpartition('/')[0]}"))


def is_dated(url: str) -> bool:
    """Whether the address names a day or month, or has two numbers in its path as calendars do."""
    return bool(_DATED.search(url)) or len(_DIGITS.findall(urlsplit(url).path)) > 1


def repeats_itself(url: str) -> bool:
    """Whether the path goes round in circles (/a/b/a/b/a/b) or deeper than any site's own order."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return len(segments) > _DEEPEST or any(segments.count(segment) > _MOST_REPEATS for segment in set(segments))


def skeleton_of(url: str) -> str:
    """The address without what may be a visit's number: parts and values with digits or of great length as *.

    Empty where it has none. Addresses of one skeleton may be one page (session ids) or many (numbered pages): only
    what they show tells.
    """
    parts = urlsplit(url)
    path = "/".join("*" if _may_be_noise(segment) else segment for segment in parts.path.split("/"))
    pairs = parse_qsl(parts.query, keep_blank_values=True)[:20]
    query = "&".join(f"{name}={'*' if _may_be_noise(value) else value}" for name, value in sorted(pairs))
    skeleton = f"{host_of(url)}{path}{'?' + query if query else ''}"
    return skeleton if "*" in skeleton else ""


def slot_of(skeleton: str) -> str:
    """Where in the address its number stands: the path up to there, or the parameters' names."""
    place, _, query = skeleton.partition("?")
    host, _, _ = place.partition("/")
    head, star, _ = place.partition("/*")
    names = "&".join(pair.partition("=")[0] for pair in query.split("&") if pair.endswith("=*"))
    return f"{head + star if star else host}?{names}"


def language_marks(url: str) -> tuple[str, ...]:
    """Where an address may name its language: the first folder, short parameters."""
    parts = urlsplit(url)
    host, first = host_of(url), parts.path.strip("/").partition("/")[0]
    marks = [f"{host}/{first}/"] if first and "/" in parts.path.strip("/") else []
    pairs = parse_qsl(parts.query, keep_blank_values=True)[:20]
    return (
        *map(sys.intern, marks),
        *(f"{host}?{name}={value}" for name, value in pairs if 0 < len(value) <= 5 and value.isalpha()),
    )


def _blurred(segment: str) -> str:
    return _DIGITS.sub("#", _OPAQUE.sub("*", segment)) if segment else ""


def _may_be_noise(text: str) -> bool:
    return (len(text) > _LONGEST_VALUE and "-" not in text) or any(letter.isdigit() for letter in text)
