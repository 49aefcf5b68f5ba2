"""Learns the judges' weights from data/gold/dev.jsonl and writes analysis/models/*.json. Run: python bench/train.py

The same pages give the same files. Figures on unseen municipalities come from bench/quality.py, which cross-validates.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.linear import Linear  # noqa: E402
from analysis.theme import ThemeWords  # noqa: E402
from analysis.training import read_examples, train  # noqa: E402
from analysis.training_theme import learn_themes  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

DESCRIPTIONS = ROOT / "data" / "real" / "ptv_general_descriptions.jsonl"
GOLD = ROOT / "data" / "gold" / "dev.jsonl"
MODELS = ROOT / "analysis" / "models"


def main() -> None:
    """Reads, learns, writes."""
    taxonomy = load_taxonomy("fi")
    _write_themes(learn_themes(_rows(DESCRIPTIONS), taxonomy))
    models = train(read_examples(_rows(GOLD), taxonomy), taxonomy)
    _write("page_type", models.page_type)
    _write("services", models.services)


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
