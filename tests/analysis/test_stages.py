"""What a changed taxonomy makes anew: a rule judges again and reads nothing, a product only the pages that show it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analysis import analyze_study
from analysis.fold import pipeline, unit
from analysis.fold.index import index_evidence
from analysis.fold.pages import ReadUnit, read_documents
from study import (
    CrawlStatus,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    create_study,
    pack,
    unpack,
)
from taxonomy import Language, Taxonomy, load_taxonomy, read_taxonomy
from taxonomy.loader import ROOT

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
HOST = "http://www.rantala.example"
PORTAL = "https://asiointi.uusituote.example/venepaikat"
FOREIGN = "https://lomake.muutuote.example/hakemus"


def html(title: str, *paragraphs: str) -> bytes:
    menu = '<header><nav><a href="/">Etusivu</a><a href="/venepaikat">Venepaikat</a></nav></header>'
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f'<html lang="fi"><head><title>{title} - Rantala</title></head><body>{menu}<main><h1>{title}</h1>{body}</main>'
        "<footer><p>Vaihde 06 123 4567, Rantalan kunta</p></footer></body></html>"
    ).encode()


PAGES = {
    f"{HOST}/": html("Etusivu", "Rantala on kunta järven rannalla, ja täällä on hyvä asua."),
    f"{HOST}/venepaikat": html("Venepaikat", f'Venepaikan voi varata. <a href="{PORTAL}">Varaa venepaikka</a>'),
    f"{HOST}/kirjasto": html("Kirjasto", "Kirjastokortin saa kirjastosta. Lainoja voi uusia palvelussa Zorkkeli."),
    f"{HOST}/tontit": html("Tontit", f'Tonttia haetaan lomakkeella. <a href="{FOREIGN}">Hae tonttia</a>'),
    f"{HOST}/uutinen": html("Uutinen", "Uimaranta avattiin maanantaina, ja vesi on lämmintä."),
    FOREIGN: html("Hakemus", "Täytä hakemus.") + b"<script src='/zorkka-widget.js'></script>",
}
PRODUCT = """name = "Zorkka"
category = "booking"
owner_type = "private"
basis = "known"
source = "test"
verified_on = 2026-11-01
aliases = [{alias}]
{hits}
[[patterns]]
{pattern}
strength = "strong"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The taxonomy in one language, which is compiled in a third of the time."""
    copy = Path(shutil.copytree(ROOT, tmp_path / "taxonomy", ignore=shutil.ignore_patterns("*.py", "__pycache__")))
    country = copy / "countries" / "fi" / "country.toml"
    text = re.sub(r"(?m)^study_languages = .*$", 'study_languages = ["fi"]', country.read_text(encoding="utf-8"))
    country.write_text(text, encoding="utf-8")
    return copy


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    town = StudyMunicipality("901", "Rantala", f"{HOST}/", languages=("fi",))
    study = create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026)), (town,))
    with WarcWriter(study.evidence, "901") as writer:
        for url, body in PAGES.items():
            writer.write_exchange(url, [], 200, [(b"Content-Type", b"text/html; charset=utf-8")], body, at=AT)
        writer.write_crawl_end(CrawlStatus.COMPLETE, None, {}, started_at=AT, ended_at=AT)
    for module in (pipeline, unit):
        monkeypatch.setattr(module, "load_taxonomy", lambda country: read_taxonomy(root, country))
    analyze_study(study, workers=1)
    return study


def rows(study: StudyFolder) -> dict[str, object]:
    return {path.name: pq.read_table(path).to_pylist() for path in study.findings.glob("*.parquet")}


def effort(study: StudyFolder) -> tuple[int, int]:
    """Pages read and judged; what comes of it is compared with the tables made without the memory."""
    done = analyze_study(study, workers=1).effort
    found = rows(study)
    shutil.rmtree(study.memory)
    analyze_study(study, workers=1)
    assert rows(study) == found
    assert done.pages == len(PAGES)
    return done.read, done.judged


def product(root: Path, pattern: str, alias: str = '"Zorkka"') -> None:
    text = PRODUCT.format(alias=alias, pattern=pattern, hits="hits = []\nmisses = []")
    (root / "products" / "zorkka.toml").write_text(text, encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def page_type_cue(root: Path) -> None:
    edit(root / "page_types.toml", "[news", "# a rule that says nothing new\n[news")


def service_word(root: Path) -> None:
    path = next((root / "countries" / "fi" / "services").glob("boat-berth.toml"))
    edit(path, "[terms]\n", "[terms]\n# a word\n")


def language_cue(root: Path) -> None:
    edit(root / "languages" / "fi.toml", "stop_words", "# cues\nstop_words")


def stop_word(root: Path) -> None:
    edit(root / "languages" / "fi.toml", "stop_words = [", 'stop_words = ["zorkkeli", ')


def product_that_nobody_has(root: Path) -> None:
    product(root, 'host = "zorkka.invalid"')


def product_by_host(root: Path) -> None:
    product(root, 'host = "uusituote.example"')


def product_by_name(root: Path) -> None:
    product(root, 'host = "zorkka.invalid"', '"Zorkkeli"')


def product_by_markup(root: Path) -> None:
    product(root, 'markup = "zorkka-widget"')


def product_on_every_own_page(root: Path) -> None:
    product(root, 'host = "rantala.example"')


def name_that_is_a_term(root: Path) -> None:
    term = load_taxonomy("fi").services["boat-berth"].terms["fi"][0]
    product(root, 'host = "zorkka.invalid"', f'"{term}"')


def tenant(root: Path) -> None:
    path = root / "countries" / "fi" / "tenants.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")


CHANGES: list[tuple[Callable[[Path], None], tuple[int, int]]] = [
    (page_type_cue, (0, 6)),
    (service_word, (0, 6)),
    (language_cue, (0, 6)),
    (stop_word, (6, 6)),
    (product_that_nobody_has, (0, 0)),
    (product_by_host, (0, 1)),
    (product_by_name, (0, 1)),
    (product_by_markup, (0, 1)),
    (product_on_every_own_page, (0, 5)),
    (name_that_is_a_term, (0, 6)),
    (tenant, (0, 0)),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_only_what_rests_on_the_change_is_done_again(
    folder: StudyFolder, root: Path, change: Callable[[Path], None], expected: tuple[int, int]
) -> None:
    change(root)
    assert effort(folder) == expected


def test_a_product_that_leaves_the_catalogue_leaves_the_findings(folder: StudyFolder, root: Path) -> None:
    product_by_host(root)
    analyze_study(folder, workers=1)
    found = folder.read("vendor_hits")
    assert "zorkka" in {row.product_id for row in found}
    path = root / "products" / "zorkka.toml"
    more = '\n[[patterns]]\nhost = "zorkka.invalid"\nstrength = "strong"\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert analyze_study(folder, workers=1).effort.judged == 0
    assert folder.read("vendor_hits") == found
    path.unlink()
    assert effort(folder) == (0, 1)


@pytest.mark.parametrize("stage", ["read", "judged"])
@pytest.mark.parametrize("damage", [b"", b"kuntatutka-kept-1 2 x\n{}"])
def test_a_damaged_stage_is_done_again(folder: StudyFolder, root: Path, stage: str, damage: bytes) -> None:
    (folder.memory / "units" / "901" / stage).write_bytes(damage)
    service_word(root)
    assert effort(folder) == (6 if stage == "read" else 0, 6)


def test_a_catalogue_that_is_gone_judges_everything_again(folder: StudyFolder, root: Path) -> None:
    shutil.rmtree(folder.memory / "products")
    product_that_nobody_has(root)
    assert effort(folder) == (0, 6)


def _lists(language: Language) -> dict[str, tuple[str, ...]]:
    return {"empty_links": language.lists["empty_links"]}


def test_reading_asks_the_taxonomy_only_for_what_its_digest_covers(folder: StudyFolder) -> None:
    whole = load_taxonomy("fi")
    languages = {
        code: type(item).model_construct(
            code=code, stop_words=item.stop_words, lists={"empty_links": item.lists["empty_links"]}
        )
        for code, item in whole.languages.items()
    }
    bare = Taxonomy.model_construct(country=whole.country, languages=languages, digest="bare", version="")
    index = index_evidence(folder.warc_files())

    def own(url: str) -> bool:
        return url.startswith(HOST)

    assert read_documents(index, own, bare) == read_documents(index, own, whole)


def test_what_was_read_comes_back_from_the_disk_as_it_was(folder: StudyFolder) -> None:
    from analysis.fold.pages import SHARED

    read = read_documents(index_evidence(folder.warc_files()), lambda url: url.startswith(HOST), load_taxonomy("fi"))
    assert unpack(ReadUnit, pack(ReadUnit, read, shared=SHARED), shared=SHARED) == read
