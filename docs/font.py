"""Makes the report's font files from the static files of Source Sans 3 that an npm package has.

    npm pack @fontsource/source-sans-3 && tar xzf fontsource-source-sans-3-*.tgz
    python docs/font.py package/files reports/fonts

Two subsets of a weight become one file, so that no letter of Finnish, Swedish, English or the Sámi languages comes from
another font; signs that look like one that is there take its form; ligatures go, since they damage text copied from a
PDF. The licence keeps the name "Source" for unchanged files, so the result has a name of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

FAMILY = "Kuntatutka Sans"
WEIGHTS = {400: "Regular", 600: "SemiBold"}
LIKE = {0x2010: 0x2D, 0x2011: 0x2D, 0x202F: 0x20, 0x2007: 0x20, 0x2008: 0x20}
"""Signs without a form of their own, and whose they take."""


def main() -> None:
    """Write one file a weight."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    for weight, style in WEIGHTS.items():
        parts = [source / f"source-sans-3-{part}-{weight}-normal.woff2" for part in ("latin", "latin-ext")]
        plain = []
        for part in parts:
            font = TTFont(part)
            font.flavor = None
            plain.append(target / f".{part.stem}.ttf")
            font.save(plain[-1])
        font = merge.Merger().merge([str(path) for path in plain])
        for path in plain:
            path.unlink()
        _finish(font, style)
        font.flavor = "woff2"
        font.save(target / f"kuntatutka-sans-{weight}.woff2")


def _finish(font: TTFont, style: str) -> None:
    for table in font["cmap"].tables:
        if table.isUnicode():
            for code, like in LIKE.items():
                table.cmap.setdefault(code, table.cmap[like])
    options = subset.Options()
    options.layout_features = ["ccmp", "kern", "locl", "mark"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=font.getBestCmap())
    cutter.subset(font)
    names = {
        1: f"{FAMILY} {style}",
        2: "Regular",
        4: f"{FAMILY} {style}",
        6: f"KuntatutkaSans-{style}",
        16: FAMILY,
        17: style,
    }
    font["name"].names = [r for r in font["name"].names if r.nameID in (0, 13, 14)]
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    main()
