#!/usr/bin/env bash
# warcio 1.8.1: a response goes into the archive with other header lines than the server sent.
#
# Tried:  a response whose header lines have no blank after the colon, or two, or one at the end; HTTP allows all three (RFC 9112, section 5).
#         It is handed to WARCWriter as the bytes that were sent, then the record is read back with warcio and with FastWARC 2.0.1.
# Seen:   each line is written as `name: value` with one blank. The block has another length than what was sent, and the block digest is that of
#         the new bytes: it agrees with the record, and does not agree with the answer.
#         Copying a record from one archive to another (read it, write it) changes it in the same way.
# Matters: evidence should be what the server said. A digest that was computed over the answer itself will not be found in such an archive,
#         and a checked copy is no copy; a program that keeps evidence has to write the block itself.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install -q --disable-pip-version-check warcio==1.8.1 fastwarc==2.0.1
"$room/env/bin/python" - <<'PY'
import base64
import hashlib
import io
import sys

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

SENT = b"HTTP/1.1 200 OK\r\nContent-Type:text/plain\r\nServer:  invented \r\nContent-Length: 2\r\n\r\nok"
EXPECTED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: invented\r\nContent-Length: 2\r\n\r\nok"


def digest(block):
    return "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode()


def block_and_digest(archive):
    (record,) = [(r.reader.read(), r.headers["WARC-Block-Digest"]) for r in FastIterator(io.BytesIO(archive), parse_http=False)]
    return record


written = io.BytesIO()
writer = WARCWriter(written, gzip=False)
writer.write_record(writer.create_warc_record("https://town.example/", "response", payload=io.BytesIO(SENT)))
kept, named = block_and_digest(written.getvalue())

# A record made by hand, with the bytes as sent and their digest, copied from archive to archive.
original = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
    b"WARC-Target-URI: https://town.example/\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
    % (len(SENT), SENT)
)
copied = io.BytesIO()
copier = WARCWriter(copied, gzip=False)
for record in ArchiveIterator(io.BytesIO(original)):
    copier.write_record(record)
copy, _ = block_and_digest(copied.getvalue())

print("sent   ", SENT, len(SENT), digest(SENT))
print("written", kept, len(kept), named)
print("copied ", copy, len(copy))
same = kept == copy == EXPECTED and named == digest(EXPECTED) != digest(SENT)
sys.exit(0 if same else "changed: warcio no longer rewrites the header lines in this way")
PY
