"""Learns the judges' weights from labelled pages and writes analysis/models/*.json. Run: python bench/train.py

The words of sections come first, from data/gold/sayings: the judges learn with them. Pages learned from: the batches of
data/gold that are not kept apart, and those page fixtures that are made from real pages, are not set apart, and whose
municipality has no page set apart. The same pages give the same files. Figures on pages that nobody had tuned to are in
data/gold/first_looks.csv; bench/quality.py cross-validates.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.judges.models import Models  # noqa: E402
from analysis.judges.theme import ThemeWords  # noqa: E402
from analysis.learning.examples import read_examples  # noqa: E402
from analysis.learning.training import train  # noqa: E402
from analysis.learning.training_theme import learn_themes  # noqa: E402
from analysis.learning.training_words import learn_sections  # noqa: E402
from analysis.linear import Linear  # noqa: E402
from analysis.words.speech import WordWeights  # noqa: E402
from bench import gold  # noqa: E402
from bench.pages import OPEN, RIGHT, cases, groups_of, row_of  # noqa: E402
from taxonomy import Taxonomy, load_taxonomy  # noqa: E402

DESCRIPTIONS = ROOT / "data" / "real" / "ptv_general_descriptions.jsonl"
MODELS = ROOT / "analysis" / "models"
TUNED = 0.3
"""How much a page counts on which rules were written."""


def main() -> None:
    """Reads, learns, writes."""
    taxonomy = load_taxonomy("fi")
    _write_themes(learn_themes(_rows(DESCRIPTIONS), taxonomy))
    sayings = gold.sayings(taxonomy)
    (MODELS / "section.json").write_text(_words_as_text(learn_sections(sayings, taxonomy)), encoding="utf-8")
    models = train(read_examples(rows_to_learn_from(taxonomy), taxonomy), taxonomy, sayings)
    for name, model in linear_files(models).items():
        (MODELS / f"{name}.json").write_text(as_text(model), encoding="utf-8")
    for name in ("subject", "whole"):
        (MODELS / f"{name}.json").write_text(_words_as_text(getattr(models, name)), encoding="utf-8")


def linear_files(models: Models) -> dict[str, Linear]:
    """The judges' weights by the name of their file."""
    return {
        "page_type": models.page_type, "services": models.services, "primary": models.primary,
        "page_theme": models.theme, "channels": models.channels,
    }  # fmt: skip


def rows_to_learn_from(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """All labelled pages that the judges are learned from."""
    return [*gold.learned(taxonomy), *fixtures_to_learn_from(taxonomy)]


def fixtures_to_learn_from(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """The page fixtures that may be learned from, as labelled pages, in order of their names."""
    codes = {
        name.casefold(): place.code for place in taxonomy.municipalities.values() for name in place.name.root.values()
    }
    found = [(case, row_of(case), groups_of(case)) for case in cases(RIGHT, OPEN)]

    def place_of(row: dict[str, Any]) -> str:
        # One municipality has two names: "Borgå" and "Porvoo".
        return codes.get(str(row["municipality"]).casefold(), str(row["municipality"]))

    kept_apart = {place_of(row) for _, row, groups in found if "apart" in groups}
    learned = (row for _, row, groups in found if groups == {"real"} and place_of(row) not in kept_apart)
    # Rules were written while looking at them, as with dev.jsonl.
    return [{**row, "trust": TUNED} for row in learned]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _write_themes(models: dict[str, ThemeWords]) -> None:
    """One word a line: a change of one word is a change of one line."""
    blocks = []
    for language, model in models.items():
        rows = ",\n".join(
            f"  {json.dumps(word, ensure_ascii=False)}: {json.dumps(list(row))}"
            for word, row in sorted(model.weights.items())
        )
        head = f'"themes": {json.dumps(model.themes)},\n "bias": {json.dumps(model.bias)},\n "weights": {{\n{rows}\n }}'
        blocks.append(f'"{language}": {{\n {head}\n}}')
    (MODELS / "theme.json").write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")


def as_text(model: Linear) -> str:
    """A linear model as its file: one signal a line, the surest first."""
    classes = []
    for name in sorted(model.weights):
        ordered = sorted(model.weights[name].items(), key=lambda item: (-abs(item[1]), item[0]))
        rows = ",\n".join(f"   {json.dumps(signal, ensure_ascii=False)}: {weight}" for signal, weight in ordered)
        classes.append(f'  "{name}": {{\n{rows}\n  }}')
    head = f'"bias": {json.dumps(model.bias, sort_keys=True)}'
    return f'{{\n {head},\n "sharpness": {model.sharpness},\n "weights": {{\n' + ",\n".join(classes) + "\n }\n}\n"


def _words_as_text(model: WordWeights) -> str:
    """One word part a line: how rare it is, then the number of an answer and what the part says for it, in pairs."""
    place = {answer: number for number, answer in enumerate(model.bias)}
    rows = ",\n".join(
        f"  {json.dumps(part, ensure_ascii=False)}: {json.dumps([rarity, *_pairs(model.weights[part], place)])}"
        for part, rarity in sorted(model.rarity.items())
        if model.weights[part]
    )
    return f'{{\n "bias": {json.dumps(model.bias)},\n "parts": {{\n{rows}\n }}\n}}\n'


def _pairs(weights: Mapping[str, float], place: Mapping[str, int]) -> list[float]:
    return [
        value
        for answer, weight in sorted(weights.items(), key=lambda one: place[one[0]])
        for value in (place[answer], weight)
    ]


if __name__ == "__main__":
    main()
