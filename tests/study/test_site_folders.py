"""The folder that a website's address names bounds the site; languages, files and front pages are no folders."""

from __future__ import annotations

import pytest

from study import SiteFolders


@pytest.mark.parametrize(
    ("website", "inside", "outside"),
    [
        ("http://seutu.example/alfa/", "/alfa/venepaikat", "/beta/venepaikat"),
        ("http://seutu.example/alfa", "/alfa", "/alfatalo"),
        ("http://seutu.example/alfa/fi/", "/alfa/sv/bygglov", "/"),
        ("http://seutu.example/alfa/etusivu", "/alfa/kirjasto", "/beta"),
        ("http://seutu.example/kunnat/alfa/index.php", "/kunnat/alfa/x", "/kunnat/beta"),
        ("www.seutu.example/alfa/", "/alfa/?a=1", "/?alfa=1"),
    ],
)
def test_a_folder_bounds(website: str, inside: str, outside: str) -> None:
    folders = SiteFolders([website])
    assert folders.holds(f"https://www.seutu.example{inside}")
    assert not folders.holds(f"https://www.seutu.example{outside}")


@pytest.mark.parametrize(
    "path", ["", "/", "/fi", "/fi/", "/sv-FI/", "/etusivu", "/index.html", "/fi/etusivu", "/web/guest"]
)
def test_what_is_no_folder_bounds_nothing(path: str) -> None:
    assert SiteFolders([f"https://kunta.example{path}"]).holds("https://kunta.example/palvelut/x")


def test_other_hosts_are_whole_and_a_whole_host_beats_a_folder() -> None:
    assert SiteFolders(["http://a.example/x/"]).holds("http://b.example/y")
    assert SiteFolders(["http://a.example/x/", "a.example"]).holds("http://a.example/y")
