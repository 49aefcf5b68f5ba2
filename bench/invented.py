"""Invents a study of any number of municipalities, so that reports are tested and measured without crawling anything.

    python bench/invented.py FOLDER 30

The municipalities and services are the country's own, the findings are made up and the same every time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.fold.market import service_products
from bench.invented_rest import START, chance, make, path, rest
from study import (
    CHANNELS,
    TABLES,
    AccessibilityPage,
    AccessibilityStatement,
    AccessibilityViolation,
    CellPage,
    ChannelEvidence,
    CrawlStatus,
    FailureReason,
    MunicipalityStatus,
    PageRecord,
    PageService,
    ServiceFinding,
    State,
    StateReason,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    UnknownEservice,
    VendorHit,
    Verification,
    create_study,
    write_table,
)
from taxonomy import Municipality, Taxonomy, load_taxonomy

SNIPPETS = {
    "digital": "Täytä hakemus sähköisessä asiointipalvelussa.",
    "phone": "Soita asiakaspalveluun 0100 100 100, arkisin klo 9–15.",
    "on-site": "Käyntiosoite: Kirkkokatu 1, avoinna ma–pe 9–15.",
    "printable-form": "Tulosta lomake (pdf) ja palauta se kirjaamoon.",
    "email": "Lähetä hakemus osoitteeseen maija.meikalainen@kunta.example.",
}


class Inventor:
    """Invents the tables of a study with `n` municipalities: of every `of`, one blocked, one partial, others complete.

    `full` invents the tables as well that an older study may lack.
    """

    def __init__(
        self, n: int, *, all_failed: bool = False, audited: bool = True, full: bool = False, of: int = 6
    ) -> None:
        self.taxonomy: Taxonomy = load_taxonomy("fi")
        order = sorted(self.taxonomy.municipalities.values(), key=lambda m: -m.population)
        self.chosen: list[Municipality] = order[:n]
        self.all_failed, self.audited, self.full, self.of = all_failed, audited, full, of
        self.rows: dict[str, list[object]] = {name: [] for name in TABLES}
        for index, municipality in enumerate(self.chosen):
            self._municipality(index, municipality)
        if full:
            counted = {p.id for p in self.taxonomy.products.values() if p.is_counted}
            made = service_products(self.rows["service_findings"], self.rows["vendor_hits"], counted)  # type: ignore[arg-type]
            self.rows["service_products"].extend(made)

    def _status(self, index: int) -> tuple[CrawlStatus, FailureReason | None]:
        if self.all_failed:
            return CrawlStatus.FAILED, FailureReason.DNS
        if index % self.of == 3:
            return CrawlStatus.BLOCKED, FailureReason.ROBOTS
        if index % self.of == 5:
            return CrawlStatus.PARTIAL, FailureReason.BUDGET
        return CrawlStatus.COMPLETE, None

    def _municipality(self, index: int, m: Municipality) -> None:
        status, reason = self._status(index)
        read = status in (CrawlStatus.COMPLETE, CrawlStatus.PARTIAL)
        self.rows["municipalities"].append(
            make(
                MunicipalityStatus,
                code=m.code,
                name_fi=m.name.get("fi"),
                name_sv=m.name.get("sv"),
                region=m.region,
                population=m.population,
                size_class=m.size_class,
                website=f"https://www.kunta{m.code}.example/",
                status=status,
                pages_fetched=320 + index if read else 0,
                crawled_from=START + timedelta(days=index) if read else None,
                crawled_to=START + timedelta(days=index, hours=3) if read else None,
                status_reason=reason,
                status_detail="",
                requests_failed=4 if read else 1,
            )
        )
        base = f"https://www.kunta{m.code}.example"
        for service in self.taxonomy.services.values():
            self._cell(index, m, base, service.id, service.theme, status)
        if read:
            self._page(m, f"{base}/asiointi", "hub", "Asiointi", 1)
            for n in range(20):
                self.rows["page_services"].append(
                    make(
                        PageService,
                        municipality_code=m.code,
                        url=f"{base}/asiointi",
                        service_id=list(self.taxonomy.services)[n],
                        theme_id="administration",
                        score=0.5,
                        is_primary=False,
                        matched_terms=(),
                    )
                )
            self._accessibility(index, m, base)
            if self.full:
                rest(self.rows, self.taxonomy, m, base)

    def _page(self, m: Municipality, url: str, kind: str, title: str, depth: int) -> None:
        self.rows["pages"].append(
            make(
                PageRecord,
                municipality_code=m.code,
                url=url,
                final_url=url,
                status=200,
                content_type="text/html",
                fetched_at=START + timedelta(hours=1),
                title=title,
                language="fi",
                page_type=kind,
                depth=depth,
                warc_file=f"{m.code}-00001.warc.gz",
                warc_offset=1000 + len(self.rows["pages"]) * 311,
                sha256="0" * 64,
            )
        )

    def _cell(self, index: int, m: Municipality, base: str, service: str, theme: str, status: CrawlStatus) -> None:
        outside = self.taxonomy.services[service].responsible_on(date(2026, 10, 5), m.code) != "municipality"
        roll = chance(m.code, service)
        state, reason = State.FOUND, None
        if outside:
            state, reason = State.NOT_EXAMINED, StateReason.OTHER_RESPONSIBLE
        elif status is CrawlStatus.FAILED:
            state, reason = State.NOT_EXAMINED, StateReason.CRAWL_FAILED
        elif status is CrawlStatus.BLOCKED:
            state, reason = State.BLOCKED, StateReason.ROBOTS
        elif roll < 0.14:
            state, reason = (
                (State.NOT_EXAMINED, StateReason.BUDGET)
                if status is CrawlStatus.PARTIAL
                else (State.NOT_FOUND, StateReason.SEARCHED)
            )
        found = state is State.FOUND
        ease = chance("service", service)
        channels = tuple(
            c
            for c in CHANNELS
            if found
            and chance(m.code, service, c)
            < {"digital": 0.35 + 0.6 * ease, "phone": 0.45, "on-site": 0.3, "printable-form": 0.35, "email": 0.3}[c]
        )
        url = f"{base}/palvelut/{service}"
        digital = "digital" in channels
        judged = state in (State.FOUND, State.NOT_FOUND)

        def offered(channel: str) -> bool | None:
            return channel in channels if judged else None

        verification = Verification.CONFIRMED if found and roll > 0.97 else Verification.AUTOMATIC
        self.rows["service_findings"].append(
            make(
                ServiceFinding,
                municipality_code=m.code,
                theme_id=theme,
                service_id=service,
                state=state,
                state_reason=reason,
                pages_read=320 if judged else 0,
                best_url=url if found else None,
                confidence=round(0.6 + 0.4 * roll, 3) if judged else None,
                click_depth=1 + int(roll * 4) if found else None,
                channels=tuple(sorted(channels)),
                digital=offered("digital"),
                phone=offered("phone"),
                on_site=offered("on-site"),
                printable_form=offered("printable-form"),
                email=offered("email"),
                maturity=(4 + (roll > 0.5) if digital else 3 if "printable-form" in channels else 2 if channels else 1)
                if found
                else (0 if state is State.NOT_FOUND else None),
                authentication=("suomi.fi" if roll > 0.6 else "none" if roll > 0.4 else "unknown") if digital else None,
                verification=verification,
                rule="strong-evidence" if found else "gap",
                languages=("fi", "sv") if found and roll > 0.5 else ("fi",) if found else (),
                language_gaps=("sv:phone",) if found and roll > 0.9 else (),
                path_quality=("portal-root" if roll > 0.7 else "deep-link") if digital else None,
                maturity_reason="digital: e-form" if digital else ", ".join(channels),
            )
        )
        if found:
            self._page(m, url, "service", self.taxonomy.services[service].name.get("fi"), 2)
            self.rows["cell_pages"].append(CellPage(m.code, service, url, "strong", True))
        for channel in channels:
            self._proofs(m, service, channel, url, roll)

    def _proofs(self, m: Municipality, service: str, channel: str, url: str, roll: float) -> None:
        target = {"digital": f"https://asiointi.example/{m.code}/{service}", "printable-form": f"{url}/lomake.pdf"}.get(
            channel
        )
        subtype = {"digital": "e-form", "printable-form": "static", "phone": "direct", "on-site": "office"}.get(
            channel, ""
        )
        self.rows["channel_evidence"].append(
            make(
                ChannelEvidence,
                municipality_code=m.code,
                service_id=service,
                channel=channel,
                subtype=subtype,
                url=url,
                target_url=target,
                snippet=SNIPPETS[channel],
                cue="täytä hakemus",
                confidence=round(0.5 + roll / 2, 3),
                warc_file=f"{m.code}-00001.warc.gz",
                warc_offset=20480 + int(roll * 10**6),
            )
        )
        if channel != "digital":
            return
        if self.full:
            self.rows["eservice_paths"].append(path(m, service, url, target or "", roll))
        counted = [p for p in self.taxonomy.products.values() if p.is_counted]
        fitting = [counted[int(chance("candidate", service, n) * len(counted))] for n in range(3)]
        if chance("product", m.code, service) < 0.75:
            product = fitting[int(chance("which", m.code, service) ** 2 * 3)]
            self.rows["vendor_hits"].append(
                make(
                    VendorHit,
                    municipality_code=m.code,
                    service_id=service,
                    product_id=product.id,
                    vendor=product.vendor_on(START.date()),
                    owner_type=product.owner_type,
                    category=product.category,
                    evidence_type="host",
                    url=url,
                    target=f"https://{product.id}.example/",
                )
            )
        elif chance("unknown", m.code, service) < 0.4:
            host = f"asiointi{int(chance('host', service) * 6)}.example"
            self.rows["unknown_eservices"].append(
                make(
                    UnknownEservice,
                    municipality_code=m.code,
                    service_id=service,
                    host=host,
                    url=url,
                    target_url=f"https://{host}/{service}",
                )
            )

    def _accessibility(self, index: int, m: Municipality, base: str) -> None:
        found = index % 5 != 4
        if found:
            self._page(m, f"{base}/saavutettavuusseloste", "statement", "Saavutettavuusseloste", 2)
        self.rows["accessibility_statements"].append(
            make(
                AccessibilityStatement,
                municipality_code=m.code,
                url=f"{base}/saavutettavuusseloste" if found else None,
                found=found,
                assessed_on=date(2024 + index % 3, 3, 1) if found else None,
                compliance=("partial", "full", "unstated")[index % 3] if found else None,
                feedback_channel="email" if found else None,
                enforcement_body="Traficom"
                if index % 2 and found
                else ("Etelä-Suomen aluehallintovirasto" if found else None),
                problems=("feedback-channel", "supervisory-authority")[: index % 3] if found else (),
            )
        )
        if not self.audited:
            return
        for n in range(8):
            url = f"{base}/sivu{n}"
            bad = chance(m.code, n) < 0.6
            self.rows["accessibility_pages"].append(
                make(
                    AccessibilityPage,
                    municipality_code=m.code,
                    url=url,
                    engine="axe-core",
                    engine_version="4.12.1",
                    violations=2 if bad else 0,
                    incomplete=1,
                    passes=40,
                    audited_at=START,
                    error=None,
                    is_own=self.full,
                    wcag_violations=(2 if bad else 0) if self.full else None,
                )
            )
            for rule, impact in (("color-contrast", "serious"), ("image-alt", "critical"))[: 2 if bad else 0]:
                self.rows["accessibility_violations"].append(
                    make(
                        AccessibilityViolation,
                        municipality_code=m.code,
                        url=url,
                        rule_id=rule,
                        impact=impact,
                        wcag=("1.4.3",),
                        level="AA" if self.full else "",
                        nodes=3,
                        selector="a.btn",
                        html="<a class=btn>",
                    )
                )

    def write(
        self,
        root: Path,
        title: str = "Kuntien digitaaliset palvelut 2026",
        year: int = 2026,
        metadata: Mapping[str, str] | None = None,
    ) -> StudyFolder:
        """The study folder with these tables; `metadata` say what they were made by."""
        config = StudyConfig(study=StudySection(title=title, year=year))
        places = tuple(
            StudyMunicipality(
                m.code, m.name.get("fi"), m.website, m.name.get("sv"), population=m.population, size_class=m.size_class
            )
            for m in self.chosen
        )
        folder = create_study(root, config, places)
        for name, table in TABLES.items():
            if table.is_contract or self.full or self.rows[name]:
                write_table(folder.findings / f"{name}.parquet", table.record, self.rows[name], metadata)
        return folder


def main() -> None:
    """Write a study with invented findings into a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("municipalities", type=int)
    parser.add_argument("--of", type=int, default=15, help="of so many one is blocked and one partial")
    parser.add_argument("--title", default="", help="title of the study")
    given = parser.parse_args()
    Inventor(given.municipalities, full=True, of=given.of).write(given.folder, given.title)
    print(given.folder)


if __name__ == "__main__":
    main()
