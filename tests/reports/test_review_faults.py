"""What is wrong with decisions.csv, told on the review page in the language of whoever reads it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from string import Formatter

from reports.review import open_desk
from reports.words import Words, available_languages
from study import StudyFolder, append_decisions, decisions_file, read_decisions
from study.decisions import FILE_FAULTS, LINE_FAULTS, STRANGER_FAULTS
from tests.review_desk import TOKEN, Browser, first


def test_what_is_wrong_with_the_file_is_told_in_the_language_of_the_page(six: StudyFolder, tmp_path: Path) -> None:
    shutil.copytree(six.root, tmp_path / "study")
    desk = open_desk(StudyFolder(tmp_path / "study"), "Aino")
    path, pages = decisions_file(desk.folder.review), [Browser(desk, language) for language in ("fi", "sv", "en")]
    cell = first(desk)
    pages[0].send("cell/" + "/".join(cell.key), action="confirm", replaces="")
    [good] = read_decisions(desk.folder.review).decisions
    append_decisions(desk.folder.review, [replace(good, id="a" * 12, municipality_code="999")])
    whole = path.read_bytes()
    path.write_bytes(whole + b"<<<<<<< HEAD\n" + whole.splitlines()[1][:40])
    for browser, told in zip(pages, ("Rivi 4: gitin", "Rad 4: ett", "Line 4 is a mark"), strict=True):
        page = browser.page()
        assert told in page
        assert page.count("999") == 1
    path.write_bytes(b"who,what\nme,that\n")
    for browser, told in zip(pages, ("otsikkorivi", "rubrikraden", "the head, is missing"), strict=True):
        status, _, page = browser.ask(f"/{TOKEN}/{browser.language}/")
        assert (status, told in page) == (409, True)
    path.unlink()
    path.mkdir()  # no file at all: what the program says of it is told as English
    status, _, page = pages[0].ask(f"/{TOKEN}/fi/cell/{cell.code}/{cell.service}", {"action": "confirm"})
    assert (status, '<p lang="en">' in page, "tallessa" in page) == (409, True, True)


def test_every_fault_of_the_file_has_words_in_every_language() -> None:
    for language in available_languages():
        words = Words(language)
        for kind, of in (("line", LINE_FAULTS), ("stranger", STRANGER_FAULTS), ("file", FILE_FAULTS)):
            for name, said in of.items():
                speaks_of = {field for _, field, _, _ in Formatter().parse(" ".join(said)) if field}
                told = words(f"review.fault.{kind}.{name}", **dict.fromkeys({*speaks_of, "path"}, "§"))
                assert told.count("§") >= len(speaks_of)
