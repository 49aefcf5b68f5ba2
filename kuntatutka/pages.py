"""Pages that a person names: a web address fetched once and politely, an HTML file, or a JSONL file of pages.

The crawler's guard and bounds hold for the one address too; robots.txt is asked first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis import PageSource
from crawler import read_one_page
from study import UserError, normalise_url, storage_errors

from . import __version__

PRODUCT_TOKEN = "kuntatutka"
USER_AGENT = f"{PRODUCT_TOKEN}/{__version__} (one page, asked for by a person)"


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page and, in a labelled file, what people say of it; ``problem`` where a line of the file holds no page."""

    source: PageSource
    row: dict[str, Any]
    problem: UserError | None = None
    line: int = 0
    """Line of the JSONL file, from 1; 0 where there is none."""


def read_page_sources(name: str, url: str = "", private_hosts: Sequence[str] = ()) -> Iterator[NamedPage]:
    """The pages behind one argument; raises UserError for what is neither address nor file.

    An address on this machine or its network is asked only where `private_hosts` name its host.
    """
    if name.startswith(("http://", "https://")):
        yield NamedPage(fetch(name, private_hosts), {})
    elif name.casefold().endswith((".jsonl", ".ndjson")):
        yield from read_jsonl(Path(name))
    else:
        path = Path(name)
        if not path.is_file():
            raise UserError(
                f"{name}: is neither a web address nor a file.", "Addresses begin with https://; check the file's name."
            )
        yield NamedPage(_from_file(path, url or path.resolve().as_uri()), {})


def _from_file(path: Path, url: str) -> PageSource:
    kind = "application/pdf" if path.suffix.casefold() == ".pdf" else "text/html"
    with storage_errors(path):
        return PageSource(url=url, body=path.read_bytes(), content_type=kind)


def read_jsonl(path: Path) -> Iterator[NamedPage]:
    """Pages of a JSONL file, one for each line that is not empty, in order.

    A line that holds no page gives an empty one with its problem, so that none is lost; raises UserError where there
    is no such file.
    """
    if not path.is_file():
        raise UserError(f"{path}: there is no such file.", "Give a JSONL file, one page a line.")
    with storage_errors(path), path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield replace(_from_line(path, number, line), line=number)


def _from_line(path: Path, number: int, line: bytes) -> NamedPage:
    where = f"{path}: line {number}"
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        return _no_page({}, f"{where}: is not JSON ({error}).", "Each line is one JSON object.")
    if not isinstance(row, dict) or not isinstance(row.get("url"), str):
        return _no_page({}, f"{where}: `url` is missing.", "Each line needs url and html (or html_file).")
    if isinstance(row.get("html"), str) or ("html" in row and row["html"] is None and "html_file" not in row):
        return NamedPage(PageSource(url=row["url"], body=row["html"] or ""), row)
    if not isinstance(row.get("html_file"), str):
        return _no_page(row, f"{where}: `html` is missing.", "Each line needs url and html (or html_file).")
    file = path.parent / row["html_file"]
    if not file.is_file():
        return _no_page(
            row,
            f"{where}: html_file {row['html_file']} is not there.",
            f"It was looked for in {file.parent.resolve()}.",
        )
    return NamedPage(_from_file(file, row["url"]), row)


def _no_page(row: dict[str, Any], said: str, remedy: str) -> NamedPage:
    return NamedPage(PageSource(url=row.get("url", ""), body=""), row, UserError(said, remedy))


def fetch(url: str, private_hosts: Sequence[str] = ()) -> PageSource:
    """One page as the site serves it now; raises PageUnavailableError where it gives none or may not be asked."""
    address = normalise_url(url)
    if address is None:
        raise UserError(f"{url}: is not a web address.", "Write it as in a browser.")
    page = read_one_page(address, USER_AGENT, private_hosts)
    return PageSource(url=page.url, body=page.body, content_type=page.content_type, status=page.status)
