"""From stored documents to findings: reading pages, judging them, and folding the judgements into the study's tables.

Reads evidence and taxonomy only; never the network, never another study.
"""

from __future__ import annotations

from .examine import examine, examine_page
from .findings import ChannelHit, PageFindings, PageSource, ProductHit, ServiceHit, SiteContext, StatementFacts
from .fold.accessibility import picture_of, view_of
from .fold.decided import cell_value
from .fold.grid import CHANNEL_CONFIDENCE, rule_in_words
from .fold.hands import Crew
from .fold.market import effective_number
from .fold.pipeline import AnalysisSummary, Effort, analyze_study
from .fold.register import compare_with_register, declared_addresses
from .fold.rests import method
from .fold.sample import draw_sample, draw_samples, sample_counts
from .fold.texts import PageText, page_texts
from .indicators import declared_indicators, indicator_words
from .learning.agreement import Agreement, agreement
from .learning.cells import CellTables, TrueCell, compare_cells
from .learning.crossvalidation import cross_validate
from .learning.evaluate import EvaluationReport, evaluate, wilson
from .page.read import Furniture, Page, learn_furniture, read_page

__all__ = [
    "CHANNEL_CONFIDENCE",
    "Agreement",
    "AnalysisSummary",
    "CellTables",
    "ChannelHit",
    "Crew",
    "Effort",
    "EvaluationReport",
    "Furniture",
    "Page",
    "PageFindings",
    "PageSource",
    "PageText",
    "ProductHit",
    "ServiceHit",
    "SiteContext",
    "StatementFacts",
    "TrueCell",
    "agreement",
    "analyze_study",
    "cell_value",
    "compare_cells",
    "compare_with_register",
    "cross_validate",
    "declared_addresses",
    "declared_indicators",
    "draw_sample",
    "draw_samples",
    "effective_number",
    "evaluate",
    "examine",
    "examine_page",
    "indicator_words",
    "learn_furniture",
    "method",
    "page_texts",
    "picture_of",
    "read_page",
    "rule_in_words",
    "sample_counts",
    "view_of",
    "wilson",
]
