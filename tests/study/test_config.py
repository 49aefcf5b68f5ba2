"""study.toml: what `new` writes can be read, and every mistake gets one sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from study import FORMAT_VERSION, NewerStudyError, StudyConfig, StudySection, UserError, load_config, render_config

GOOD = '[study]\ntitle = "T"\nyear = 2026\n'


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_written_file_reads_back_and_explains_every_key(tmp_path: Path) -> None:
    config = StudyConfig(study=StudySection(title='A "quoted" title\\', year=2026))
    text = render_config(config)
    assert load_config(write(tmp_path, text)) == config
    lines = text.splitlines()
    keys = [index for index, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    assert len(keys) > 15
    assert all(lines[index - 1].startswith("# ") for index in keys)


def test_defaults_are_those_of_a_polite_guest(tmp_path: Path) -> None:
    crawl = load_config(write(tmp_path, GOOD)).crawl
    assert (crawl.max_pages, crawl.delay_seconds) == (400, 1.0)
    assert crawl.allow_private_hosts == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[study]\nyear = 2026\n", ["[study] title is missing", "Add it"]),
        (GOOD + "[crawl]\nmaxpages = 3\n", ["[crawl] maxpages is not a known key", "Did you mean max_pages?"]),
        (GOOD + '[crawl]\nmax_pages = "many"\n', ["[crawl] max_pages", '"many"', "a whole number"]),
        (GOOD + "[crawl]\nmax_pages = 0\n", ["max_pages", "greater than or equal to 1"]),
        (GOOD + "[crawl]\ndelay_seconds = -1\n", ["delay_seconds"]),
        (GOOD + "[crawl]\nallow_private_hosts = 5\n", ["allow_private_hosts", "a list"]),
        (GOOD + "[crawling]\nx = 1\n", ["crawling", "Did you mean crawl?"]),
        ("[study]\ntitle = T\n", ["is not valid TOML"]),
        (GOOD + '[crawl]\ncontact = "a@b.fi\\nX-Evil: 1"\n', ["[crawl] contact", "line break"]),
        (GOOD + '[crawl]\ncontact = "Mäki"\n', ["[crawl] contact", "may not stand there"]),
        ('study = "x"\n', ["study"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_remedy(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        load_config(write(tmp_path, text))
    message = str(caught.value)
    assert "study.toml" in message
    for word in words:
        assert word in message


def test_a_whole_number_may_stand_for_seconds(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, GOOD + "[crawl]\ndelay_seconds = 2\n")).crawl.delay_seconds == 2.0


def test_a_folder_without_study_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="kuntatutka new"):
        load_config(tmp_path / "study.toml")


def test_a_study_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, f'[study]\nformat = {FORMAT_VERSION + 1}\ntitle = "T"\nyear = 2026\nnew_key = 1\n')
    with pytest.raises(NewerStudyError, match="newer Kuntatutka"):
        load_config(path)


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes('[study]\ntitle = "Jyväskylä"\n'.encode("latin-1"))
    with pytest.raises(UserError, match="Save the file as UTF-8"):
        load_config(path)
