"""What municipalities declare in a service register, beside what their sites show: a second witness, never a finding.

Pure, as the rest: from evidence, taxonomy and the grid to rows; the same every time.
"""

from __future__ import annotations

from .of_study import compare_with_register
from .rows import declared_addresses

__all__ = ["compare_with_register", "declared_addresses"]
