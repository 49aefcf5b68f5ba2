"""Figures on pages of municipalities that the judges did not learn from: learn without one part, judge that part.

The measure behind `kuntatutka evaluate --folds` and bench/quality.py. Only the weights of page types and services are
learned anew; terms and cues are data, and the words of themes come from the state's own descriptions of services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.examine import examine_page
from analysis.judges.models import Models
from analysis.page.read import Page
from taxonomy import Taxonomy

from .evaluate import EvaluationReport, Examine, Judged, judge, report_on

if TYPE_CHECKING:
    from .examples import Example


def cross_validate(
    rows: Sequence[Mapping[str, Any]],
    taxonomy: Taxonomy,
    count: int,
    *,
    also: Sequence[Mapping[str, Any]] = (),
    sayings: Sequence[Mapping[str, Any]] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> EvaluationReport:
    """The figures over labelled pages, none judged by weights learned from its own municipality.

    The pages of ``also`` are learned from and never judged; so are ``sayings``, in every fold. ``progress`` is told how
    many pages are judged. Raises ValueError where there are fewer municipalities than folds, or fewer than two folds.
    """
    from .examples import read_examples  # numpy is only needed to learn
    from .training import folds, train  # numpy is only needed to learn

    examples = read_examples(rows, taxonomy)
    groups = {example.group for example in examples}
    if not 2 <= count <= len(groups):
        raise ValueError(f"{count} folds cannot be made of pages of {len(groups)} municipalities")
    further = read_examples(also, taxonomy)
    fold_of = folds(examples, count)
    judged: dict[int, Judged] = {}
    for fold in range(count):
        rest = [example for example, own in zip(examples, fold_of, strict=True) if own != fold]
        judged_now = {example.group for example, own in zip(examples, fold_of, strict=True) if own == fold}
        rest += [example for example in further if example.group not in judged_now]
        models = train(_labelled(rest, taxonomy), taxonomy, sayings)
        for index, own in enumerate(fold_of):
            if own == fold:
                judged[index] = judge(rows[index], taxonomy, _by(examples[index].view.page, models))
        progress(len(judged))
    return report_on([judged[index] for index in sorted(judged)])


def _labelled(examples: Sequence[Example], taxonomy: Taxonomy) -> list[Example]:
    """Those with a kind of page to learn; the others are only judged."""
    return [example for example in examples if example.page_type in taxonomy.page_types]


def _by(page: Page, models: Models) -> Examine:
    """What judges a page that has been read already, with the models of its fold."""
    return lambda _, taxonomy: examine_page(page, taxonomy, models=models)
