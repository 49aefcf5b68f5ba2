"""What the stages have of a cluster that the user named: hands for an analysis, and places for child processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuntatutka.progress import Talk
from study import StudyFolder, counted

if TYPE_CHECKING:
    from kuntatutka.cluster import Cluster, ClusterChildren, ClusterCrew
    from kuntatutka.cluster.worker import Introduced


@dataclass(frozen=True, slots=True)
class AtCluster:
    """A cluster that was found fit for a study."""

    cluster: Cluster
    introduced: tuple[Introduced, ...]

    @property
    def crew(self) -> ClusterCrew:
        """Who does units of an analysis there."""
        from kuntatutka.cluster import ClusterCrew

        return ClusterCrew(self.cluster)

    def children(self, study: StudyFolder) -> ClusterChildren:
        """Who runs programs there."""
        from kuntatutka.cluster import ClusterChildren

        return ClusterChildren(self.cluster, study.state / "logs", self.introduced)


@contextmanager
def at_cluster(
    address: str, study: StudyFolder, talk: Talk, *, needs_locks: bool = False
) -> Iterator[AtCluster | None]:
    """The cluster at an address, held against this machine; None where the user named none.

    Whoever crawls or audits needs a folder that keeps locks between machines: sites are shared by them.
    """
    if not address:
        yield None
        return
    from kuntatutka.cluster import open_cluster

    with open_cluster(address, study) as cluster:
        introduced = cluster.check(needs_locks=needs_locks)
        machines = counted(len({told.machine for told in introduced}), "machine")
        talk.note(f"Cluster {address}: {counted(len(introduced), 'worker')} on {machines}")
        yield AtCluster(cluster, introduced)
