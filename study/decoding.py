"""Undo what HTTP did to a body: chunked transfer and content encodings, never beyond a given size.

Used when evidence is read. A damaged or lying encoding gives what could be undone, never an error.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping

import brotli
from w3lib.encoding import html_body_declared_encoding, html_to_unicode, http_content_type_encoding

_STEP = 65_536
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_UNSURE_TYPES = frozenset({"", "text/plain", "application/octet-stream", "application/xml", "text/xml"})
_PAGE_MARKS = (b"<!doctype html", b"<html")
# Programs, archives, pictures and office files, whatever their type says.
_FILE_MARKS = (
    b"mz\x90",
    b"\x7felf",
    b"pk\x03\x04",
    b"\x89png",
    b"gif8",
    b"\xff\xd8\xff",
    b"rar!",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
    b"{\\rtf",
)
_PARAMETERS = re.compile("[;,]")
# Codecs of Python that are no character sets of the web: some raise, some take the square of the length.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "utf_7"})


def decode_text(body: bytes, content_type: str) -> str:
    """A page's bytes as text; never raises.

    UTF-8 that decodes is UTF-8, whatever the labels say. Else the charset that byte order mark, header or markup name
    counts, unless it does not fit.
    """
    if wide := wide_form(body):
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(body) - 4 and len(body) > 4:  # a page cut in the middle of a letter
            return body[: error.start].decode("utf-8-sig")
    text = _by_label(body, content_type)
    # A few stray bytes are forgiven; of letters turned into question marks there would be far more.
    return text if text.count("\ufffd") * 200 < len(text) else body.decode("cp1252", "replace")


def wide_form(body: bytes) -> str:
    """The form of UTF-16 that a page is in, by its mark or by the zeros between its first letters; else nothing."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = body[:64].lstrip(b"\x00 \t\r\n")
    return ("utf-16-be" if body[:1] == b"\x00" else "utf-16-le") if start[1:2] == b"\x00" == start[3:4] else ""


def _by_label(body: bytes, content_type: str) -> str:
    for declared in (http_content_type_encoding(content_type), html_body_declared_encoding(body[:4096])):
        if declared is not None and not _is_charset(declared):
            return body.decode("cp1252", "replace")
    try:
        return str(html_to_unicode(content_type, body, auto_detect_fun=lambda _: "cp1252")[1])
    except (LookupError, ValueError):
        return body.decode("cp1252", "replace")


def _is_charset(name: str) -> bool:
    try:
        return name.lower() not in _NO_CHARSETS and isinstance(b"a".decode(name, "replace"), str)
    except (LookupError, ValueError):
        return False


def media_type(header: str) -> str:
    """The type of a Content-Type header, in lower case; of several the first."""
    return _PARAMETERS.split(header, maxsplit=1)[0].strip().lower()


def actual_type(declared: str, body: bytes) -> str:
    """What a document is: by its type where that says so, else by looks, for types lie in both directions."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf-"):
        return "application/pdf"
    if start.startswith(_FILE_MARKS) or (b"\x00" in start and b"<" not in start):
        return "application/octet-stream" if declared in HTML_TYPES else declared
    if declared in HTML_TYPES:
        return declared
    is_page = start.startswith(_PAGE_MARKS) or (declared in _UNSURE_TYPES and b"<html" in start)
    return "text/html" if is_page else declared


def decode_body(raw: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """The body as the page's author made it, at most `limit` bytes; `headers` have lower-case names."""
    body = raw
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    encodings = [item.strip().lower() for item in headers.get("content-encoding", "").split(",")]
    for encoding in reversed(encodings):
        body = _DECODERS.get(encoding, _as_is)(body, limit)
    return body[:limit]


def _as_is(body: bytes, _limit: int) -> bytes:
    return body


def _dechunked(body: bytes) -> bytes:
    """Some archives keep the chunks, others keep the header and undo them: the body itself must tell."""
    out: list[bytes] = []
    position = 0
    while True:
        end = body.find(b"\r\n", position, position + 32)
        try:
            size = int(body[position:end].split(b";")[0], 16) if end > 0 else -1
        except ValueError:
            size = -1
        if size < 0 or size > len(body):
            return b"".join(out) if out else body
        if size == 0:
            return b"".join(out)
        out.append(body[end + 2 : end + 2 + size])
        position = end + 2 + size + 2


def _gunzip(body: bytes, limit: int) -> bytes:
    return _inflate(body, limit, zlib.MAX_WBITS | 32)


def _deflate(body: bytes, limit: int) -> bytes:
    # Servers send "deflate" with and without the zlib wrapper.
    return _inflate(body, limit, zlib.MAX_WBITS) or _inflate(body, limit, -zlib.MAX_WBITS) or body


def _inflate(body: bytes, limit: int, wbits: int) -> bytes:
    decoder = zlib.decompressobj(wbits)
    try:
        return decoder.decompress(body, limit)
    except zlib.error:
        salvaged = _salvage(body, limit, wbits)
    return salvaged if salvaged or wbits < 0 else (b"" if wbits == zlib.MAX_WBITS else body)


def _salvage(body: bytes, limit: int, wbits: int) -> bytes:
    """What a damaged stream gave before the damage."""
    decoder, out = zlib.decompressobj(wbits), bytearray()
    for start in range(0, len(body), 512):
        try:
            out += decoder.decompress(body[start : start + 512], max(1, limit - len(out)))
        except zlib.error:
            break
        if len(out) >= limit:
            break
    return bytes(out)


def _unbrotli(body: bytes, limit: int) -> bytes:
    decoder, out = brotli.Decompressor(), bytearray()
    try:
        for start in range(0, len(body), _STEP):
            out += decoder.process(body[start : start + _STEP], output_buffer_limit=max(1, limit - len(out)))
            while len(out) < limit and not decoder.can_accept_more_data():
                out += decoder.process(b"", output_buffer_limit=limit - len(out))
            if len(out) >= limit:
                break
    except brotli.error:
        return bytes(out) or body
    return bytes(out)


def _unzstd(body: bytes, limit: int) -> bytes:
    from backports import zstd

    decoder = zstd.ZstdDecompressor()
    try:
        return decoder.decompress(body, limit)
    except zstd.ZstdError:
        return body


_DECODERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
