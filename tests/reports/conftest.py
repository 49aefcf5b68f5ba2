"""Studies made of invented findings, so that the report is tested without crawling anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.invented import Inventor
from bench.invented_rest import make
from study import StudyFolder

__all__ = ["make"]


@pytest.fixture(scope="session")
def inventor() -> Callable[..., Inventor]:
    """Makes the rows of a study; change them before writing it."""
    return Inventor


@pytest.fixture(scope="session")
def six(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """A study of six municipalities, written once. Read only."""
    return Inventor(6).write(tmp_path_factory.mktemp("six") / "study")
