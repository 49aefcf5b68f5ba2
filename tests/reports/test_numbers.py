"""Every share of the report is rebuilt from the tables on disk by the name over it, in a way of its own.

Nothing of `reports` computes here: rows are read from Parquet and counted as the footnotes say. A share under a name
that nobody has written down here fails, so that no new figure stands unproved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq
import pytest

from reports.blocks.findings import key_findings
from reports.build import build
from reports.context import Context
from reports.data import load_study
from reports.model import BarChart, Cell, ReportModel, Section, Table, Tiles
from reports.words import Words
from study import StudyFolder

Row = dict[str, Any]
Counted = tuple[int, int, int]
GROUPS = ("size-classes-table", "regions-table", "language-groups-table")
CHANNELS = {
    "Digital service": "digital",
    "Phone": "phone",
    "On site": "on_site",
    "Printable form": "printable_form",
    "E-mail": "email",
}


def yes(_: Row) -> bool:
    return True


@dataclass(frozen=True)
class Asked:
    """A measure as its footnote says it: what counts, out of what, and where the answer is known."""

    counts: Callable[[Row], bool]
    within: Callable[[Row], bool] = yes
    known: Callable[[Row], bool] = yes


MEASURES = {
    "Digital share": Asked(lambda r: bool(r["digital"])),
    "Others": Asked(lambda r: bool(r["digital"])),
    "Services found": Asked(lambda r: r["state"] == "found"),
    "Two channels or more": Asked(lambda r: len(r["channels"]) >= 2, lambda r: r["state"] == "found"),
    "Strong identification": Asked(
        lambda r: r["authentication"] in ("suomi.fi", "bank"),
        lambda r: bool(r["digital"]),
        lambda r: r["authentication"] not in (None, "", "unknown"),
    ),
    "Services with a direct link": Asked(
        lambda r: r["path_quality"] in ("deep-link", "own-page"),
        lambda r: bool(r["digital"]),
        lambda r: bool(r["path_quality"]),
    ),
    **{name: Asked(lambda r, c=column: bool(r[c])) for name, column in CHANNELS.items()},  # type: ignore[misc]
}


def count(rows: Iterable[Row], asked: Asked) -> Counted:
    """Count, base and gaps of a measure."""
    found = base = gaps = 0
    for row in rows:
        if row["state_reason"] == "other-responsible":
            continue
        if row["state"] in ("blocked", "not-examined"):
            gaps += 1
        elif asked.within(row):
            if not asked.known(row):
                gaps += 1
                continue
            base += 1
            found += asked.counts(row)
    return found, base, gaps


class Proof:
    """The tables of a study as they lie on disk, and the names that a report in English gives to their ids."""

    def __init__(self, folder: StudyFolder) -> None:
        self.rows: dict[str, list[Row]] = {
            path.stem: pq.read_table(path).to_pylist() for path in folder.findings.glob("*.parquet")
        }
        taxonomy = folder.taxonomy
        self.grid = self.rows["service_findings"]
        self.status = {m["code"]: m["status"] for m in self.rows["municipalities"]}
        data = load_study(folder)
        named = Context(data, Words("en"))
        self.municipality = {named.municipality(code): code for code in self.status}
        self.service = {named.name(s.name): s.id for s in taxonomy.services.values()}
        self.theme = {named.name(t.name): t.id for t in taxonomy.themes.values()}
        self.product = {p.name: p.id for p in taxonomy.products.values()}
        self.size = {named.size_class(c.id): c.id for c in taxonomy.size_classes}
        tasked: dict[str, int] = {}
        for row in self.grid:
            tasked[row["service_id"]] = tasked.get(row["service_id"], 0) + (row["state_reason"] != "other-responsible")
        self.apart = {service for service, n in tasked.items() if 0 < n < len(self.status) / 2}
        self.region = {m.code: named.region(m) for m in data.municipalities}
        self.languages = {c: tuple(m.languages) for c, m in taxonomy.municipalities.items()}
        self.counted = {p.id for p in taxonomy.products.values() if p.is_counted}
        subjects = taxonomy.surveys.subjects
        self.pairs = {named.name(subjects[pair.subject]): pair for pair in taxonomy.surveys.pairs}

    def cells(self, asked: str, **where: str) -> Counted:
        """A measure over the grid; services that few arrange only where one is asked for by itself."""
        rows = (r for r in self.grid if all(r[name] == value for name, value in where.items()))
        alone = "service_id" in where
        return count((r for r in rows if alone or r["service_id"] not in self.apart), MEASURES[asked])

    def places(self, seen: set[str]) -> Counted:
        """Municipalities of which something was seen; a site that was not read completely gives no "no"."""
        complete = {code for code, status in self.status.items() if status == "complete"}
        return len(seen), len(seen | complete), len(set(self.status) - seen - complete)

    def users(self, product: str) -> set[str]:
        hits = {h["municipality_code"] for h in self.rows["vendor_hits"] if h["product_id"] == product}
        return hits | {
            r["municipality_code"]
            for r in self.rows.get("shared_installations", [])
            if r["product_id"] == product and r["is_member"] and self.status[r["municipality_code"]] != "blocked"
        }

    def group(self, table: str, municipality: Row) -> str:
        """What a municipality's group is called in a table of groups."""
        if table == "size-classes-table":
            return {known: name for name, known in self.size.items()}[municipality["size_class"]]
        if table == "regions-table":
            return self.region[municipality["code"]]
        return {("fi",): "Finnish", ("fi", "sv"): "Finnish and Swedish"}[self.languages[municipality["code"]]]

    def carried(self, products: set[str]) -> Counted:
        """Digital cells that run on one of the products, of those of which any is known."""
        seen: dict[tuple[str, str], set[str]] = {}
        for hit in self.rows["vendor_hits"]:
            if hit["service_id"] and hit["product_id"] in self.counted:
                seen.setdefault((hit["municipality_code"], hit["service_id"]), set()).add(hit["product_id"])
        digital = [(r["municipality_code"], r["service_id"]) for r in self.grid if r["digital"]]
        known = [cell for cell in digital if cell in seen]
        return sum(bool(seen[cell] & products) for cell in known), len(known), len(digital) - len(known)

    def serving(self, product: str, service: str) -> Counted:
        """Digital cells of a service on the product, of those of which any product that counts was seen."""
        seen: dict[str, set[str]] = {}
        for hit in self.rows["vendor_hits"]:
            if hit["service_id"] == service and hit["product_id"] in self.counted:
                seen.setdefault(hit["municipality_code"], set()).add(hit["product_id"])
        cells = [r for r in self.grid if r["service_id"] == service]
        known = [r for r in cells if r["digital"] and r["municipality_code"] in seen]
        lost = sum(r["state"] in ("blocked", "not-examined") for r in cells if r["state_reason"] != "other-responsible")
        nameless = sum(bool(r["digital"]) for r in cells) - len(known)
        return sum(product in seen[r["municipality_code"]] for r in known), len(known), lost + nameless

    def pages(self, code: str, asked: Callable[[Row], bool], known: Callable[[Row], bool] = yes) -> Counted:
        """Own pages of a municipality that could be audited."""
        rows = [r for r in self.rows["accessibility_pages"] if r["municipality_code"] == code]
        good = [r for r in rows if r["is_own"] and r["error"] is None and known(r)]
        return sum(map(asked, good)), len(good), 0

    def links(self, code: str) -> Counted:
        """Addresses of e-services that lead to the service itself, each once."""
        first: dict[str, Row] = {}
        for row in self.rows["eservice_paths"]:
            if row["municipality_code"] == code:
                first.setdefault(row["target_url"], row)
        return sum(r["path_quality"] != "portal-root" for r in first.values()), len(first), 0

    def beside_a_survey(self, subject: str, codes: set[str]) -> Counted:
        """What is seen of a survey's subject in these municipalities."""
        pair = self.pairs[subject]
        if pair.theme is not None:
            rows = (r for r in self.grid if r["municipality_code"] in codes and r["theme_id"] == pair.theme)
            return count((r for r in rows if r["service_id"] not in self.apart), MEASURES["Digital share"])
        if pair.statement is not None:
            stated = [r for r in self.rows["accessibility_statements"] if r["municipality_code"] in codes]
            dated = {r["municipality_code"] for r in stated if r["is_main"] and r["found"] and r["assessed_on"]}
            complete = {code for code in codes if self.status[code] == "complete"}
            return len(dated), len(dated | complete), len(codes - dated - complete)
        values = {
            r["municipality_code"]: r["value"] for r in self.rows["indicators"] if r["indicator"] == pair.indicator
        }
        known = {code for code in codes if values.get(code) is not None}
        return sum(values[code] > 0 for code in known), len(known), len(codes - known)

    def expected(self, table: str, column: str, row: str) -> Counted:
        """What a share must be, by the table it stands in, its column and its row."""
        if table == "municipalities-digital":
            theme = {} if column == "All themes" else {"theme_id": self.theme[column]}
            return self.cells("Digital share", municipality_code=self.municipality[row], **theme)
        if table in GROUPS:
            codes = {m["code"] for m in self.rows["municipalities"] if row == "All" or self.group(table, m) == row}
            rows = (r for r in self.grid if r["municipality_code"] in codes and r["service_id"] not in self.apart)
            return count(rows, MEASURES[column])
        if table in ("channels-by-theme", "themes-digital-table"):
            return self.cells(column, **({} if row == "All themes" else {"theme_id": self.theme[row]}))
        if table in ("services-ranked-table", "product-services-table") or table.startswith("channels-"):
            return self.cells(column, service_id=self.service[row])
        if table == "paths":
            return self.cells(column, municipality_code=self.municipality[row])
        if table == "products-table":
            return self.places(self.users(self.product[row]))
        if table == "systems-tools-table":
            tools = [t for t in self.rows["site_tools"] if t["product_id"] == self.product[row]]
            return self.places({t["municipality_code"] for t in tools})
        if table == "systems-ways-table":
            return self.links(self.municipality[row])
        if table == "said-and-seen-table":
            return self.beside_a_survey(row, set(self.status))
        if table == "said-and-seen-sizes-table":
            of_size = {m["code"] for m in self.rows["municipalities"] if m["size_class"] == self.size[row]}
            return self.beside_a_survey(column, of_size)
        if table == "audit-table" and column == "Pages without failures":
            return self.pages(self.municipality[row], lambda r: not r["wcag_violations"])
        if table == "audit-table" and column == "Fits 320 pixels":
            measured = lambda r: r["overflow_pixels"] is not None  # noqa: E731
            return self.pages(self.municipality[row], lambda r: not r["overflow_pixels"], measured)
        if table == "makers-chart-table":
            own = {h["product_id"] for h in self.rows["vendor_hits"] if h["vendor"] == row} & self.counted
            return self.carried(own)
        if table.endswith("-by-service"):
            product = table.removeprefix("product-").removesuffix("-by-service")
            return self.serving(product, self.service[row])
        code, _, part = table.removeprefix("m-").partition("-")
        if part == "themes" and column == "Digital share":
            return self.cells(column, municipality_code=code, theme_id=self.theme[row])
        if part == "lacking":
            rows = (r for r in self.grid if r["municipality_code"] != code and r["service_id"] == self.service[row])
            return count(rows, MEASURES[column])
        raise AssertionError(f"{table}: nobody has written down how {column!r} is counted")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> StudyFolder:
    """Fourteen invented municipalities with every table; a capital that arranges its own health services."""
    made: StudyFolder = inventor(14, full=True, of=9).write(tmp_path_factory.mktemp("numbers") / "study")
    return made


