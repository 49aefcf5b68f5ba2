"""What must not matter, does not: the same page in another source form, or at its host's other name, says the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from analysis import examine_page
from analysis.page.read import read_page
from taxonomy import Taxonomy, load_taxonomy

GOLD = Path(__file__).resolve().parents[2] / "data" / "gold"
# Share of the labelled pages whose verdicts must all stay the same.
SAME = 0.995

Change = Callable[[str, str], tuple[str, str]]


def labelled() -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(GOLD.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


def in_texts(html: str, change: Callable[[str], str]) -> str:
    """The source with its running text changed; scripts, styles and what keeps its lines stay."""
    kept, found = False, []
    for part in re.split(r"(<!--.*?-->|<[^>]*>)", html, flags=re.S):
        if tag := re.match(r"<(/?)(script|style|pre|textarea)\b", part, re.I):
            kept = not tag.group(1)
        found.append(part if kept or part.startswith("<") else change(part))
    return "".join(found)


def broken_lines(url: str, html: str) -> tuple[str, str]:
    """A line break and an indent wherever a blank was."""
    return url, in_texts(html, lambda text: re.sub(r" +", "\n      ", text))


def minified(url: str, html: str) -> tuple[str, str]:
    """No line breaks, single blanks."""
    return url, in_texts(html, lambda text: re.sub(r"\s+", " ", text))


def with_entities(url: str, html: str) -> tuple[str, str]:
    """Letters beyond ASCII as numeric and named entities by turns."""
    names = {"ä": "&auml;", "ö": "&#246;", "å": "&#xE5;", "Ä": "&Auml;", "–": "&ndash;", "é": "&eacute;"}
    return url, in_texts(html, lambda text: "".join(names.get(letter, letter) for letter in text))


def upper_case_tags(url: str, html: str) -> tuple[str, str]:
    return url, re.sub(r"<(/?)([a-z][a-z0-9]*)", lambda tag: f"<{tag.group(1)}{tag.group(2).upper()}", html)


def attributes_turned(url: str, html: str) -> tuple[str, str]:
    """The attributes of each tag in the opposite order."""

    def turned(tag: re.Match[str]) -> str:
        pairs = re.findall(r'\s+[\w:-]+(?:="[^"]*")?', tag.group(2))
        return f"<{tag.group(1)}{''.join(reversed(pairs))}{tag.group(3)}>"

    return url, re.sub(r'<([a-zA-Z]\w*)((?:\s+[\w:-]+(?:="[^"]*")?)+)(\s*/?)>', turned, html)


def wrapped(url: str, html: str) -> tuple[str, str]:
    """All of the body in three more boxes."""
    opened = re.sub(r"(<body[^>]*>)", r'\1<div class="a"><div class="b"><div>', html, count=1, flags=re.I)
    return url, re.sub(r"</body>", "</div></div></div></body>", opened, count=1, flags=re.I)


def other_host_name(url: str, html: str) -> tuple[str, str]:
    """With www. where there was none, and without where there was; hosts of three and more parts have only one name."""
    host = urlsplit(url).netloc
    bare = host.removeprefix("www.")
    if bare.count(".") != 1:
        return url, html
    other = bare if host != bare else f"www.{bare}"
    return url.replace(f"//{host}", f"//{other}", 1), html.replace(f"//{host}", f"//{other}")


def verdicts(url: str, html: str, taxonomy: Taxonomy) -> tuple[object, ...]:
    """All that is decided of a page; not why, nor where."""
    findings = examine_page(read_page(html, url, taxonomy), taxonomy, with_reasons=False)
    return (
        findings.page_type,
        findings.theme,
        [hit.service_id for hit in findings.services if hit.is_primary],
        sorted(hit.service_id for hit in findings.services),
        sorted({(hit.service_id, hit.channel) for hit in findings.channels}),
        sorted({hit.product_id for hit in findings.vendors}),
        findings.statement.compliance if findings.statement else None,
    )


@pytest.fixture(scope="module")
def finland() -> Taxonomy:
    return load_taxonomy("fi")


def in_form(row: dict[str, Any], *changes: Change) -> tuple[str, str]:
    url, html = row["url"], row["html"]
    for change in changes:
        url, html = change(url, html)
    return url, html


# Two forms that have no change in common: what any change does shows as a difference. Reading all pages takes half a
# minute for each form.
@pytest.mark.slow(60)
def test_the_form_of_the_source_changes_no_verdict(finland: Taxonomy) -> None:
    other, rows = [], labelled()
    for row in rows:
        one = in_form(row, broken_lines, with_entities, attributes_turned, other_host_name)
        another = in_form(row, minified, upper_case_tags, wrapped)
        if verdicts(*one, finland) != verdicts(*another, finland):
            other.append(row.get("id"))
    assert len(other) <= (1 - SAME) * len(rows), f"{len(other)} of {len(rows)} pages: {other[:20]}"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<p>Hae\n   paikkaa</p>", ["Hae paikkaa"]),
        ("<p>Hae<br>paikkaa</p>", ["Hae", "paikkaa"]),
        ("<pre>Hae\npaikkaa</pre>", ["Hae", "paikkaa"]),
        ('<div style="white-space: pre-line">Hae\npaikkaa</div>', ["Hae", "paikkaa"]),
        ("<pre>Hae\n<b>nyt\nheti</b></pre><p>Hae\npaikkaa</p>", ["Hae", "nyt", "heti", "Hae paikkaa"]),
    ],
)
def test_only_line_breaks_that_a_browser_shows_end_a_line(source: str, lines: list[str], finland: Taxonomy) -> None:
    page = read_page(f"<html lang=fi><body><main>{source}</main></body></html>", "https://k.example/", finland)
    assert page.main_text.split("\n") == lines
