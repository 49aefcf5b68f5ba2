"""The parts of a page that come by the thousand, as HTML text: rows of tables and grids, and proofs.

What stands around them is written by the templates. Texts are escaped here; nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import escape

from study import CHANNELS

from .model import Cell, Column, Matrix, MatrixRow, Row, Run, Table
from .proofs import Proof, ProofGroup, Proofs

_SPECIAL = re.compile("[&<>\"']")


def text(value: str) -> str:
    """A text as it stands in HTML."""
    return str(escape(value)) if _SPECIAL.search(value) else value


def icon(name: str, label: str = "") -> str:
    """A sign; with a label it is read aloud, without one it is decoration."""
    spoken = f' role="img"><title>{text(label)}</title>' if label else ' aria-hidden="true">'
    return f'<svg class="i i-{name}"{spoken}<use href="#i-{name}"/></svg>'


def bar(share: float, gap: float = 0.0) -> str:
    """A small bar of whole per cents, its gap hatched; the number stands beside it."""
    end = f'<span class="gap w{round(gap * 100)}"></span>' if gap > 0.004 else ""
    return f'<span class="bar" aria-hidden="true"><span class="w{round(share * 100)}"></span>{end}</span>'


def run(item: Run) -> str:
    """A stretch of text."""
    lang = f' lang="{item.lang}"' if item.lang else ""
    if item.href:
        return f'<a href="{text(item.href)}"{lang}>{text(item.text)}</a>'
    if item.strong:
        return f"<strong>{text(item.text)}</strong>"
    return f"<span{lang}>{text(item.text)}</span>" if lang else text(item.text)


def runs(items: Iterable[Run]) -> str:
    """A text with its links."""
    return "".join(map(run, items))


def table_rows(table: Table) -> str:
    """The body of a table."""
    return "\n".join(_row(table, row) for row in table.rows)


def _row(table: Table, row: Row) -> str:
    columns = table.columns
    if row.group:
        title = text(row.cells[0].text)
        return f'<tr class="group"><th scope="colgroup" colspan="{len(columns)}">{title}</th></tr>'
    start = f'<tr id="{text(row.anchor)}">' if row.anchor else "<tr>"
    first = (
        f'<th scope="row"{_class(columns[0], row.cells[0], head=True)}>{cell(row.cells[0], columns[0], head=True)}</th>'
    )
    rest = (
        f"<td{_class(column, item)}{_value(item)}>{cell(item, column)}</td>"
        for column, item in zip(columns[1:], row.cells[1:], strict=True)
    )
    return start + first + "".join(rest) + "</tr>"


def _class(column: Column, item: Cell, *, head: bool = False) -> str:
    kind = "" if head or column.kind == "text" else column.kind
    names = [name for name in (kind, "wide" * column.wide, "unranked" * (item.state == "unranked")) if name]
    if item.heat:
        names.append(f"h{item.heat}")
    return f' class="{" ".join(names)}"' if names else ""


def _value(item: Cell) -> str:
    """The number behind a cell, for whoever sorts or copies the table."""
    return "" if item.value is None else f' data-value="{item.value:g}"'


def cell(item: Cell, column: Column, *, head: bool = False) -> str:
    """What stands in a cell."""
    is_drawn = column.kind == "icons" and bool(item.icons)
    out = [_slots(item)] if is_drawn else []
    if item.links:
        inner = '<ul class="inline">' + "".join(f"<li>{run(r)}</li>" for r in item.links) + "</ul>"
    elif item.href:
        inner = run(Run(item.text, item.href, lang=item.lang))
    else:
        inner = "" if is_drawn else text(item.text) or "–"
    has_state = item.state and not head and item.state != "unranked"
    out.append(f'<span class="state s-{item.state}">{inner}</span>' if has_state else inner)
    if item.note:
        out.append(f' <span class="note">{text(item.note)}</span>')
    if item.detail:
        out.append(f' <code lang="en">{text(item.detail)}</code>')
    if item.picture:
        out.append(f'<img class="spot" src="{text(item.picture)}" alt="{text(item.picture_alt)}">')
    if column.kind == "share" and item.share is not None:
        out.append(bar(item.share, item.gap))
    if item.gaps:
        out.append(f'<span class="note gapnote">{text(item.gaps)}</span>')
    return "".join(out)


def _slots(item: Cell) -> str:
    """The channels, each at its own place."""
    first = item.icons[0]
    drawn = (
        f'<span class="slot on">{icon(name, item.text if name == first else "")}</span>'
        if name in item.icons
        else '<span class="slot"></span>'
        for name in CHANNELS
    )
    return f'<span class="slots">{"".join(drawn)}</span>'


def matrix_rows(matrix: Matrix) -> str:
    """The body of a grid."""
    return "\n".join(map(_matrix_row, matrix.rows))


def _matrix_row(row: MatrixRow) -> str:
    note = f' <span class="note">{text(row.note)}</span>' if row.note else ""
    anchor = f' id="{text(row.anchor)}"' if row.anchor else ""
    label = text(row.label)
    out = [f'<tr{anchor} data-name="{label}"><th scope="row"><a href="{text(row.href)}">{label}</a>{note}</th>']
    for item in row.cells:
        icons = item.icons or (item.level,)
        drawn = icon(icons[0], item.label) + "".join(map(icon, icons[1:]))
        tick = f'<span class="tick">{icon(item.mark)}</span>' if item.mark else ""
        out.append(f'<td class="l-{item.level}"><a href="{text(item.href)}"><span>{drawn}{tick}</span></a></td>')
    return "".join(out) + "</tr>"


def proofs(block: Proofs, level: int) -> str:
    """Evidence, a grid cell after the other, under headings of this level."""
    return "\n".join(_group(block.labels, group, level) for group in block.groups)


def _group(labels: dict[str, str], group: ProofGroup, level: int) -> str:
    summary = f'<p class="note">{text(group.summary)}</p>' if group.summary else ""
    more = f'<p class="note">{text(group.more)}</p>' if group.more else ""
    head = f'<h{level}><a href="{text(group.back)}">{text(group.title)}</a></h{level}>'
    items = "".join(_proof(labels, item) for item in group.items)
    return f'<div class="proofs" id="{text(group.anchor)}">\n{head}{summary}\n<ul>{items}</ul>\n{more}</div>'


def _proof(labels: dict[str, str], item: Proof) -> str:
    lang = f' lang="{text(item.snippet_lang)}"' if item.snippet_lang else ""
    quote = f"<blockquote{lang}>{text(item.snippet)}</blockquote>" if item.snippet else ""
    where = f"{labels['page']}: " + (run(Run(item.url_text, item.url)) if item.url else "")
    if item.target_text:
        where += f"<br>{labels['target']}: {run(Run(item.target_text, item.target_url))}"
    facts = "".join(f"<span>{text(name)}: {text(value)}</span>" for name, value in item.facts)
    return (
        f'<li id="{text(item.anchor)}">{icon(item.icon)}<div><p class="what">{text(item.channel)}</p>{quote}'
        f'<p class="where">{where}</p><p class="facts">{facts}</p></div></li>'
    )
