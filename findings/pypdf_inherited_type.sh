#!/usr/bin/env bash
# pypdf 7.1.0: text boxes that take their type from the field above them are missing from get_form_text_fields().
#
# Tried:  a PDF form with a field `hakija` (applicant) and two boxes below it, `nimi` and `osoite`. The type /Tx stands once, at the field above:
#         ISO 32000 (table "Entries common to all field dictionaries") calls FT inheritable. The same form with the type written at each box is the control.
# Seen:   control: pypdf gives hakija.nimi and hakija.osoite. Inherited: it gives one text field, `hakija`, where nothing can be typed, and neither
#         box; get_fields() lists the boxes with field_type None. pikepdf 10.17.0 gives both boxes as /Tx in both forms.
# Matters: whether an application form can be filled on the screen, and how much it asks, is counted from such fields. A count with pypdf
#         alone says one field for a page full of them, or calls a form empty when fields without a type are left out.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install -q --disable-pip-version-check pypdf==7.1.0 pikepdf==10.17.0
"$room/env/bin/python" - <<'PY'
import io
import sys

import pikepdf
import pypdf
from pikepdf import Array, Dictionary, Name, String


def form(inherited):
    """A form of one page; the boxes' type stands at the field above them, or at each box."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    above = pdf.make_indirect(Dictionary(T=String("hakija")))
    boxes = Array()
    for place, name in enumerate(("nimi", "osoite")):
        box = Dictionary(Type=Name.Annot, Subtype=Name.Widget, T=String(name), Parent=above, P=page.obj)
        box.Rect = Array([10, 10 + 40 * place, 150, 40 + 40 * place])
        box.DA = String("/Helv 12 Tf 0 g")
        if not inherited:
            box.FT = Name.Tx
        boxes.append(pdf.make_indirect(box))
    if inherited:
        above.FT = Name.Tx
    above.Kids = boxes
    page.obj.Annots = boxes
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    pdf.Root.AcroForm = Dictionary(Fields=Array([above]), DR=Dictionary(Font=Dictionary(Helv=font)), DA=String("/Helv 12 Tf 0 g"))
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def seen(file):
    reader = pypdf.PdfReader(io.BytesIO(file))
    with pikepdf.open(io.BytesIO(file)) as pdf:
        boxes = {field.fully_qualified_name: str(field.field_type) for field in pdf.acroform.fields}
    text = sorted(reader.get_form_text_fields(full_qualified_name=True))
    return {"pypdf text": text, "pypdf types": {name: field.field_type for name, field in reader.get_fields().items()}, "pikepdf": boxes}


BOTH = {"hakija.nimi": "/Tx", "hakija.osoite": "/Tx"}
CONTROL = {"pypdf text": ["hakija.nimi", "hakija.osoite"], "pypdf types": {"hakija": None, **BOTH}, "pikepdf": BOTH}
INHERITED = {"pypdf text": ["hakija"], "pypdf types": {"hakija": "/Tx", "hakija.nimi": None, "hakija.osoite": None}, "pikepdf": BOTH}
control, inherited = seen(form(inherited=False)), seen(form(inherited=True))
print("type at each box:", control)
print("type inherited:  ", inherited)
sys.exit(0 if (control, inherited) == (CONTROL, INHERITED) else f"changed: expected {CONTROL} and {INHERITED}")
PY
