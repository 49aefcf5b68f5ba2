"""From raw axe results in the evidence to the rows of both tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analysis.fold.accessibility import accessibility_rows, criteria_of, level_of, selector_of
from analysis.fold.index import index_evidence
from study import AccessibilityPage, AccessibilityViolation, AuditPlan, SampledPage, WarcWriter, key_of

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ENGINE = {"name": "axe-core", "version": "4.12.1", "sha256": "84494f", "tags": ["wcag2a", "wcag22aa"]}
CONTRAST = ["cat.color", "wcag2aa", "wcag143", "ACT"]


def node(html: str, *target: Any) -> dict[str, Any]:
    return {"html": html, "target": list(target), "any": [], "all": [], "none": []}


def rule(rule_id: str, tags: list[str], *nodes: dict[str, Any], impact: str = "serious") -> dict[str, Any]:
    return {"id": rule_id, "impact": impact, "tags": tags, "nodes": list(nodes)}


def result(
    plan: AuditPlan, page: SampledPage, *violations: dict[str, Any], error: str = "", **more: Any
) -> dict[str, Any]:
    axe = {
        "violations": list(violations), "incomplete": [rule("bypass", ["wcag2a", "wcag241"], node("<a>", "a"))],
        "passes": ["document-title", "html-has-lang"], "inapplicable": ["blink"],
    }  # fmt: skip
    sampled = {"url": page.url, "reason": page.reason, "detail": page.detail, "is_own": page.is_own}
    found = {"axe": None if error else axe, "error": error, "engine": ENGINE, "plan": plan.digest, "page": sampled}
    return {**found, **more}


def evidence(tmp_path: Path, plan: AuditPlan, results: list[tuple[str, dict[str, Any]]]) -> Any:
    with WarcWriter(tmp_path, plan.code) as writer:
        sample = [{"url": p.url, "reason": p.reason, "detail": p.detail, "is_own": p.is_own} for p in plan.pages]
        writer.write_json("audit-sample", {"plan": plan.digest, "pages": sample}, at=AT)
        for url, data in results:
            writer.write_json("axe", data, url=url, at=AT)
    return index_evidence(sorted(tmp_path.glob("*.warc.gz"))).audits


def plan_of(*paths: str, **more: Any) -> AuditPlan:
    return AuditPlan("901", tuple(SampledPage(f"https://a.example/{path}", "service", **more) for path in paths))


def test_outcomes_stay_apart_and_the_engine_is_named(tmp_path: Path) -> None:
    plan = plan_of("1", detail="boat-berth")
    found = rule("color-contrast", CONTRAST, node("<p>", "p"), node("<b>", "b"))
    data = result(plan, plan.pages[0], found, facts={"bytes": 1200, "requests": 3, "third_party_requests": 1})
    pages, violations = accessibility_rows("901", evidence(tmp_path, plan, [(plan.pages[0].url, data)]))
    (page,) = pages
    assert (page.violations, page.incomplete, page.passes, page.inapplicable) == (1, 1, 2, 1)
    assert (page.engine, page.engine_version, page.engine_sha256) == ("axe-core", "4.12.1", "84494f")
    assert page.engine_tags == ("wcag2a", "wcag22aa")
    assert (page.reason, page.subject, page.weight_bytes, page.error) == ("service", "boat-berth", 1200, None)
    (row,) = violations
    assert (row.rule_id, row.impact, row.wcag, row.level, row.nodes) == (
        "color-contrast",
        "serious",
        ("1.4.3",),
        "AA",
        2,
    )
    assert (row.selector, row.html) == ("p", "<p>")


def test_good_practice_is_no_wcag_violation(tmp_path: Path) -> None:
    plan = plan_of("1")
    data = result(plan, plan.pages[0], rule("region", ["best-practice"], node("<div>", "div")))
    pages, violations = accessibility_rows("901", evidence(tmp_path, plan, [(plan.pages[0].url, data)]))
    assert (pages[0].violations, pages[0].wcag_violations) == (1, 0)
    assert (violations[0].level, violations[0].wcag) == ("good-practice", ())


def test_a_page_that_failed_is_no_clean_page(tmp_path: Path) -> None:
    plan = plan_of("1", "2")
    data = result(plan, plan.pages[0], error="reloads: the page loads itself again")
    pages, violations = accessibility_rows("901", evidence(tmp_path, plan, [(plan.pages[0].url, data)]))
    assert violations == []
    assert [page.violations for page in pages] == [None, None]
    assert [(page.error or "").split(":")[0] for page in pages] == ["reloads", "not-visited"]


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        ("connection-lost", True),
        ("timeout: no answer within 30 seconds", True),
        ("http-503", True),
        ("http-404", False),
        ("robots: robots.txt asks not to open this address", False),
    ],
)
def test_a_visit_without_an_answer_does_not_undo_an_earlier_audit(tmp_path: Path, error: str, kept: bool) -> None:
    before, after = plan_of("1", "2"), plan_of("1")
    found = result(before, before.pages[0], rule("color-contrast", CONTRAST, node("<p>", "p")))
    evidence(tmp_path, before, [(before.pages[0].url, found)])
    failed = (after.pages[0].url, result(after, after.pages[0], error=error))
    pages, violations = accessibility_rows("901", evidence(tmp_path, after, [failed]))
    assert [page.violations for page in pages] == [1 if kept else None]
    assert len(violations) == int(kept)


def test_what_a_template_repeats_is_counted_over_the_pages_of_its_host(tmp_path: Path) -> None:
    plan = plan_of("1", "2", "3")
    results = []
    for number, page in enumerate(plan.pages):
        footer = node(f'<a class="logo" href="/{number}">', "footer > a:nth-child(2)")
        own = node(f'<p class="only-{page.url[-1] * 3}">', f".c{'abc'[number]} > p")
        results.append((page.url, result(plan, page, rule("link-name", ["wcag2a", "wcag244"], own, footer))))
    _, violations = accessibility_rows("901", evidence(tmp_path, plan, results))
    assert [row.template_nodes for row in violations] == [1, 1, 1]
    assert [row.template_pages for row in violations] == [3, 3, 3]
    assert len({row.group for row in violations}) == 1


def test_hosts_do_not_share_templates(tmp_path: Path) -> None:
    pages = (SampledPage("https://a.example/", "front"), SampledPage("https://b.example/", "front"))
    plan = AuditPlan("901", pages)
    results = [(p.url, result(plan, p, rule("list", ["wcag2a", "wcag131"], node("<ul>", "ul")))) for p in pages]
    _, violations = accessibility_rows("901", evidence(tmp_path, plan, results))
    assert [row.template_pages for row in violations] == [1, 1]


def test_a_repeat_that_failed_does_not_lose_the_first_result(tmp_path: Path) -> None:
    plan = plan_of("1")
    url = plan.pages[0].url
    results = [(url, result(plan, plan.pages[0])), (url, result(plan, plan.pages[0], error="timeout: slow"))]
    pages, _ = accessibility_rows("901", evidence(tmp_path, plan, results))
    assert pages[0].error is None


def test_results_of_an_older_sample_do_not_count(tmp_path: Path) -> None:
    old, new = plan_of("1"), AuditPlan("901", plan_of("1").pages, seed=2)
    with WarcWriter(tmp_path, "901") as writer:
        writer.write_json("axe", result(old, old.pages[0]), url=old.pages[0].url, at=AT)
    pages, _ = accessibility_rows("901", evidence(tmp_path, new, []))
    assert [(page.error or "").split(":")[0] for page in pages] == ["not-visited"]


def test_keys_are_unique_and_rows_sorted(tmp_path: Path) -> None:
    plan = plan_of("b", "a")
    every = [rule("list", ["wcag2a"], node("<ul>", "ul")), rule("label", ["wcag2a"], node("<input>", "input"))]
    results = [(page.url, result(plan, page, *every)) for page in plan.pages]
    pages, violations = accessibility_rows("901", evidence(tmp_path, plan, results))
    assert [page.url for page in pages] == sorted(page.url for page in pages)
    for rows, record in ((pages, AccessibilityPage), (violations, AccessibilityViolation)):
        keys = [tuple(getattr(row, name) for name in key_of(record)) for row in rows]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("tags", "criteria", "level"),
    [
        (["wcag2a", "wcag244", "wcag412"], ("2.4.4", "4.1.2"), "A"),
        (["wcag21aa", "wcag1410"], ("1.4.10",), "AA"),
        (["wcag22aa", "wcag258"], ("2.5.8",), "AA"),
        (["wcag2aaa", "wcag146"], ("1.4.6",), "AAA"),
        (["best-practice", "cat.semantics"], (), "good-practice"),
        (["wcag2a-obsolete", "wcag411"], ("4.1.1",), "good-practice"),
    ],
)
def test_criteria_and_level_come_from_the_tags(tags: list[str], criteria: tuple[str, ...], level: str) -> None:
    assert (criteria_of(tags), level_of(tags)) == (criteria, level)


def test_selectors_cross_frames_and_shadow_trees() -> None:
    assert selector_of(["iframe", ["#host", "button"]]) == "iframe >> #host >>> button"


def test_a_wide_data_table_alone_is_no_reflow_failure(tmp_path: Path) -> None:
    plan = plan_of("1", "2")
    table = {"name": "table", "is_exempt": True}
    looks = [
        {"overflow": 90, "elements": [table]},
        {"overflow": 90, "elements": [table, {"name": "div", "is_exempt": False}]},
    ]
    results = [(p.url, result(plan, p, reflow=look)) for p, look in zip(plan.pages, looks, strict=True)]
    pages, _ = accessibility_rows("901", evidence(tmp_path, plan, results))
    assert [page.overflow_pixels for page in pages] == [0, 90]
