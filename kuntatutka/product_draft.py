"""The draft of a catalogue file: what a study saw of a host, laid out so that a person only fills what is marked.

Called by `kuntatutka taxonomy new-product`; reads findings, writes nothing but the text it returns.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from study import EservicePath, PageRecord, StoredDocument, StudyFolder, UserError, host_of, open_study, read_at
from taxonomy import Taxonomy, load_taxonomy, product_index

MARK = "?"
"""What a person has to replace; the check of the taxonomy refuses a file that still has it."""
_HOST = re.compile(r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")
_HITS = 6
_SHOWN = 8
_PAGES_READ = 5
# A pattern needs some letters of its own; a shorter piece of path says nothing.
_SHORTEST_PATH = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What a study knows of a host."""

    targets: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()
    """What the pages at the host say of themselves."""
    is_own_domain: bool = False
    others: tuple[str, ...] = field(default=())
    """Hosts that the study does not know either, most used first."""


def bare_host(text: str) -> str:
    """A host as the tables write it, from a host or an address; raises UserError for what is neither."""
    bare = text.strip().lower().removeprefix("https://").removeprefix("http://").split("/")[0].split(":")[0]
    if not _HOST.match(bare):
        raise UserError(f"{text!r} is not a host name.", "Give it as in an address, such as booking.example.org.")
    return bare.removeprefix("www.")


def seen_in_study(root: Path, host: str) -> tuple[Seen, str]:
    """What the findings of a study say of a host, and the study's country; raises UserError where it is none."""
    folder = open_study(root)
    paths: Sequence[EservicePath] = folder.read("eservice_paths")
    names = {m.code: m.name_fi or m.name_sv or m.code for m in folder.municipalities}
    at_host = {url for path in paths for url in (path.target_url, path.final_url) if _is_at(url, host)}
    mine = [path for path in paths if at_host & {path.target_url, path.final_url}]
    pages: list[PageRecord] = [row for row in folder.read("pages") if row.url in at_host]
    unknown: dict[str, set[str]] = {}
    for path in paths:
        if path.product_id is None:
            unknown.setdefault(host_of(path.target_url), set()).add(path.municipality_code)
    seen = Seen(
        targets=_spread(at_host),
        pages=tuple(sorted({path.url for path in mine})),
        services=tuple(sorted({path.service_id for path in mine if path.service_id})),
        municipalities=tuple(names.get(code, code) for code in sorted({path.municipality_code for path in mine})),
        texts=_commonest(path.link_text for path in mine),
        titles=_commonest(row.title for row in pages if row.title),
        clues=_commonest(clue for row in pages[:_PAGES_READ] for clue in _clues(folder, row)),
        is_own_domain=any(path.is_own_domain for path in mine),
        others=tuple(sorted(unknown, key=lambda name: (-len(unknown[name]), name))[:_SHOWN]),
    )
    return seen, folder.config.study.country


def _clues(folder: StudyFolder, row: PageRecord) -> tuple[str, ...]:
    from .clues import clues_of

    path = folder.evidence / row.warc_file
    stored = read_at(path, row.warc_offset) if path.is_file() else None
    return clues_of(stored.body, row.url) if isinstance(stored, StoredDocument) else ()


def _is_at(url: str, host: str) -> bool:
    return host_of(url).partition(":")[0] == host


def _spread(urls: Iterable[str]) -> tuple[str, ...]:
    """A few addresses that differ as much as possible: those of different first segments come first."""
    ordered = sorted(urls)
    firsts: dict[str, str] = {}
    for url in ordered:
        firsts.setdefault("/".join(url.split("/")[:5]), url)
    return tuple(dict.fromkeys([*firsts.values(), *ordered]))[:_HITS]


def _commonest(texts: Iterable[str]) -> tuple[str, ...]:
    counted = Counter(text for text in texts if text)
    return tuple(sorted(counted, key=lambda text: (-counted[text], text))[:_SHOWN])


def known_products(taxonomy: Taxonomy, host: str, targets: Sequence[str]) -> tuple[str, ...]:
    """Products that claim the host already, or one of the addresses seen there."""
    index = product_index(taxonomy)
    urls = (f"https://{host}/", *targets)
    return tuple(sorted({hit.product_id for url in urls for hit in index.find_url(url)}))


