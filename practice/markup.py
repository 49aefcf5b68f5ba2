"""The small markup in which the practice sites' texts are written, read into plain blocks.

The same blocks become HTML in every template and JSON for the site that renders in the browser. Knows no municipality
and no language; unknown markup is ordinary text.
"""

from __future__ import annotations

import re
from typing import Any

Run = dict[str, str]
Block = dict[str, Any]

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def parse_runs(text: str) -> list[Run]:
    """Splits one line into runs: plain text, or a label with its `href`."""
    runs: list[Run] = []
    position = 0
    for match in _LINK.finditer(text):
        if match.start() > position:
            runs.append({"text": text[position : match.start()]})
        runs.append({"text": match.group(1), "href": match.group(2)})
        position = match.end()
    if position < len(text):
        runs.append({"text": text[position:]})
    return runs


def parse_blocks(source: str) -> list[Block]:
    """Reads headings (`## `, `### `), items (`- `, `1. `), table rows (`| a | b |`), folds (`> `) and paragraphs."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n\s*\n", source.strip()):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        while lines:
            taken = _take(lines)
            blocks.append(_block(lines[:taken]))
            lines = lines[taken:]
    return blocks


def plain_text(blocks: list[Block]) -> str:
    """All words of the blocks, one line a block: what a test looks for on the page."""
    return "\n".join(_words(block) for block in blocks)


_MARKS = ("- ", "1. ", "| ", "> ")


def _take(lines: list[str]) -> int:
    """How many of the lines belong to the first block."""
    if lines[0].startswith(("## ", "### ")):
        return 1
    mark = next((mark for mark in _MARKS if lines[0].startswith(mark)), None)
    count = 1
    while count < len(lines):
        line = lines[count]
        same = line.startswith(mark) if mark else not line.startswith((*_MARKS, "## ", "### "))
        if not same:
            break
        count += 1
    return count


def _block(lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("### "):
        return {"kind": "h3", "runs": parse_runs(first[4:])}
    if first.startswith("## "):
        return {"kind": "h2", "runs": parse_runs(first[3:])}
    if first.startswith("- "):
        return {"kind": "ul", "items": [parse_runs(line[2:]) for line in lines]}
    if first.startswith("1. "):
        return {"kind": "ol", "items": [parse_runs(line[3:]) for line in lines]}
    if first.startswith("| "):
        return {"kind": "table", "rows": [_cells(line) for line in lines]}
    if first.startswith("> "):
        inner = [line[2:] for line in lines]
        return {"kind": "fold", "title": inner[0], "blocks": parse_blocks("\n".join(inner[1:]))}
    return {"kind": "p", "runs": parse_runs(" ".join(lines))}


def _cells(line: str) -> list[list[Run]]:
    return [parse_runs(cell.strip()) for cell in line.strip().strip("|").split("|")]


def _words(block: Block) -> str:
    parts = ["".join(run["text"] for run in block.get("runs", []))]
    parts += ["".join(run["text"] for run in item) for item in block.get("items", [])]
    parts += ["".join(run["text"] for run in cell) for row in block.get("rows", []) for cell in row]
    parts += [block.get("title", ""), plain_text(block.get("blocks", []))]
    return " ".join(part for part in parts if part)
