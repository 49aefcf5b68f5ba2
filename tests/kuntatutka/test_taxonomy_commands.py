"""`kuntatutka taxonomy`: the check of all files, and the draft of a product file."""

from __future__ import annotations

import tomllib

import pytest

from taxonomy import available_countries


def test_all_files_pass_their_rules(kuntatutka):
    done = kuntatutka("taxonomy", "check")
    assert done.status == 0, done.out
    for country in available_countries():
        assert f"{country}: " in done.out


def test_a_country_that_is_not_there(kuntatutka):
    done = kuntatutka("taxonomy", "check", "--country", "atlantis")
    assert done.status == 2
    assert "practice" in done.err


def test_a_draft_is_toml_that_names_the_host(kuntatutka):
    done = kuntatutka("taxonomy", "new-product", "https://booking.example.org/fi/")
    assert done.status == 0, done.err
    draft = tomllib.loads(done.out)
    assert draft["id"] == "booking-example"
    assert draft["patterns"][0]["host"] == "booking.example.org"


@pytest.mark.parametrize("host", ["", "no host", "localhost"])
def test_what_is_no_host(kuntatutka, host):
    done = kuntatutka("taxonomy", "new-product", host)
    assert done.status == 2
    assert "host" in done.err
