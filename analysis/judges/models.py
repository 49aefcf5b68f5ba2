"""The learned weights that the judges of one run use: the shipped ones, or those of one fold of a cross-validation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from analysis.linear import Linear, load_linear
from analysis.words.speech import WordWeights, subject_words, whole_words


@dataclass(frozen=True, slots=True)
class Models:
    """Weights of every judge that learns from labelled pages."""

    whole: WordWeights
    page_type: Linear
    subject: WordWeights
    services: Linear
    primary: Linear
    theme: Linear
    channels: Linear


@cache
def shipped_models() -> Models:
    """The weights that come with the program."""
    return Models(
        whole=whole_words(),
        page_type=load_linear("page_type"),
        subject=subject_words(),
        services=load_linear("services"),
        primary=load_linear("primary"),
        theme=load_linear("page_theme"),
        channels=load_linear("channels"),
    )
