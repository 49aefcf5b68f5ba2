"""The sample of pages that an audit visits: drawn by the analysis, visited by the crawler, one file between them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import UserError, storage_errors


@dataclass(frozen=True, slots=True)
class SampledPage:
    """A page of the sample: its address and why it is in it.

    `reason` is front, hub, contact, search, statement, service, landing, form or random; `detail` names the service or
    the product. `is_own` tells a page of the municipality from one of an e-service that it uses.
    """

    url: str
    reason: str
    detail: str = ""
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """The sample of one municipality. `basis` says which crawl it was drawn from; a new crawl means a new audit."""

    code: str
    pages: tuple[SampledPage, ...]
    seed: int = 1
    basis: str = ""

    @property
    def digest(self) -> str:
        """The same for the same sample of the same crawl."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def write_audit_plan(path: Path, plan: AuditPlan) -> None:
    """Keep a plan; raises StorageError."""
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(plan), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_audit_plan(path: Path) -> AuditPlan:
    """A plan that was kept; raises UserError where it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        pages = tuple(SampledPage(**page) for page in data.pop("pages"))
        return AuditPlan(pages=pages, **data)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"{path}: is not the sample of an audit.", "Run `kuntatutka audit` on the study.") from error
