"""The regions of the country as a map of tiles, where the country's files say where each lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.context import Context
from reports.data import StudyData
from reports.measures import DIGITAL
from reports.model import ABSENT, HEATS, UNTOLD, MapTile, Table, TileMap
from reports.shares import Share


def regions(context: Context) -> list[tuple[str, list[str]]]:
    """Names of the regions that are compared and the codes in them, by name.

    Without a map those with one municipality are left out: that municipality tells them.
    """
    found: dict[str, list[str]] = {}
    for row in context.data.municipalities:
        if row.region:
            found.setdefault(context.region(row), []).append(row.code)
    least = 1 if places(context.data) else 2
    return sorted((name, codes) for name, codes in found.items() if len(codes) >= least)


def places(data: StudyData) -> Mapping[str, tuple[int, int]]:
    """Column and row of each region's tile; none where a compared municipality is of no region of the map."""
    tiles, known = data.taxonomy.country.region_tiles, data.taxonomy.municipalities
    return tiles if all(c in known and known[c].region_code in tiles for c in data.codes) else {}


def region_map(context: Context, in_figures: Table) -> TileMap | None:
    """The map with the digital share of each region; None where the country has none or where it would be empty."""
    words, data = context.words, context.data
    at, known = places(data), data.taxonomy.municipalities
    here = {code: [c for c in data.codes if known[c].region_code == code] for code in at}
    shares = {code: context.share(DIGITAL, codes=codes) for code, codes in here.items() if codes}
    if sum(share.is_told for share in shares.values()) < 2:
        return None
    names = {m.region_code: m.region for m in known.values()}
    made = tuple(
        _tile(context, names[code], place, shares.get(code))
        for code, place in sorted(at.items(), key=lambda item: (item[1][1], item[1][0]))
    )
    return TileMap(
        "regions-map",
        words("map.title"),
        "; ".join(f"{tile.name}: {tile.said}" for tile in made if tile.said),
        made,
        _key(context, made),
        in_figures,
        words("frame.as_table"),
        words("map.legend"),
    )


def _tile(context: Context, region: str, place: tuple[int, int], share: Share | None) -> MapTile:
    name = context.region_name(region)
    if share is None:
        return MapTile(name, *place)
    heat = UNTOLD if share.value is None else 1 + min(HEATS - 1, int(share.value * HEATS))
    return MapTile(name, *place, heat, context.share_words(share))


def _key(context: Context, made: Sequence[MapTile]) -> tuple[tuple[int, str], ...]:
    """The steps of the scale; below them what the tiles without one are, where there are any."""
    words = context.words
    step = 100 // HEATS
    highest = (step * (n + 1) - (n + 1 < HEATS) for n in range(HEATS))
    scale = [(n + 1, words.percents(step * n / 100, high / 100)) for n, high in enumerate(highest)]
    if any(tile.said and not tile.heat for tile in made):
        scale.append((UNTOLD, words("map.untold")))
    if any(not tile.said for tile in made):
        scale.append((ABSENT, words("map.absent")))
    return tuple(scale)
