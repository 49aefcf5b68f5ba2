"""The shipped weights are those that the labelled pages give, and learning is the same each time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis import evaluate
from analysis.learning.evaluate import sure_share
from analysis.learning.examples import read_examples
from analysis.learning.training import train
from analysis.learning.training_words import learn_sections
from analysis.linear import Linear, load_linear, marks
from analysis.words.speech import WordWeights, section_words, subject_words, whole_words
from bench import gold
from bench.first_look import LOOKS
from bench.train import linear_files, rows_to_learn_from
from taxonomy import load_taxonomy

# Other machines add in another order: weights may differ in what nobody would notice. A word's weight below 0.35 is
# left out, so that one at the edge may be there or not.
NEAR = 0.15
EDGE = 0.45


def differences(shipped: Linear, learned: Linear) -> list[tuple[str, str, float, float]]:
    found = []
    for name in sorted({*shipped.weights, *learned.weights}):
        own, fresh = shipped.weights.get(name, {}), learned.weights.get(name, {})
        for signal in sorted({*own, *fresh}):
            before, after = own.get(signal, 0.0), fresh.get(signal, 0.0)
            at_edge = not (before and after) and max(abs(before), abs(after)) < EDGE
            if abs(before - after) > NEAR and not at_edge:
                found.append((name, signal, before, after))
    return found


def as_linear(words: WordWeights) -> Linear:
    return Linear(dict.fromkeys(words.weights, 0.0), words.weights)


@pytest.mark.slow(180)
def test_the_shipped_weights_are_those_of_the_labelled_pages() -> None:
    taxonomy = load_taxonomy("fi")
    sayings = gold.sayings(taxonomy)
    assert differences(as_linear(section_words()), as_linear(learn_sections(sayings, taxonomy))) == []
    models = train(read_examples(rows_to_learn_from(taxonomy), taxonomy), taxonomy, sayings)
    for name, learned in linear_files(models).items():
        assert differences(load_linear(name), learned) == [], name
    assert differences(as_linear(subject_words()), as_linear(models.subject)) == []
    assert differences(as_linear(whole_words()), as_linear(models.whole)) == []


@pytest.mark.parametrize(
    ("pairs", "mark", "share"),
    [
        ([(0.9, True)] * 40 + [(0.6, False)] * 10, 0.9, 0.8),
        ([(0.9, True)] * 10, 0.9, 1.0),
        ([(0.9, False)] * 10, 1.0, 0.0),
        ([], 1.0, 0.0),
        # Two verdicts of one score stand or fall together.
        ([(0.9, True), (0.8, True), (0.8, False)], 0.9, 0.3333),
    ],
)
def test_the_share_that_can_be_said_surely(pairs: list[tuple[float, bool]], mark: float, share: float) -> None:
    assert sure_share(pairs) == {"sure_from": mark, "sure_share": share}


def test_evaluate_tells_how_much_can_be_said_surely() -> None:
    row: dict[str, Any] = {
        "url": "https://kunta.example/venepaikat",
        "html": "<html lang=fi><title>Venepaikat</title><main><h1>Venepaikat</h1><p>Varaa puhelimitse.</p></main>",
        "labels": {"page_type": "service", "services": ["boat-berth"], "primary_service": "boat-berth", "channels": []},
    }
    told = json.loads(json.dumps(evaluate([row], load_taxonomy("fi")).as_json()["calibration"]))
    assert {"sure_from", "sure_share"} <= set(told["services"])


def test_marks_are_probabilities() -> None:
    assert 0.5 < marks().found < 1.0
    assert 0.5 < marks().not_found < 0.95


def test_first_looks_are_kept_with_their_commit() -> None:
    lines = LOOKS.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("date,commit,batch,pages")
    assert len(lines) > 8
