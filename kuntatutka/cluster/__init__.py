"""A Dask cluster whose machines see the study folder: how it is reached and checked, and the work that runs there.

Dask is asked for here and nowhere else, and only when a command is given `--cluster`.
"""

from __future__ import annotations

from .children import ClusterChildren
from .crew import ClusterCrew
from .link import Cluster, open_cluster

__all__ = ["Cluster", "ClusterChildren", "ClusterCrew", "open_cluster"]
