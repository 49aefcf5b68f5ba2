"""Every rule that axe-core reports at WCAG A or AA has a text in each report language."""

from __future__ import annotations

import re

import pytest

from crawler.browser.axe import axe_script
from taxonomy import consent_layers, load_taxonomy, rule_text, rule_texts

SCRIPT = axe_script().source
RULES = dict(re.findall(r'\{id:"([a-z-]+)",[^{}]*?tags:\[([^\]]*)\]', SCRIPT))
DEMANDED = sorted(rule for rule, tags in RULES.items() if re.search(r'"(wcag2[12]?aa?|best-practice)"', tags))


def test_the_script_names_its_rules() -> None:
    assert len(RULES) > 90
    assert {"color-contrast", "image-alt", "label"} <= set(DEMANDED)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_demanded_rule_has_a_text(language: str) -> None:
    lacking = [rule for rule in DEMANDED if language not in rule_texts().get(rule, {})]
    assert lacking == []


def test_texts_are_short_and_of_rules_that_exist() -> None:
    for rule, texts in rule_texts().items():
        assert rule in RULES, rule
        for language, text in texts.items():
            assert len(text.title) <= 80, (rule, language)
            assert len(text.why) + len(text.fix) <= 330, (rule, language)


def test_titles_tell_rules_apart() -> None:
    for language in ("fi", "sv", "en"):
        titles = [texts[language].title for texts in rule_texts().values()]
        assert len(titles) == len(set(titles)), language


def test_a_language_without_texts_gets_english() -> None:
    text, english = rule_text("image-alt", "de"), rule_text("image-alt", "en")
    assert text == english
    assert rule_text("no-such-rule", "fi") is None


def test_consent_words_come_from_the_languages() -> None:
    layers = consent_layers(load_taxonomy("fi"))
    assert "#onetrust-banner-sdk" in layers.selectors
    assert "evästeet" in layers.words
    assert "cookies" in layers.words
