"""Pages as the browser made them, for replay: records that tools of web archives show as pages of their own.

A rendering is kept as a `conversion` record, which those tools pass over. Here it stands as a `resource`, without its
scripts: what they fetched is not kept, so that run again they would tear down what stands there.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from study import STANDING, StoredRendering, packed_record, read_events
from study.document import parse

_TYPE = "text/html; charset=utf-8"
_NAMES = uuid.UUID("5f0c1d6e-6f5c-5d5c-9a43-0b1e6a6f7a11")


def write_standing(parts: Sequence[Path], out: IO[bytes], name: str) -> dict[str, datetime]:
    """Write a packed WARC file, called `name`, of the renderings in these parts; the newest moment of each address.

    The same parts give the same bytes. Nothing is written where they hold none.
    """
    newest: dict[str, datetime] = {}
    for event in read_events(parts):
        if not isinstance(event, StoredRendering):
            continue
        if not newest:
            block = b"format: WARC File Format 1.1\r\ndescription: pages as a browser made them, without scripts\r\n"
            said = {"WARC-Filename": name}
            out.write(packed_record("warcinfo", _id(name), event.at, "application/warc-fields", block, said))
        out.write(_record(event))
        newest[event.url] = max(event.at, newest.get(event.url, event.at))
    return newest


def _record(event: StoredRendering) -> bytes:
    body = without_scripts(event.html).encode("utf-8", errors="replace")
    digest = base64.b32encode(hashlib.sha1(body).digest()).decode()
    headers = {"WARC-Target-URI": event.url, "WARC-Payload-Digest": f"sha1:{digest}"}
    if event.refers_to:
        headers["WARC-Refers-To"] = event.refers_to
    record_id = _id(f"{event.warc_file} {event.warc_offset}")
    return packed_record("resource", record_id, event.at, _TYPE, body, headers, {"kind": STANDING})


def without_scripts(html: str) -> str:
    """A page that stands still."""
    tree = parse(html)
    for node in tree.css("script"):
        node.decompose()
    return tree.html or ""


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_NAMES, name)}>"
