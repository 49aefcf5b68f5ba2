"""Which addresses of a host are one municipality's: several may share a joint site, each with a folder of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from taxonomy import page_markup

from .urls import host_of

_LANGUAGE = re.compile(r"[a-z]{2}([-_][a-z]{2})?", re.IGNORECASE)


def folder_of(address: str) -> str:
    """The folder that an address of a website names, with slashes around it; "/" for a whole host.

    What only names a language, a file or a front page is no folder of a municipality's: "/fi/", "/index.php".
    """
    path = urlsplit(address if "://" in address else f"http://{address}").path
    parts = [part for part in path.split("/") if part]
    if parts and "." in parts[-1]:
        parts.pop()
    while parts and (_LANGUAGE.fullmatch(parts[-1]) or parts[-1].lower() in page_markup().tokens["front_pages"]):
        parts.pop()
    return f"/{'/'.join(parts)}/" if parts else "/"


class SiteFolders:
    """The folders that a municipality's addresses name, by host; a host without a path is whole."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._folders: dict[str, set[str]] = {}
        for address in addresses:
            if address:
                self.add(address)

    def add(self, address: str) -> None:
        """From now on this address and what lies below it belongs to the site too."""
        self._folders.setdefault(host_of(address), set()).add(folder_of(address))

    def holds(self, url: str) -> bool:
        """Whether an address of a host that is the municipality's lies in its part of it."""
        folders = self._folders.get(host_of(url))
        if folders is None or "/" in folders:
            return True
        path = f"{urlsplit(url).path.rstrip('/')}/"
        return any(path.startswith(folder) for folder in folders)
