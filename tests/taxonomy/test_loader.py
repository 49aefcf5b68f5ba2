"""Reading taxonomy files: what comes out, how it is cached and digested, and how faults are told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from taxonomy import TaxonomyError, available_countries, load_taxonomy, read_taxonomy


def test_loading_twice_gives_the_same_object() -> None:
    assert load_taxonomy("fi") is load_taxonomy("fi")


def test_every_folder_with_a_frame_is_a_country(root: Path) -> None:
    assert available_countries(root) == ("saari",)
    assert {"fi", "practice"} <= set(available_countries())


def test_an_unknown_country_is_told_with_the_known_ones(root: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"countries/meri/country.toml: is missing. Known countries: saari\."):
        read_taxonomy(root, "meri")


def test_all_parts_of_a_country_are_read(root: Path) -> None:
    taxonomy = read_taxonomy(root, "saari")
    assert list(taxonomy.services) == ["boat-berth"]
    assert list(taxonomy.languages) == ["fi", "sv"]
    assert taxonomy.products["varaaja"].patterns[0].host == "varaaja.example"
    assert taxonomy.peer_lists == {"all": ("S01", "S02"), "north": ("S01",)}
    assert taxonomy.tenants[0].municipality_codes == ("S01", "S02")
    assert taxonomy.version == "1"


def test_a_municipality_has_its_sites_and_names(root: Path) -> None:
    first, second = read_taxonomy(root, "saari").municipalities.values()
    assert [(site.role, site.language) for site in first.sites] == [("primary", None), ("other-language", "sv")]
    assert first.languages == ("fi", "sv")
    assert second.name.get("sv") == "Lahti"


def test_an_empty_size_class_is_worked_out(root: Path) -> None:
    assert read_taxonomy(root, "saari").municipalities["S02"].size_class == "small"


def test_the_digest_changes_with_any_byte(root: Path, edit: Callable[[str, str, str], None]) -> None:
    before = read_taxonomy(root, "saari")
    assert read_taxonomy(root, "saari") == before
    edit("languages/sv.toml", "e-blankett", "nätblankett")
    after = read_taxonomy(root, "saari")
    assert after != before
    assert after.digest != before.digest


def test_the_digest_covers_word_files_that_other_modules_read(root: Path) -> None:
    before = read_taxonomy(root, "saari").digest
    (root / "markup.toml").write_text('[tokens]\nnav = ["nav"]\n', encoding="utf-8")
    assert read_taxonomy(root, "saari").digest != before
    (root / "markup.toml").write_text("[tokens", encoding="utf-8")
    with pytest.raises(TaxonomyError, match=r"markup\.toml: is not valid TOML"):
        read_taxonomy(root, "saari")


def test_a_country_may_inherit_themes_and_services(root: Path) -> None:
    island, sea = root / "countries/saari", root / "countries/meri"
    sea.mkdir()
    frame = (island / "country.toml").read_text(encoding="utf-8")
    frame = frame.replace('id = "saari"', 'id = "meri"\ninherits = "saari"', 1)
    (sea / "country.toml").write_text(frame, encoding="utf-8")
    (sea / "municipalities.csv").write_text(
        "code,name_fi,website\nS10,Ulappa,https://ulappa.example/\n", encoding="utf-8"
    )
    taxonomy = read_taxonomy(root, "meri")
    assert list(taxonomy.services) == ["boat-berth"]
    assert list(taxonomy.themes) == ["leisure"]
    assert list(taxonomy.municipalities) == ["S10"]


def test_a_country_may_arrange_inherited_services_otherwise(root: Path) -> None:
    sea = root / "countries/meri"
    shutil.copytree(root / "countries/saari", sea)
    shutil.rmtree(sea / "services")
    frame = (sea / "country.toml").read_text(encoding="utf-8").replace('"saari"', '"meri"\ninherits = "saari"', 1)
    (sea / "country.toml").write_text(frame, encoding="utf-8")
    (sea / "responsible.toml").write_text('[boat-berth]\nresponsible = [{ who = "state" }]\n', encoding="utf-8")
    assert [period.who for period in read_taxonomy(root, "meri").services["boat-berth"].responsible] == ["state"]
    assert len(read_taxonomy(root, "saari").services["boat-berth"].responsible) == 2


def test_an_own_service_replaces_the_inherited_one(root: Path) -> None:
    sea = root / "countries/meri"
    shutil.copytree(root / "countries/saari", sea)
    frame = (sea / "country.toml").read_text(encoding="utf-8").replace('"saari"', '"meri"\ninherits = "saari"', 1)
    (sea / "country.toml").write_text(frame, encoding="utf-8")
    service = sea / "services/boat-berth.toml"
    service.write_text(service.read_text(encoding="utf-8").replace('["venepaikka"]', '["laituri"]'), encoding="utf-8")
    assert read_taxonomy(root, "meri").services["boat-berth"].terms["fi"] == ("laituri",)


def test_products_of_other_countries_stay_out(root: Path, edit: Callable[[str, str, str], None]) -> None:
    edit("products/varaaja.toml", 'basis = "seen"', 'basis = "seen"\ncountries = ["meri"]')
    assert "varaaja" not in read_taxonomy(root, "saari").products


def test_a_country_may_bring_products_of_its_own(root: Path) -> None:
    own = root / "countries/saari/products"
    own.mkdir()
    shutil.move(root / "products/varaaja.toml", own)
    assert "varaaja" in read_taxonomy(root, "saari").products


def test_files_that_may_be_absent(root: Path) -> None:
    for name in ("sites.csv", "tenants.csv", "lists.toml"):
        (root / "countries/saari" / name).unlink()
    taxonomy = read_taxonomy(root, "saari")
    assert taxonomy.tenants == ()
    assert taxonomy.peer_lists == {"all": ("S01", "S02")}


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(root: Path) -> None:
    path = root / "countries/saari/municipalities.csv"
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert list(read_taxonomy(root, "saari").municipalities) == ["S01", "S02"]


def test_a_file_in_another_encoding_is_told(root: Path) -> None:
    path = root / "languages/fi.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(TaxonomyError, match=r"languages/fi.toml: is not UTF-8. Save the file as UTF-8."):
        read_taxonomy(root, "saari")


@pytest.mark.parametrize("file", ["products/varaaja.toml", "languages/fi.toml", "countries/saari/country.toml"])
@pytest.mark.parametrize("text", ["", "# to be written\n"])
def test_an_empty_file_is_called_a_draft(root: Path, file: str, text: str) -> None:
    (root / file).write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError) as raised:
        read_taxonomy(root, "saari")
    assert str(raised.value).startswith(f"{file}: is an empty draft. Complete or delete")


def test_a_folder_in_place_of_a_file_is_told(root: Path) -> None:
    path = root / "products/varaaja.toml"
    path.unlink()
    path.mkdir()
    with pytest.raises(TaxonomyError, match=r"products/varaaja.toml: cannot be read"):
        read_taxonomy(root, "saari")


def test_the_error_carries_message_and_hint(root: Path) -> None:
    (root / "page_types.toml").write_text("[service", encoding="utf-8")
    with pytest.raises(TaxonomyError) as raised:
        read_taxonomy(root, "saari")
    assert raised.value.problem.file == "page_types.toml"
    assert raised.value.hint in raised.value.message


def test_a_former_id_leads_to_the_present_one(root: Path, edit: Callable[[str, str, str], None]) -> None:
    edit("products/varaaja.toml", 'basis = "seen"', 'basis = "seen"\nformer_ids = ["varauskone"]')
    taxonomy = read_taxonomy(root, "saari")
    assert taxonomy.renames == {"product": {"varauskone": "varaaja"}}
    assert taxonomy.present("product", "varauskone") == "varaaja"
    assert taxonomy.present("product", "varaaja") == "varaaja"
