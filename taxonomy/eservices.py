"""What an address alone tells of an e-service behind it: host labels and path segments that mean something to use.

The words are data (`eservice_links.toml`); products of the catalogue are told apart elsewhere (`patterns`).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .errors import Problem, TaxonomyError

_FILE = Path(__file__).with_name("eservice_links.toml")
_KEYS = (
    "host_words",
    "path_words",
    "never_hosts",
    "root_words",
    "root_parameters",
    "wrappers",
    "about_hosts",
    "about_paths",
    "tool_categories",
    "shown_categories",
)
# Hosts are compared without "www.".
_LABELS_OF_MAIN_HOST = 2
_LOCALE = re.compile(r"[a-z]{2}([-_][a-z]{2})?", re.IGNORECASE)


class EserviceLinks:
    """Judges addresses by the words in them."""

    def __init__(
        self,
        host_words: tuple[str, ...],
        path_words: tuple[str, ...],
        never_hosts: tuple[str, ...],
        root_words: tuple[str, ...] = (),
        root_parameters: tuple[str, ...] = (),
        wrappers: tuple[str, ...] = (),
        about_hosts: tuple[str, ...] = (),
        about_paths: tuple[str, ...] = (),
        tool_categories: tuple[str, ...] = (),
        shown_categories: tuple[str, ...] = (),
    ) -> None:
        self.tools = frozenset(tool_categories)
        """Categories of products that are tools of a site and no services that somebody uses."""
        self.shown = frozenset(shown_categories)
        """Categories of products that show something beside the text where no service is behind them."""
        self._about_hosts = frozenset(about_hosts)
        self._about_paths = _alternatives(about_paths)
        self._wrappers = [(_alternatives((place,)), name) for place, _, name in (w.partition("?") for w in wrappers)]
        self._root = _alternatives(root_words)
        self._root_parameters = frozenset(root_parameters)
        self._host = _alternatives(host_words)
        self._path = _alternatives(path_words)
        self._never = frozenset(never_hosts)
        self.speaks = lru_cache(maxsize=20_000)(self._speaks)

    def is_never(self, host: str) -> bool:
        """Tells whether a host only informs: it or a host above it stands in `never_hosts`."""
        labels = host.partition(":")[0].split(".")
        return any(".".join(labels[i:]) in self._never for i in range(len(labels) - 1))

    def is_about(self, host: str, path: str) -> bool:
        """Tells whether an address on a product's host is about the product: its support, its sales, its news."""
        labels = host.partition(":")[0].split(".")
        if len(labels) > _LABELS_OF_MAIN_HOST:
            return labels[0] in self._about_hosts
        segments = (s for s in unquote(path).casefold().split("/") if s and not _LOCALE.fullmatch(s))
        return self._about_paths.fullmatch(next(segments, "")) is not None

    def unwrapped(self, url: str) -> str:
        """Returns the address that a counting, checking or translating service was given in a parameter, else `url`."""
        if "=http" not in url:
            return url
        try:
            parts = urlsplit(url)
            place = (parts.hostname or "").removeprefix("www.") + parts.path
            for pattern, name in self._wrappers:
                if pattern.fullmatch(place):
                    inner = dict(parse_qsl(parts.query)).get(name, "")
                    return inner if inner.startswith(("http://", "https://")) else url
        except ValueError:
            return url
        return url

    def is_root(self, url: str, below: str = "") -> bool:
        """Tells whether an address is only the front door of a portal: no path, or nothing but a language or log-in.

        `below` is a path that belongs to the installation itself, such as the name of a municipality.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        path = unquote(parts.path).casefold().strip("/")
        own = below.casefold().strip("/")
        if own and (path == own or path.startswith(own + "/")):
            path = path[len(own) :].strip("/")
        segments = [segment for segment in path.split("/") if segment]
        names = {name.casefold() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        plain = all(_LOCALE.fullmatch(segment) or self._root.fullmatch(segment) for segment in segments)
        # A fragment that is a route leads on: "#!/application/5".
        return plain and names <= self._root_parameters and "/" not in parts.fragment.strip("!/")

    def _speaks(self, url: str) -> str:
        """Returns "host" or "path" where that part of an address speaks of something to use, else an empty string."""
        try:
            parts = urlsplit(url)
            labels = (parts.hostname or "").removeprefix("www.").split(".")
        except ValueError:
            return ""
        # The registered name itself is the owner's ("asiointi.fi" is one product's), its sub-domains tell the use.
        if any(self._host.fullmatch(label) for label in labels[:-2]):
            return "host"
        segments = unquote(parts.path).casefold().strip("/").split("/")
        return "path" if any(self._path.fullmatch(segment) for segment in segments) else ""


def _alternatives(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(".*".join(map(re.escape, word.split("*"))) for word in words) or r"(?!)")


@cache
def eservice_links() -> EserviceLinks:
    """The judgement with the words of `eservice_links.toml`, read once per process."""
    try:
        data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        return EserviceLinks(*(tuple(data[key]) for key in _KEYS))
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        remedy = f"Give the lists {', '.join(_KEYS)}."
        raise TaxonomyError(Problem(_FILE.name, "", f"cannot be read: {error}.", remedy)) from error
