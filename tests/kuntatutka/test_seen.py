"""Nothing that a terminal obeys, and nothing that turns the direction of text, reaches a person or a program."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.streams import SeenText
from kuntatutka.tables import printable, safe, to_json
from study import visible

POISON = {
    "title of the window": "\x1b]0;x\x07",
    "clipboard": "\x1b]52;c;eA==\x1b\\",
    "colour": "\x1b[31m",
    "one byte control": "\x9b31m",
    "null": "\x00",
    "backspace": "\x08\x08",
    "carriage back": "\x0b\x0c",
    "right to left": "\u202e",
    "isolate": "\u2067",
    "embedding": "\u202b",
    "arabic mark": "\u061c",
    "zero width": "\u200b\ufeff",
    "line separator": "\u2028\u2029",
    "tags": "\U000e0041",
}
HIDDEN = set("".join(POISON.values())) - set("]0;x52;ceA==\\[31m9b")


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_every_way_out_leaves_them_away(poison: str) -> None:
    text = f"Vene{poison}paikat"
    stream = SeenText(io.BytesIO(), "utf-8", errors="backslashreplace")
    stream.write(text)
    stream.flush()
    written = stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
    for out in (visible(text), printable(text), safe(text), written, to_json({text: [text]})):
        assert not HIDDEN & set(out), ascii(out)
        assert out.encode()
    assert not HIDDEN & set(json.loads(to_json([text]))[0])


def test_text_that_is_meant_stays() -> None:
    text = "Ääkköset, \u00ad tavutus, 家, 👨\u200d👩\u200d👧, rivi\n\tsarkain"
    assert visible(text) == text


def test_pages_that_carry_them_are_inspected_without(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    poison = "".join(POISON.values()).replace("\x00", "")
    page = f"<html lang='fi'><title>Vene{poison}paikat</title><h1>Venepaikat{poison}</h1><p>Varaa{poison} paikka.</p>"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    for arguments in (("page.html",), ("page.html", "--json")):
        url = f"https://www.kunta.example/vene{poison}"
        done = kuntatutka("inspect", *arguments, "--url", url)
        assert done.status == 0, done.err
        assert not HIDDEN & set(done.out + done.err)
        assert "Venepaikat" in done.out or "Vene" in done.out


def test_errors_and_warnings_are_told_without(kuntatutka: Callable[..., Any]) -> None:
    name = "".join(POISON.values()).replace("\x00", "").replace("/", "")
    done = kuntatutka("analyze", f"ei{name}ole")
    assert done.status == 2
    assert not HIDDEN & set(done.out + done.err)
