"""The lines of a robots.txt that speak to us: groups and names as RFC 9309 has them. Patterns are Protego's to match.

Protego compares the whole value of a User-agent line with our name, and takes a beginning of our name for it; the
standard cuts the value to its product token and wants the whole token. docs/decisions/0023 tells what else differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

_LINE_END = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"[A-Za-z_-]*")
_SPLITTING = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # Protego would begin a new line at these
_LINE = re.compile(
    r"(?i:(?P<agent>user[- ]?agent)|(?P<allow>allow)|(?P<disallow>dis+al+ow|dias+low|dis+allaw)"
    r"|(?P<delay>crawl[- ]delay)|(?P<sitemap>site-?map))[^\s:]*(?:\s*:\s*|\s+)(?P<value>.*)"
)
"""What a line says. Common slips of the pen, plurals and a colon that was forgotten are understood."""
_EVERYBODY = "*"


def own_lines(text: str, token: str) -> str:
    """A robots.txt of one group for everybody that says what the given one says to `token`, and its sitemaps.

    Groups that name the token count together, and only where none does those of everybody. No line but a rule ends a
    group's names; a Crawl-delay belongs to the names that stand above it.
    """
    told = {token.lower(): _Told(), _EVERYBODY: _Told()}
    sitemaps: list[str] = []
    names: set[str] = set()
    among_rules = False
    for line in _LINE_END.split(text):
        kind, value = _read(line)
        if kind == "agent":
            names, among_rules = (set() if among_rules else names), False
            names.add(_name(value))
            for name in names & told.keys():
                told[name].is_named = True
        elif kind in ("allow", "disallow", "delay"):
            among_rules = among_rules or kind != "delay"
            for name in names & told.keys():
                told[name].lines.append(f"{'crawl-delay' if kind == 'delay' else kind}: {value}")
        elif kind == "sitemap":
            sitemaps.append(f"sitemap: {value}")
    ours = told[token.lower()] if told[token.lower()].is_named else told[_EVERYBODY]
    return "\n".join(["user-agent: *", *ours.lines, *sitemaps])


@dataclass(slots=True)
class _Told:
    """What was said to one name; a group without rules is named all the same."""

    lines: list[str] = field(default_factory=list)
    is_named: bool = False


def _read(line: str) -> tuple[str, str]:
    """Kind and value of a line; an empty kind where it says nothing that we know."""
    found = _LINE.match(line.split("#", 1)[0].strip())
    if found is None:
        return "", ""
    kind = next(name for name, said in found.groupdict().items() if said and name != "value")
    return kind, _SPLITTING.sub(lambda sign: quote(sign.group(0)), found["value"])


def _name(value: str) -> str:
    """Whom a User-agent line means: everybody, or the product token at its beginning in lower case."""
    if value == _EVERYBODY or re.match(r"\*\s", value):
        return _EVERYBODY
    token = _TOKEN.match(value)
    return token.group(0).lower() if token else ""