def product_id_of(host: str) -> str:
    """The id that a product gets after its host, and so the name of its file."""
    return "-".join(re.sub(r"[^a-z0-9-]", "", label) for label in host.split(".")[:-1])


def draft(host: str, today: date, seen: Seen, country: str) -> str:
    """The text of a catalogue file; TOML as it stands, complete when every mark is replaced."""
    product_id = product_id_of(host)
    lines = [
        f"# Draft of taxonomy/products/{product_id}.toml. Replace every {MARK!r} and run `kuntatutka taxonomy check`.",
        *_what_was_seen(seen),
        f'id = "{product_id}"        # the file\'s name, for ever',
        f'name = "{MARK}"',
        f'owner_type = "{MARK}"        # private, municipal-owned, state or open-source',
        f'category = "{MARK}"          # as in other files: {", ".join(_categories(country))}',
        f"services = {_list(seen.services)}        # hints, not limits",
        "aliases = []            # its names in running text, inflected ones too; none that is a common word",
        f'countries = ["{country}"]',
        'basis = "seen"',
        f"source = {_text(seen.pages[0] if seen.pages else MARK)}        # where it was seen",
        f"verified_on = {today.isoformat()}",
        "# Addresses and sentences that it must be recognised by, and others that it must leave alone: two each.",
        f"hits = {_list(_hits(host, seen))}",
        f"misses = {_list(_misses(host, seen))}",
        "",
        "[[vendors]]             # makers in order, the present one last",
        f'name = "{MARK}"',
        "",
        *_patterns(host, seen),
    ]
    return "\n".join(lines) + "\n"


def _categories(country: str) -> list[str]:
    return sorted({product.category for product in load_taxonomy(country).products.values() if product.is_counted})


def _what_was_seen(seen: Seen) -> list[str]:
    if not seen.targets:
        return []
    count = len(seen.municipalities)
    lines = [f"# {count} {'municipality leads' if count == 1 else 'municipalities lead'} there: "
             f"{_some(seen.municipalities)}."]  # fmt: skip
    if seen.titles:
        lines.append(f"# Titles of its pages: {_some(seen.titles)}.")
    lines += [f"# Its pages say of themselves: {clue}." for clue in seen.clues]
    if seen.texts:
        lines.append(f"# Words of the links: {_some(seen.texts)}.")
    return [*lines, f"# Pages that lead there: {_some(seen.pages)}"]


def _some(words: Sequence[str]) -> str:
    shown = "; ".join(" ".join(word.split()) for word in words[:_SHOWN])
    return shown + (f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else "")


def _hits(host: str, seen: Seen) -> tuple[str, ...]:
    known = seen.targets or (f"https://{host}/",)
    return known if len(known) > 1 else (*known, MARK)


def _misses(host: str, seen: Seen) -> tuple[str, ...]:
    own = tuple(page for page in seen.pages if host_of(page) != host)[:1]
    return (*own, f"https://{host}.example/", f"https://not-{host}/")[:2]


def _patterns(host: str, seen: Seen) -> list[str]:
    """The host; below a municipality's own name also the path that the addresses share, which may hold elsewhere."""
    lines = ["[[patterns]]", f'host = "{host}"']
    path = _shared_path(seen.targets)
    if seen.is_own_domain and path:
        note = "the same product at other municipalities may have this path"
        return [*lines, "", f"# The host is the municipality's own; {note}:", "# [[patterns]]", f'# path = "{path}"']
    return lines


def _shared_path(urls: Sequence[str]) -> str:
    firsts = {url.partition("://")[2].partition("/")[2].split("/")[0].split("?")[0] for url in urls}
    first = firsts.pop() if len(firsts) == 1 else ""
    return f"/{first}" if len(first) >= _SHORTEST_PATH else ""


def _text(value: str) -> str:
    # JSON's strings are TOML's, as long as nothing is escaped that TOML does not know.
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    if sum(map(len, values)) < 60:
        return "[" + ", ".join(_text(value) for value in values) + "]"
    return "[\n" + "".join(f"    {_text(value)},\n" for value in values) + "]"
