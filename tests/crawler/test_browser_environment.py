"""What the browsers get to know of the machine: nothing that they do not need."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.browser.axe import axe_script
from study import UserError, browser_environment


def test_the_browser_gets_no_keys_and_no_proxy() -> None:
    given = {
        "PATH": "/bin", "HOME": "/home/me", "LANG": "fi_FI.UTF-8", "LC_ALL": "C.UTF-8", "OPENAI_API_KEY": "x",
        "AWS_SECRET_ACCESS_KEY": "x", "https_proxy": "http://me:secret@proxy:1", "SSH_AUTH_SOCK": "/run/x", "PS1": "$",
    }  # fmt: skip
    assert set(browser_environment(given)) == {"PATH", "HOME", "LANG", "LC_ALL"}
    assert browser_environment({})["HOME"]


def test_a_carried_script_is_what_its_digest_says_when_it_is_used(tmp_path: Path) -> None:
    copy = tmp_path / "axe.min.js"
    copy.write_bytes(axe_script().path.read_bytes())
    script = axe_script(str(copy))
    assert script.source
    copy.write_bytes(copy.read_bytes() + b"\n")
    with pytest.raises(UserError, match="has changed"):
        _ = script.source
