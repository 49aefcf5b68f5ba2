"""The page of one product: how common it is, which services run on it where, and where that was seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from reports import anchors
from reports.blocks.owners import owner_words
from reports.clean import plain, safe_href, short_url
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.meanings import CATEGORIES, Meanings
from reports.model import BarChart, Block, Cell, Run, Series, Table, Text, Tile, Tiles
from reports.product_use import Served, services_on, sharing, use, users
from reports.table import Column, table
from study import VendorHit

SEEN_AT = 3
"""Addresses shown for a municipality; the dataset has them all."""


def product_blocks(context: Context, product: str) -> list[Block]:
    """Facts, key figures, services with their shares and ways, and the municipalities with the proof."""
    served = _served(context, product)
    blocks: list[Block] = [_facts(context, product), _tiles(context, product, served)]
    if served:
        blocks.append(
            _chart(context, product, served)
            if any(s.share.is_told for s in served)
            else _services(context, product, served)
        )
    blocks.append(_places(context, product))
    return blocks


def _facts(context: Context, product: str) -> Text:
    words, hits = context.words, _hits(context.data)[product]
    meanings = Meanings(context.language, context.data.taxonomy)
    parts = [words("products.page.category", category=meanings.value(CATEGORIES, hits[0].category))]
    if hits[0].vendor:
        parts.append(words("products.page.maker", maker=plain(hits[0].vendor, 60)))
    parts.append(words("products.page.owner", owner=owner_words(context, hits[0].owner_type)))
    return Text((Run(" · ".join(parts)),), "facts")


def _tiles(context: Context, product: str, served: list[Served]) -> Tiles:
    words = context.words
    cells = sum(item.share.count for item in served)
    shared = len(sharing(context).get(product, ()))
    own = context.share_tile(use(context, product), words("products.page.tile.municipalities"))
    items = [
        own,
        Tile(words.number(len(served)), words("products.page.tile.services", n=len(served))),
        Tile(words.number(cells), words("products.page.tile.cells", n=cells)),
    ]
    if shared:
        items.append(Tile(words.number(shared), words("products.page.tile.shared", n=shared)))
    return Tiles(tuple(items))


def _served(context: Context, product: str) -> list[Served]:
    """Services that are digital on the product, those of most municipalities first."""
    found = services_on(context.data).get(product, [])
    return sorted(found, key=lambda item: (-item.share.count, context.name(item.service.name)))


def _chart(context: Context, product: str, served: list[Served]) -> BarChart:
    """The product's share of each service; no bar where the base is too small."""
    words = context.words
    shares = [item.share for item in served]
    texts = tuple(map(context.share_words, shares))
    names = tuple(context.name(item.service.name) for item in served)
    title = words("products.page.chart", product=context.product(product))
    series = Series(
        words("measures.product-of-service.name"),
        tuple(s.count / s.possible if s.is_told else 0.0 for s in shares),
        tuple(s.gaps / s.possible if s.is_told else 0.0 for s in shares),
        texts,
        "product",
        tuple(float(not s.is_told) for s in shares),
    )
    return BarChart(
        f"{anchors.product(product)}-chart",
        title,
        "; ".join(f"{n}: {t}" for n, t in zip(names, texts, strict=True)),
        names,
        (series,),
        1.0,
        _services(context, product, served),
        words("frame.as_table"),
        words("products.page.unknown"),
    )


def _services(context: Context, product: str, served: list[Served]) -> Table:
    words = context.words

    def where(item: Served) -> Cell:
        return context.links_cell(
            [Run(context.municipality(c), context.cell_href(c, item.service.id)) for c in item.codes]
        )

    return table(
        f"{anchors.product(product)}-by-service",
        words("products.page.services"),
        served,
        (
            Column(words("label.service"), wide=True, cell=lambda item: Cell(context.name(item.service.name))),
            Column(
                words("measures.product-of-service.name"), "share", cell=lambda item: context.share_cell(item.share)
            ),
            Column(words("products.page.ways"), wide=True, cell=lambda item: Cell(_ways(context, item))),
            Column(words("products.page.where"), wide=True, cell=where),
        ),
        (words("measures.product-of-service.definition"), words("footnote.few")),
        dense=True,
    )


def _ways(context: Context, item: Served) -> str:
    """The kinds of digital way behind a service, with their numbers of municipalities."""
    data, words = context.data, context.words
    kinds: Counter[str] = Counter()
    for code in item.codes:
        rows = data.evidence.get((code, item.service.id), ())
        kinds.update(
            {context.subtype(r.channel, r.subtype) for r in rows if r.channel == "digital" and r.subtype} - {""}
        )
    order = sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    return words.sentence_listing(words("products.page.way", way=name, n=n) for name, n in order) or words(
        "sign.nothing"
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A municipality that uses the product: the services, and the sightings."""

    code: str
    services: set[str]
    hits: list[VendorHit]


def _places(context: Context, product: str) -> Table:
    words, data = context.words, context.data
    seen: dict[str, list[VendorHit]] = defaultdict(list)
    for hit in _hits(data)[product]:
        seen[hit.municipality_code].append(hit)
    places = users(context).get(product, {})
    shared = sharing(context).get(product, set())
    items = [_Place(c, places.get(c, set()), seen.get(c, [])) for c in data.codes if c in places or c in shared]

    def services(place: _Place) -> Cell:
        named = [s for s in data.services() if s.id in place.services]
        if not named:
            return Cell(words("products.no_service" if place.hits else "products.page.member"))
        return context.links_cell([Run(context.name(s.name), context.cell_href(place.code, s.id)) for s in named])

    return table(
        f"{anchors.product(product)}-places",
        words("products.page.places"),
        items,
        (
            Column(words("label.municipality"), cell=lambda place: context.municipality_cell(place.code)),
            Column(words("label.services"), wide=True, cell=services),
            Column(words("products.page.sign"), wide=True, cell=lambda place: Cell(_signs(context, place))),
            Column(words("products.page.seen"), wide=True, cell=lambda place: _addresses(context, place)),
        ),
        dense=True,
    )


def _signs(context: Context, place: _Place) -> str:
    """What the product was recognised by."""
    meanings = Meanings(context.language, context.data.taxonomy)
    kinds = dict.fromkeys(meanings.value("recognised-by", hit.evidence_type) for hit in place.hits)
    return context.words.listing(kinds) or context.words("sign.nothing")


def _addresses(context: Context, place: _Place) -> Cell:
    """Pages on which it was seen, each once."""
    urls = list(dict.fromkeys(hit.url for hit in place.hits))
    links = [Run(short_url(url, 60), safe_href(url)) for url in urls[:SEEN_AT]]
    if len(urls) > SEEN_AT:
        links.append(Run(context.words("products.more", n=len(urls) - SEEN_AT)))
    return context.links_cell(links)


@once_a_study
def _hits(data: StudyData) -> dict[str, list[VendorHit]]:
    """Sightings by product."""
    found: dict[str, list[VendorHit]] = defaultdict(list)
    for hit in data.hits:
        found[hit.product_id].append(hit)
    return dict(found)
