"""A renamed id keeps working wherever ids are read inside the taxonomy; other packages have tests of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from taxonomy import check_taxonomy, read_taxonomy

SERVICES = Path("countries", "saari", "services")


@pytest.fixture
def renamed(root: Path, edit: Callable[[str, str, str], None]) -> Path:
    """The invented country after a service, a theme, a channel and a product got other ids."""
    edit("languages/fi.toml", "[lists]", '[roles]\ndigital-for-boat-berth = ["venepalvelu"]\n[lists]')
    edit("languages/sv.toml", "[lists]", '[roles]\ndigital-for-boat-berth = ["båttjänst"]\n[lists]')
    edit(str(SERVICES / "boat-berth.toml"), 'id = "boat-berth"', 'former_ids = ["boat-berth"]')
    (root / SERVICES / "boat-berth.toml").rename(root / SERVICES / "berth.toml")
    edit("countries/saari/themes.toml", "[leisure]", '[free-time]\nformer_ids = ["leisure"]')
    edit("channels.toml", "[digital]", '[online]\nformer_ids = ["digital"]')
    edit("products/varaaja.toml", 'id = "varaaja"', 'former_ids = ["varaaja"]')
    (root / "products" / "varaaja.toml").rename(root / "products" / "varain.toml")
    return root


def test_everything_in_a_renamed_taxonomy_leads_to_the_ids_of_today(renamed: Path) -> None:
    taxonomy = read_taxonomy(renamed, "saari")
    assert taxonomy.services["berth"].theme == "free-time"
    assert taxonomy.products["varain"].services == ("berth",)
    assert [tenant.product for tenant in taxonomy.tenants] == ["varain"]
    assert set(taxonomy.languages["fi"].cues) == {"online"}
    assert set(taxonomy.languages["sv"].roles) == {"digital-for-berth"}


def test_a_renamed_taxonomy_keeps_all_rules(renamed: Path) -> None:
    assert [str(problem) for problem in check_taxonomy("saari", renamed)] == []


@pytest.mark.parametrize(
    ("file", "old"),
    [
        ("products/varaaja.toml", 'id = "varaaja"\n'),
        ("countries/saari/themes.toml", "[leisure]\n"),
        ("channels.toml", "[digital]\n"),
    ],
)
def test_a_former_id_in_use_is_told_for_every_kind(
    root: Path, edit: Callable[[str, str, str], None], file: str, old: str
) -> None:
    name = {"products/varaaja.toml": "varaaja", "countries/saari/themes.toml": "leisure"}.get(file, "digital")
    edit(file, old, f'{old}former_ids = ["{name}"]\n')
    assert [(problem.file, problem.message) for problem in check_taxonomy("saari", root)] == [
        (file, f'"{name}" is in use.')
    ]


def test_an_id_may_be_left_out_and_is_the_name_of_the_file(root: Path, edit: Callable[[str, str, str], None]) -> None:
    edit(str(SERVICES / "boat-berth.toml"), 'id = "boat-berth"\n', "")
    edit("products/varaaja.toml", 'id = "varaaja"\n', "")
    edit("languages/fi.toml", 'code = "fi"\n', "")
    edit("countries/saari/country.toml", 'id = "saari"\n', "")
    taxonomy = read_taxonomy(root, "saari")
    assert (taxonomy.country.id, *taxonomy.services, *taxonomy.products) == ("saari", "boat-berth", "varaaja")
    assert check_taxonomy("saari", root) == []