@pytest.fixture(scope="module")
def proof(folder: StudyFolder) -> Proof:
    return Proof(folder)


@pytest.fixture(scope="module")
def model(folder: StudyFolder) -> ReportModel:
    return build(load_study(folder), "en")


def tables(sections: Iterable[Section]) -> Iterator[Table]:
    """Every table, those behind charts too."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield block
            elif isinstance(block, BarChart):
                yield block.table
        yield from tables(section.children)


def agrees(cell: Cell, wanted: Counted) -> bool:
    """Whether a cell says this share, or what stands for it where it is not told."""
    found, base, gaps = wanted
    told = base >= 5 and 2 * base >= base + gaps
    told_apart = map(int, re.findall(r"(\d+) (?:gap|unknown)", cell.gaps))
    if gaps and cell.gaps and sum(told_apart) != gaps:
        return False
    if not told:
        return cell.share is None and "%" not in cell.text and (not base or f"{found} of {base}" in cell.text)
    if cell.text == str(found):  # a count with its share beside it
        return cell.value == found and f"of {base} ({found / base * 100:.0f}%)" == cell.note
    return cell.text == f"{found / base * 100:.0f}%" and cell.note == f"{found:,} of {base:,}"


COMPOSITION = ("gaps-table",)
"""What the grid consists of: every cell is in the base, gaps too."""
MEDIANS = ("Others, median",)


def test_every_share_is_that_of_the_tables(model: ReportModel, proof: Proof) -> None:
    """By the name of its table, column and row; several hundred of them."""
    seen, wrong = 0, []
    for table in tables(model.sections):
        for row in table.rows:
            if row.group or table.id in COMPOSITION:
                continue
            for column, cell in zip(table.columns, row.cells, strict=True):
                if column.kind != "share" or column.label in MEDIANS or cell.text == "–":
                    continue
                wanted = proof.expected(table.id, column.label, row.cells[0].text)
                seen += 1
                if not agrees(cell, wanted):
                    wrong.append((table.id, row.cells[0].text, column.label, cell.text, cell.note, cell.gaps, wanted))
    assert not wrong, wrong[:5]
    assert seen > 800


def test_key_figures_are_those_of_the_tables(model: ReportModel, proof: Proof) -> None:
    """The tiles of the summary: gaps are in none of them a "no"."""
    tiles = {t.label: t for s in model.sections[:1] for b in s.blocks if isinstance(b, Tiles) for t in b.items}
    for label, asked in (
        ("of services can be used digitally", "Digital share"),
        ("of services were found on the website", "Services found"),
    ):
        found, base, gaps = proof.cells(asked)
        assert (tiles[label].value, tiles[label].note) == (
            f"{found / base * 100:.0f}%",
            f"{found} of {base}, {gaps} gaps",
        )
    stated = {r["municipality_code"] for r in proof.rows["accessibility_statements"] if r["found"]}
    found, base, gaps = proof.places(stated)
    statements = tiles["municipalities with an accessibility statement"]
    assert (statements.value, statements.note) == (f"{found} of {base}", f"{gaps} gaps" if gaps > 1 else f"{gaps} gap")
    assert gaps
    products = {h["product_id"] for h in proof.rows["vendor_hits"]} & proof.counted
    assert tiles["products recognised"].value == str(len(products))


FINDINGS = {
    "digital": "Digital share",
    "found": "Services found",
    "deep-link": "Services with a direct link",
    "strong-identification": "Strong identification",
    "several-channels": "Two channels or more",
}


def test_key_findings_are_counted_from_the_rows_that_they_name(folder: StudyFolder, proof: Proof) -> None:
    """Each names its measure and its rows, and says the count and the base in its sentence."""
    checked = set()
    for item in key_findings(Context(load_study(folder), Words("en")), 100):
        assert item.sources
        for source in item.sources:
            where = dict(source.where)
            if source.measure in FINDINGS and item.id != "size":
                found, base, _ = proof.cells(FINDINGS[source.measure], **where)
            elif source.measure == "product-use":
                found, base, _ = proof.places(proof.users(where["product_id"]))
            else:
                continue
            if item.id != "spread":
                assert f"{found:,} of {base:,}" in item.sentence, item
            checked.add(item.id)
    assert {"digital", "rare", "common", "links", "identification", "channels"} <= checked


def test_services_of_the_capital_alone_are_in_no_share_of_others(model: ReportModel, proof: Proof) -> None:
    assert proof.apart
    theme = next(t for t in tables(model.sections) if t.id == "themes-digital-table")
    assert len(theme.rows) == len(proof.theme)
    for table in tables(model.sections):
        if table.id == "services-ranked-table":
            for row in table.rows:
                if proof.service[row.cells[0].text] in proof.apart:
                    assert [c.text for c in row.cells][2] == "not ranked"
                    assert not any("%" in c.text for c in row.cells)
