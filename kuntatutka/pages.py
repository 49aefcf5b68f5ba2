"""Pages that a person names: a web address fetched once and politely, an HTML file, or a JSONL file of pages.

The only network use outside the crawler; it asks robots.txt first and sends the crawler's user agent.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from analysis import PageSource
from crawler import RobotsRules, robots_rules_of
from study import PageUnavailableError, UserError, normalise_url, storage_errors

from . import __version__

PRODUCT_TOKEN = "kuntatutka"
USER_AGENT = f"{PRODUCT_TOKEN}/{__version__} (one page, asked for by a person)"
_TIMEOUT = 30  # seconds; a slow municipal site answers within ten
_LIMIT = 20_000_000  # bytes, as the crawler's default max_response_mb


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page and, in a labelled file, what people say of it; ``problem`` where a line of the file holds no page."""

    source: PageSource
    row: dict[str, Any]
    problem: UserError | None = None
    line: int = 0
    """Line of the JSONL file, from 1; 0 where there is none."""


def read_page_sources(name: str, url: str = "") -> Iterator[NamedPage]:
    """The pages behind one argument; raises UserError for what is neither address nor file."""
    if name.startswith(("http://", "https://")):
        yield NamedPage(fetch(name), {})
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


def fetch(url: str) -> PageSource:
    """One page as the site serves it now; raises PageUnavailableError where it gives none or robots.txt forbids it."""
    address = normalise_url(url)
    if address is None:
        raise UserError(f"{url}: is not a web address.", "Write it as in a browser.")
    rules = _robots(address)
    if rules.closed is not None or not rules.allows(address):
        raise PageUnavailableError(
            f"{url}: robots.txt of the site forbids reading it.", "Save the page in a browser and inspect the file."
        )
    with _open(address) as answer:
        body = answer.read(_LIMIT)
        return PageSource(
            url=answer.geturl(),
            body=body,
            content_type=answer.headers.get("Content-Type") or "text/html",
            status=answer.status,
        )


def _robots(url: str) -> RobotsRules:
    """The site's rules, read as the crawler reads them; where nobody answers the page itself tells why."""
    try:
        with _open(urljoin(url, "/robots.txt")) as answer:
            return robots_rules_of(answer.status, answer.read(500_000))
    except PageUnavailableError as error:
        status = getattr(error.__cause__, "code", None)
        return RobotsRules() if status is None else robots_rules_of(status, b"")


def _open(url: str) -> Any:
    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.5"})
    try:
        return urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        with error:
            raise PageUnavailableError(f"{url}: the site answered {error.code} {error.reason}.") from error
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise PageUnavailableError(
            f"{url}: cannot be fetched ({reason}).",
            "Check the address and the network (`kuntatutka doctor` shows the proxy), or inspect a saved file.",
        ) from error
