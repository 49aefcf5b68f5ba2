"""What a maturity rests on: written as one text, read back as what was meant."""

from __future__ import annotations

import pytest

from study import CHANNELS, LOG_INS, STRONG_LOG_INS, MaturityBasis, ServiceFinding


@pytest.mark.parametrize(
    ("basis", "text"),
    [
        (MaturityBasis("automated"), "digital: automated"),
        (MaturityBasis("log-in", ("library-card",)), "digital: log-in library-card"),
        (MaturityBasis("authenticated"), "digital: authenticated"),
        (MaturityBasis("digital"), "digital"),
        (MaturityBasis("digital", ("booking", "e-form")), "digital: booking, e-form"),
        (MaturityBasis("printable-form"), "printable-form"),
        (MaturityBasis("contact", ("email", "phone")), "email, phone"),
        (MaturityBasis("information"), "information only"),
        (MaturityBasis("none"), "none found"),
    ],
)
def test_a_basis_is_read_back_from_its_text(basis: MaturityBasis, text: str) -> None:
    assert str(basis) == text
    assert MaturityBasis.of(text) == basis


def test_each_channel_has_its_column_in_the_grid() -> None:
    assert {channel.replace("-", "_") for channel in CHANNELS} <= set(ServiceFinding.__dataclass_fields__)


def test_strong_log_ins_are_the_first() -> None:
    assert set(LOG_INS[: len(STRONG_LOG_INS)]) == STRONG_LOG_INS
