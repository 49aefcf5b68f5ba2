"""The links between read pages: click depth from the front page, and the texts with which an address is linked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from analysis.findings import PageFindings
from study import address_key


def click_depths(
    findings: Mapping[str, PageFindings], resolve: Callable[[str], str], front_pages: Iterable[str]
) -> dict[str, int]:
    """Fewest clicks from any front page to each read page, over links of read pages and redirects."""
    # Of two spellings of one address the page that leads on counts: the other may be a parked name.
    spelled = sorted(sorted(findings, reverse=True), key=lambda url: bool(findings[url].internal_links))
    by_key = {address_key(url): url for url in spelled}
    starts = [by_key[key] for key in (address_key(url) for url in front_pages) if key in by_key]
    depths = dict.fromkeys(starts, 0)
    queue = deque(starts)
    seen: set[str] = set()
    while queue:
        url = queue.popleft()
        for target, _ in findings[url].internal_links:
            if target in seen:
                continue
            seen.add(target)
            found = by_key.get(address_key(resolve(target)))
            if found is not None and found not in depths:
                depths[found] = depths[url] + 1
                queue.append(found)
    return depths


def link_texts(findings: Mapping[str, PageFindings]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Texts of the links to each address, with the language of the page they stand on, by address key."""
    texts: dict[str, set[tuple[str, str]]] = {}
    # Menus come on every page: each of their links is looked at once for a language.
    each = ((target, text, page.language) for page in findings.values() for target, text in page.internal_links)
    for target, text, language in dict.fromkeys(each):
        texts.setdefault(address_key(target), set()).add((text, language))
    return {key: tuple(sorted(found)) for key, found in texts.items()}
