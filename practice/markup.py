"""The practice sites' texts, written in a little Markdown, read into plain blocks.

The same blocks become HTML in every template and JSON for the site that renders in the browser. Knows no municipality
and no language; of Markdown it knows headings, lists, tables, quotations and links, all else is ordinary text.
"""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Run = dict[str, str]
Block = dict[str, Any]

_MARKDOWN = MarkdownIt("zero").enable(["heading", "list", "table", "blockquote", "link", "newline"])


def parse_runs(text: str) -> list[Run]:
    """Splits one line into runs: plain text, or a label with its `href`."""
    return _runs(SyntaxTreeNode(_MARKDOWN.parseInline(text)))


def parse_blocks(source: str) -> list[Block]:
    """Reads headings, lists, tables, quotations (a part that folds below its heading) and paragraphs."""
    return [_block(node) for node in SyntaxTreeNode(_MARKDOWN.parse(source)).children]


def plain_text(blocks: list[Block]) -> str:
    """All words of the blocks, one line a block: what a test looks for on the page."""
    return "\n".join(_words(block) for block in blocks)


def _block(node: SyntaxTreeNode) -> Block:
    if node.tag in ("ul", "ol"):
        return {"kind": node.tag, "items": [_runs(item) for item in node.children]}
    if node.tag == "table":
        rows = [row for part in node.children for row in part.children]
        return {"kind": "table", "rows": [[_runs(cell) for cell in row.children] for row in rows]}
    if node.tag == "blockquote":
        title, *rest = map(_block, node.children)
        return {"kind": "fold", "title": _words(title), "blocks": rest}
    return {"kind": node.tag, "runs": _runs(node)}


def _runs(node: SyntaxTreeNode) -> list[Run]:
    """The text below a node; a line's end within a paragraph is a space, as in the browser."""
    runs: list[Run] = []
    for part in node.walk():
        if part.type in ("text", "softbreak") and (text := part.content or " "):
            link = part.parent if part.parent and part.parent.type == "link" else None
            if link is None and runs and "href" not in runs[-1]:
                runs[-1]["text"] += text
            else:
                runs.append({"text": text} | ({"href": str(link.attrs["href"])} if link else {}))
    return runs


def _words(block: Block) -> str:
    parts = ["".join(run["text"] for run in block.get("runs", []))]
    parts += ["".join(run["text"] for run in item) for item in block.get("items", [])]
    parts += ["".join(run["text"] for run in cell) for row in block.get("rows", []) for cell in row]
    parts += [block.get("title", ""), plain_text(block.get("blocks", []))]
    return " ".join(part for part in parts if part)
