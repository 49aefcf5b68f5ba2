"""The scorecard of one municipality: what to do first, its peers, what they offer, accessibility, what to check.

Made from the same tables and shares as the report; one HTML page, and two to four pages on paper.
"""

from __future__ import annotations

from .card import Scorecard, scorecard
from .files import ALL, write_scorecards
from .page import scorecard_html
from .peers import SIZE, check_peers

__all__ = ["ALL", "SIZE", "Scorecard", "check_peers", "scorecard", "scorecard_html", "write_scorecards"]
