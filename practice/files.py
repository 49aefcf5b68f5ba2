"""Small real documents for the practice sites: a printable PDF, a PDF with fields to fill, a DOCX.

Written byte by byte so that the same form gives the same bytes everywhere and the program needs no library for it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape


def pdf_form(title: str, labels: Sequence[str], *, fillable: bool, note: str = "") -> bytes:
    """One A4 page with a line per label; with `fillable` an AcroForm text field on each line."""
    rows = [(label, 720 - 44 * number) for number, label in enumerate(labels)]
    drawing = [_text(72, 780, 16, title)]
    drawing += [_text(72, height + 18, 10, label) for label, height in rows]
    drawing += [f"72 {height} 450 16 re S" for _, height in rows]
    drawing.append(_text(72, 60, 9, note))
    stream = "\n".join(drawing).encode("cp1252", "replace")
    field_ids = range(7, 7 + len(rows)) if fillable else range(0)
    references = b" ".join(b"%d 0 R" % number for number in field_ids)
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Lang (fi)"
    if fillable:
        catalog += b" /AcroForm << /Fields [" + references + b"] /DA (/F1 10 Tf 0 g) /DR << /Font << /F1 4 0 R >> >> >>"
    objects = [
        catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >>"
        + (b" /Annots [" + references + b"]" if fillable else b"")
        + b" >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Title (" + _escape(title) + b") /Producer (Practice country) /CreationDate (D:20260301090000Z) >>",
    ]
    if fillable:
        objects += [_field(number, label, height) for number, (label, height) in enumerate(rows)]
    return _assemble(objects)


def docx_form(title: str, labels: Sequence[str]) -> bytes:
    """A word-processor form: the title and one line with dots per label."""
    lines = [title, *(f"{label}: ......................................" for label in labels)]
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0" encoding="UTF-8"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": '<?xml version="1.0" encoding="UTF-8"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{paragraphs}</w:body></w:document>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 9, 0, 0)), text)
    return buffer.getvalue()


def _escape(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _text(left: int, height: int, size: int, text: str) -> str:
    return f"BT /F1 {size} Tf {left} {height} Td ({_escape(text).decode('cp1252')}) Tj ET"


def _field(number: int, label: str, height: int) -> bytes:
    box = b"[72 %d 522 %d]" % (height, height + 16)
    name = b"/T (field%d) /TU (" % (number + 1) + _escape(label) + b")"
    return (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /DA (/F1 10 Tf 0 g) /P 3 0 R /Rect "
        + box
        + b" "
        + name
        + b" >>"
    )


def _assemble(objects: Sequence[bytes]) -> bytes:
    """Joins numbered objects with their cross-reference table."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
