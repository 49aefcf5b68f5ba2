"""A language model as one more reader of uncertain cells: what it is asked, who is asked, and what its answer is worth.

The only code that speaks to a language model. It decides nothing; see docs/language-model.md.
"""

from __future__ import annotations

from .answer import Verdict, judge_answer
from .cells import Cells
from .client import Reply, Server
from .cost import Estimate, cost_of
from .question import ANSWER_TOKENS, Question, Questions

__all__ = [
    "ANSWER_TOKENS",
    "Cells",
    "Estimate",
    "Question",
    "Questions",
    "Reply",
    "Server",
    "Verdict",
    "cost_of",
    "judge_answer",
]
