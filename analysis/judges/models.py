"""The learned weights that the judges of one run use: the shipped ones, or those of one fold of a cross-validation."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.linear import Linear
from analysis.words.speech import SubjectWords


@dataclass(frozen=True, slots=True)
class Models:
    """Weights of every judge that learns from labelled pages."""

    page_type: Linear
    subject: SubjectWords
    services: Linear
    channels: Linear
