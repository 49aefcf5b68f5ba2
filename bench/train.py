"""Learns the judges' weights from labelled pages and writes analysis/models/*.json. Run: python bench/train.py

Learned from: data/gold/dev.jsonl, and those page fixtures that are made from real pages, are not set apart, and whose
municipality has no page set apart. The same pages give the same files. Figures on unseen municipalities come from
bench/quality.py, which cross-validates.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.judges.theme import ThemeWords  # noqa: E402
from analysis.learning.training import read_examples, train  # noqa: E402
from analysis.learning.training_theme import learn_themes  # noqa: E402
from analysis.linear import Linear  # noqa: E402
from bench.pages import OPEN, RIGHT, cases, groups_of, row_of  # noqa: E402
from taxonomy import Taxonomy, load_taxonomy  # noqa: E402

DESCRIPTIONS = ROOT / "data" / "real" / "ptv_general_descriptions.jsonl"
GOLD = ROOT / "data" / "gold" / "dev.jsonl"
MODELS = ROOT / "analysis" / "models"


def main() -> None:
    """Reads, learns, writes."""
    taxonomy = load_taxonomy("fi")
    _write_themes(learn_themes(_rows(DESCRIPTIONS), taxonomy))
    models = train(read_examples(rows_to_learn_from(taxonomy), taxonomy), taxonomy)
    _write("page_type", models.page_type)
    _write("services", models.services)


def rows_to_learn_from(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """All labelled pages that page types and services are learned from."""
    return [*_rows(GOLD), *fixtures_to_learn_from(taxonomy)]


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
    return [row for _, row, groups in found if groups == {"real"} and place_of(row) not in kept_apart]


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


def _write(name: str, model: Linear) -> None:
    data = {"bias": model.bias, "weights": model.weights, "sharpness": model.sharpness}
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False)
    (MODELS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
