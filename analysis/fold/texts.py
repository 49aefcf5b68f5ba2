"""The words of single pages as the analysis reads them: for whoever asks somebody else about a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.page.read import read_page
from study import StudyFolder

from .index import index_evidence, read_source


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of a page: title, then main content, one block a line."""

    language: str
    text: str


def page_texts(folder: StudyFolder, code: str, urls: Iterable[str]) -> dict[str, PageText]:
    """The words of a municipality's pages by address; pages that the evidence no longer has are left out."""
    wanted = sorted(set(urls))
    if not wanted:
        return {}
    index = index_evidence(folder.warc_files(code))
    found = {}
    for url in wanted:
        source = read_source(index, url)
        if source is not None:
            page = read_page(source.body, source.url, folder.taxonomy, content_type=source.content_type)
            found[url] = PageText(page.language, f"{page.title}\n{page.main_text}".strip())
    return found
