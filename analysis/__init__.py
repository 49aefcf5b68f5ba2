"""From stored documents to findings: reading pages, judging them, and folding the judgements into the study's tables.

Reads evidence and taxonomy only; never the network, never another study.
"""

from __future__ import annotations

from .accessibility import picture_of
from .crossvalidation import cross_validate
from .evaluate import EvaluationReport, evaluate
from .examine import examine, examine_page
from .findings import ChannelHit, PageFindings, PageSource, ProductHit, ServiceHit, SiteContext, StatementFacts
from .indicators import has_limit, indicator_words
from .market import effective_number
from .page import Furniture, Page, learn_furniture, read_page
from .pipeline import analyze_study
from .sample import draw_sample, draw_samples, sample_counts

__all__ = [
    "ChannelHit",
    "EvaluationReport",
    "Furniture",
    "Page",
    "PageFindings",
    "PageSource",
    "ProductHit",
    "ServiceHit",
    "SiteContext",
    "StatementFacts",
    "analyze_study",
    "cross_validate",
    "draw_sample",
    "draw_samples",
    "effective_number",
    "evaluate",
    "examine",
    "examine_page",
    "has_limit",
    "indicator_words",
    "learn_furniture",
    "picture_of",
    "read_page",
    "sample_counts",
]
