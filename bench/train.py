"""Learns the judges' weights from data/gold/dev.jsonl and writes analysis/models/*.json. Run: python bench/train.py

The same pages give the same files. Figures on unseen municipalities come from bench/quality.py, which cross-validates.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.linear import Linear  # noqa: E402
from analysis.training import read_examples, train  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

GOLD = ROOT / "data" / "gold" / "dev.jsonl"
MODELS = ROOT / "analysis" / "models"


def main() -> None:
    """Reads, learns, writes."""
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    models = train(read_examples(rows, load_taxonomy("fi")))
    _write("page_type", models.page_type)
    _write("services", models.services)


def _write(name: str, model: Linear) -> None:
    data = {"bias": model.bias, "weights": model.weights, "sharpness": model.sharpness}
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False)
    (MODELS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
