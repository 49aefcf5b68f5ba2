"""Whom a municipality is compared with: those of its size, of its region, of a list, or a choice of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles

from reports.context import Context
from reports.shares import LEAST_BASE, Share
from study import StudyFolder, UserError
from taxonomy import Taxonomy, by_rule, is_rule, load_taxonomy, peers_on, rule_of

SIZE, REGION = "size", "region"


@dataclass(frozen=True, slots=True)
class Peers:
    """Codes of the peers without the municipality itself, and who they are in words."""

    codes: tuple[str, ...]
    text: str


def check_peers(choice: str, folder: StudyFolder) -> str:
    """The choice with names turned into codes; raises UserError for a municipality that the study does not have.

    A peer group of the country stays a name, a rule such as `region=Uusimaa` becomes the codes that meet it.
    """
    if choice in (SIZE, REGION):
        return choice
    section = folder.config.study
    taxonomy, own = load_taxonomy(section.country), {item.code for item in folder.municipalities}
    if choice in taxonomy.peer_groups or is_rule(choice):
        codes = _listed(taxonomy, choice, section.day) & own
        if not codes:
            raise UserError(
                f"--peers {choice}: no municipality of this study is one of them.",
                f"Give size, region, codes, conditions or a list: {', '.join(taxonomy.peer_groups)}.",
            )
        return choice if choice in taxonomy.peer_groups else ",".join(sorted(codes))
    return ",".join(folder.municipality(name.strip()).code for name in choice.split(",") if name.strip())


def peers_of(context: Context, code: str, choice: str = SIZE) -> Peers:
    """The peers of a municipality; where there are too few of the kind, all others of the study."""
    words, data = context.words, context.data
    others = [c for c in data.codes if c != code]
    if choice in data.taxonomy.peer_groups:
        listed = _listed(data.taxonomy, choice, date(data.year, 12, 31))
        fellows = tuple(c for c in others if c in listed)
        return Peers(fellows, words("scorecard.peers.list", name=_name(context, choice), n=len(fellows)))
    if choice not in (SIZE, REGION):
        chosen = tuple(c for c in choice.split(",") if c in data.status and c != code)
        return Peers(chosen, words("scorecard.peers.own", n=len(chosen)))
    column = "size_class" if choice == SIZE else "region"
    mine = getattr(data.status[code], column)
    alike = tuple(c for c in others if getattr(data.status[c], column) == mine)
    if len(alike) >= LEAST_BASE:
        return Peers(alike, words(f"scorecard.peers.{choice}", n=len(alike)))
    few = words("scorecard.peers.few", least=LEAST_BASE)
    return Peers(tuple(others), f"{words('scorecard.peers.all', n=len(others))}; {few}")


def _listed(taxonomy: Taxonomy, choice: str, day: date) -> set[str]:
    if choice in taxonomy.peer_groups:
        return set(peers_on(taxonomy, choice, day))
    try:
        return set(by_rule(taxonomy, rule_of(choice), day))
    except ValueError as error:
        raise UserError(f"--peers {choice}: {error}.", "Such as: region=Uusimaa,largest=10.") from error


def _name(context: Context, choice: str) -> str:
    name = context.data.taxonomy.peer_groups[choice].name
    return context.name(name) if name else choice


def quartiles(shares: Sequence[Share]) -> tuple[float, float, float] | None:
    """Lower quartile, median and upper quartile of the shares that are told; None where there are too few."""
    values = [share.value for share in shares if share.value is not None]
    if len(values) < LEAST_BASE:
        return None
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return low, middle, high
