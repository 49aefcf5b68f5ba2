"""Addresses: one canonical form, and which belong to the same site.

Hosts are compared with their port and without a leading "www."; paths keep their case. Pure functions, no network.
"""

from __future__ import annotations

import ipaddress
import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit

if TYPE_CHECKING:
    import tldextract

MAX_URL_LENGTH = 2_000
"""Longer addresses are refused: no page worth reading has one, and calendars and faceted searches make them."""

DOCUMENT_EXTENSIONS = frozenset({"pdf", "doc", "docx", "xls", "xlsx", "odt", "ods", "rtf"})
ASSET_EXTENSIONS = frozenset((
    "avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp", "eps", "ps",  # pictures
    "avi", "m4a", "m4v", "mov", "mp3", "mp4", "mpeg", "mpg", "ogg", "swf", "wav", "webm", "wma", "wmv",  # sound, film
    "csv", "gml", "ics", "json", "kml", "kmz", "rdf", "rss", "txt", "vcf", "xml", "xsd",  # data
    "css", "eot", "js", "otf", "ttf", "woff", "woff2", "ashx",  # style, script and fonts
    "epub", "odp", "pot", "pps", "ppsx", "ppt", "pptx",  # slides and books
    "7z", "dmg", "exe", "gz", "iso", "jar", "msi", "rar", "tar", "tgz", "zip",  # archives and programs
))  # fmt: skip

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Parameters that name a visit or a campaign, never a page.
_VISIT_PARAMETER = re.compile(
    r"^(utm_\w+|gclid|fbclid|msclkid|dclid|mc_[ce]id|_ga|_gl|phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|"
    r"cfid|cftoken|zanpid|igshid|yclid|_hs(enc|mi))$",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Every segment starts with its slash, so that a long path that does not fit fails in one pass.
_PLAIN_PATH = re.compile(r"(?=/)(?:/[A-Za-z0-9_~-]+(?:\.[A-Za-z0-9_~-]+)*)*/?")
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_BAD_HOST = re.compile(r"[\s<>\"'`{}|\\^%/?#@]")
_USERINFO = re.compile(r"(?<=://)[^\s/?#@\"'<>]{1,500}@")
_SAFE_PATH = "/%:@!$&'()*+,;=-._~"
_SAFE_QUERY = _SAFE_PATH + "?/[]"


def without_password(text: str) -> str:
    """A text whose addresses name no user and no password any more; anything else in it stays."""
    return _USERINFO.sub("", text) if "@" in text and "://" in text else text


def normalise_url(url: str, base: str | None = None) -> str | None:
    """The canonical form of an http(s) address, resolved against `base`; None for anything that is not one.

    Scheme and host are lower-cased; fragment, default port, credentials, session and campaign parameters are dropped.
    """
    if base is not None and _PLAIN_PATH.fullmatch(url):
        origin = origin_of(base)
        return origin + url if origin and len(url) < MAX_URL_LENGTH - 300 else None
    cleaned = _CONTROL.sub("", url.strip())
    if not cleaned and base is None:
        return None
    try:
        joined = urljoin(base, cleaned) if base else cleaned
        parts = urlsplit(joined)
        scheme, authority = parts.scheme.lower(), _authority(parts.scheme.lower(), parts.hostname, parts.port)
    except ValueError:
        return None
    if authority is None:
        return None
    path = _clean_path(parts.path)
    query = _clean_query(parts.query)
    result = f"{scheme}://{authority}{path}{'?' + query if query else ''}"
    return result if len(result) <= MAX_URL_LENGTH else None


def _authority(scheme: str, hostname: str | None, port: int | None) -> str | None:
    if scheme not in _DEFAULT_PORTS or not hostname or port == 0:
        return None
    host = hostname.lower().rstrip(".")
    if ":" in host:
        try:
            host = f"[{ipaddress.IPv6Address(host.split('%', 1)[0]).compressed}]"
        except ValueError:
            return None
    elif not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    if not host or len(host) > 253 or _BAD_HOST.search(host):
        return None
    return host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"


def _clean_path(path: str) -> str:
    if not path:
        return "/"
    path = _PATH_SESSION.sub("", path.replace("\\", "/"))
    if "/." in path or "//" in path:
        path = _without_dots(path)
    return _PERCENT.sub(lambda match: match.group(0).upper(), quote(path, safe=_SAFE_PATH))


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    trailing = path.endswith(("/", "/.", "/.."))
    cleaned = posixpath.normpath(path).lstrip("/") if path != "/" else ""
    cleaned = "" if cleaned == "." else cleaned
    return "/" + cleaned + ("/" if trailing and cleaned else "")


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = [part for part in query.split("&") if part and not _VISIT_PARAMETER.match(part.split("=", 1)[0])]
    return _PERCENT.sub(lambda match: match.group(0).upper(), quote("&".join(kept), safe=_SAFE_QUERY))


@lru_cache(maxsize=4096)
def origin_of(url: str) -> str:
    """Scheme, host and port of an address ("https://www.x.fi:8443"); empty where it has none."""
    try:
        parts = urlsplit(url)
        authority = _authority(parts.scheme.lower(), parts.hostname, parts.port)
    except ValueError:
        return ""
    return f"{parts.scheme.lower()}://{authority}" if authority else ""


@lru_cache(maxsize=65_536)
def host_of(url: str) -> str:
    """Host of an address, with its port unless that is the scheme's own, without "www."; empty where it has none.

    A bare host ("www.Salo.fi", "127.0.0.1:8000") is understood too.
    """
    origin = origin_of(url if "://" in url else f"http://{url.strip()}")
    return origin.split("://", 1)[-1].removeprefix("www.") if origin else ""


@lru_cache(maxsize=65_536)
def address_key(url: str) -> str:
    """What two spellings of one page have in common: scheme, "www." and a closing slash are left out."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return f"{host_of(url)}{path}{'?' + parts.query if parts.query else ''}"


@lru_cache(maxsize=1)
def _suffixes() -> tldextract.TLDExtract:
    import tldextract  # brings a client for the web along, a tenth of a second: only where it is asked for

    # The list that comes with the package: never fetched, so the same study judges the same everywhere.
    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)


@lru_cache(maxsize=16_384)
def registrable_domain(host: str) -> str:
    """The part of a host that somebody registered ("palvelut.salo.fi" -> "salo.fi").

    Numeric addresses and single labels stand for themselves, with their port.
    """
    bare = host_of(host) or host.lower()
    name = bare.rsplit(":", 1)[0] if re.search(r":\d+$", bare) else bare
    if is_numeric_host(name) or "." not in name:
        return bare
    registered = _suffixes()(name).top_domain_under_public_suffix
    return registered or ".".join(name.split(".")[-2:])


def is_numeric_host(name: str) -> bool:
    """Whether a host name is an IP address in usual writing."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def url_extension(url: str) -> str:
    """Lower-case file extension of the path, without its dot; empty where there is none."""
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem and 1 < len(extension) <= 5 else ""


def is_file_url(url: str) -> bool:
    """Whether the path ends like a document that people download (PDF, office formats)."""
    return url_extension(url) in DOCUMENT_EXTENSIONS


def is_asset_url(url: str) -> bool:
    """Whether the path ends like something that is no page and no document: image, film, script, archive."""
    return url_extension(url) in ASSET_EXTENSIONS


def readable_path(url: str) -> str:
    """Path and query as words: percent-encoding undone, for matching terms."""
    parts = urlsplit(url)
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path, errors="replace")
