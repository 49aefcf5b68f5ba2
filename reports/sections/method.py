"""How the study was made, what each measure means, and what the figures do not say."""

from __future__ import annotations

from reports.blocks.agreed import agreed
from reports.blocks.reviewed import reviewed
from reports.context import LEVELS, Context, runs
from reports.measures import MEASURES
from reports.model import Bullets, Definition, Definitions, Section
from study import CHANNELS

ORDER = 80
ON_SCORECARD = True
STEPS = ("gather", "judge", "fold", "review", "show")
LIMITS = ("automatic", "public", "moment", "absence", "audit", "ranking", "personal")


def section(context: Context) -> Section | None:
    """Method, measures and limits."""
    words, data = context.words, context.data
    steps = Bullets(tuple(runs(words(f"method.step.{step}", pages=data.max_pages)) for step in STEPS))
    states = Definitions(tuple(Definition(words(f"level.{level}"), words(f"legend.{level}")) for level in LEVELS))
    channels = Definitions(
        tuple(
            Definition(context.channel(c), context.name(data.taxonomy.channels[c].definition))
            for c in CHANNELS
            if c in data.taxonomy.channels
        )
    )
    declared = [m.id for m in MEASURES if not m.id.startswith("channel-")]
    names = [
        *declared,
        "channel",
        "product",
        "product-of-service",
        "maker",
        "owner",
        "maturity",
        "clicks",
        "place",
        "lacking",
    ]
    measures = Definitions(tuple(Definition(words(f"measures.{n}.name"), _meaning(context, n)) for n in names))
    limits = Bullets(tuple(runs(words(f"limits.{name}")) for name in LIMITS))
    children = (
        Section("method-states", words("method.states"), (states,)),
        Section("method-channels", words("method.channels"), (channels,)),
        Section("method-measures", words("method.measures"), (context.paragraph("method.shares"), measures)),
        reviewed(context),
        *agreed(context),
        Section("limits", words("limits.title"), (limits,)),
    )
    return Section(
        "method", words("method.title"), (context.paragraph("method.lead", "lead"), steps), children, page=True
    )


def _meaning(context: Context, measure: str) -> str:
    """What a measure means, without its name, which stands beside it."""
    words = context.words
    text = words(f"measures.{measure}.definition").removeprefix(f"{words(f'measures.{measure}.name')}: ")
    return text[:1].upper() + text[1:]
