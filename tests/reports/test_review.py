"""The review page: its queue, a cell, decisions by form; asked as a browser asks, without a network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from reports.review.desk import Desk, open_desk
from reports.review.queue import Filters, rows
from reports.review.worth import REASONS, QueueCell, ordered, weigh
from study import (
    Action,
    ReaderAnswer,
    StudyFolder,
    UserError,
    append_decisions,
    decisions_file,
    draw_control,
    read_decisions,
    write_table,
)
from tests.review_desk import TOKEN, Browser, first, replaces

ROOT = Path(__file__).parents[2]


@pytest.fixture
def study(six: StudyFolder, tmp_path: Path) -> StudyFolder:
    shutil.copytree(six.root, tmp_path / "study")
    return StudyFolder(tmp_path / "study")


@pytest.fixture
def desk(study: StudyFolder) -> Desk:
    return open_desk(study, "Aino")


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return Browser(desk)


def test_the_queue_says_what_to_look_at_and_why(browser: Browser, desk: Desk) -> None:
    page = browser.page()
    assert "What to look at" in page
    assert "moves a figure" in page
    assert desk.taxonomy.services[rows(desk, Filters())[0].cell.service].name.get("en") in page
    assert rows(desk, Filters())[0].cell.service in browser.page("?page=²")  # no number: the first page
    for language, words in (("fi", "Mitä kannattaa katsoa"), ("sv", "Vad som bör granskas")):
        assert words in Browser(desk, language).page()


def test_one_key_s_form_confirms_and_leads_to_the_next_cell(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    order = [row.cell.key for row in rows(desk, Filters())]
    for place in range(3):
        code, service = order[place]
        leads = browser.send(f"cell/{code}/{service}", action="confirm", replaces="")
        assert leads.split("?")[0].endswith("/".join(("cell", *order[place + 1])))
    kept = read_decisions(study.review).decisions
    assert [(d.municipality_code, d.service_id, d.action, d.reviewer) for d in kept] == [
        (*key, Action.CONFIRM, "Aino") for key in order[:3]
    ]
    assert all(d.new == d.old for d in kept)
    seen = [desk.cells[d.municipality_code, d.service_id].basis.partition(".")[0] for d in kept]
    assert [d.seen_finding for d in kept] == seen
    assert "Confirmed" in browser.page(leads.removeprefix(f"/{TOKEN}/en/"))


def test_a_correction_has_everything_that_was_chosen(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    cell = first(desk)
    product = next(p for p in desk.taxonomy.products.values() if p.is_counted)
    browser.send(
        f"cell/{cell.code}/{cell.service}",
        action="correct", replaces="", state="found", best_url="https://www.example.org/page",
        product=[product.name, ""], log_in="account", reason="other-page", note="seen\nby me",
        **{"channel-digital": ["e-form", "no-such-kind"], "channel-phone": "offered"},
    )  # fmt: skip
    (decision,) = read_decisions(study.review).decisions
    assert decision.new.channels == ("digital:e-form", "phone")
    assert (decision.new.best_url, decision.new.products) == ("https://www.example.org/page", (product.id,))
    assert (decision.new.log_in, decision.reason, decision.note) == ("account", "other-page", "seen by me")
    assert "corrected by Aino" in browser.page(f"cell/{cell.code}/{cell.service}")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"state": "maybe"}, "Choose a state"),
        ({"state": "found", "best_url": "javascript:alert(1)"}, "no web address"),
        ({"state": "found", "product": "No Such Product"}, "no product of that name"),
        ({"state": "found", "best_url": "https://a.example/", "replaces": "000000000000"}, "decided in the meantime"),
        ({"state": "found", "channel-phone": "offered"}, "Found, but where? Give the best page, or choose a reason"),
    ],
)
def test_what_makes_no_decision_is_told_and_keeps_nothing(
    browser: Browser, desk: Desk, study: StudyFolder, form: dict[str, str], told: str
) -> None:
    cell = first(desk)
    sent = {"action": "correct", "replaces": "", **form}
    status, _, page = browser.ask(f"/{TOKEN}/en/cell/{cell.code}/{cell.service}", sent)
    assert (status, told in unescape(page)) == (409, True)
    assert not decisions_file(study.review).exists()


def test_what_a_sure_machine_found_is_not_denied_without_a_reason(browser: Browser, desk: Desk) -> None:
    cells = [cell for cell in desk.queue if cell.state == "found"]
    sure = next(cell for cell in cells if cell.verification == "automatic")
    path, denied = f"cell/{sure.code}/{sure.service}", {"action": "correct", "replaces": "", "state": "not-found"}
    status, _, page = browser.ask(f"/{TOKEN}/en/{path}", denied)
    page = unescape(page)
    assert (status, "The machine is sure that this is offered" in page) == (409, True)
    # The form is open with what was chosen, and asks for the reason.
    assert re.search(r'id="correct"[^>]* open>', page)
    assert re.search(r'value="not-found" checked', page)
    assert re.search(r'name="reason" autofocus', page)
    browser.send(path, **denied, reason="outdated")
    said = desk.book.in_force[sure.code, sure.service, ""]
    assert (said.action, said.reason) == (Action.CORRECT, "outdated")
    doubted = next((cell for cell in cells if cell.verification == "uncertain"), None)
    if doubted is not None:
        browser.send(f"cell/{doubted.code}/{doubted.service}", **denied)


def test_what_was_written_stands_in_the_form_where_it_is_refused(browser: Browser, desk: Desk) -> None:
    cell = first(desk)
    sent = {"action": "correct", "replaces": "", "state": "found", "best_url": "nowhere", "product": "Strange One",
            "channel-phone": "offered", "note": "my words", "reason": "other-page", "log_in": "bank"}  # fmt: skip
    page = unescape(browser.ask(f"/{TOKEN}/en/cell/{cell.code}/{cell.service}", sent)[2])
    for kept in ('value="nowhere"', 'value="Strange One"', 'value="my words"', 'value="other-page" selected'):
        assert kept in page
    assert re.search(r'name="channel-phone" value="offered" checked', page)


def test_a_note_decides_nothing_and_is_shown_to_whoever_looks_next(
    browser: Browser, desk: Desk, study: StudyFolder
) -> None:
    cell = first(desk)
    path = f"cell/{cell.code}/{cell.service}"
    browser.send(path, action="confirm", replaces="")
    mine = desk.book.in_force[cell.code, cell.service, ""]
    assert path in browser.send(f"{path}/note", note="Two pages: ask Bo.")
    assert desk.book.in_force[cell.code, cell.service, ""] == mine
    other = Browser(open_desk(study, "Bo"))
    for page in ("?show=noted", path):
        assert "Two pages: ask Bo." in other.page(page)
    [noted] = [d for d in read_decisions(study.review).decisions if d.action is Action.NOTE]
    # Others' notes stay; one's own are taken back, and a decision's undoing leaves them.
    assert other.ask(f"/{TOKEN}/en/{path}/note", {"take": noted.id})[0] == 409
    assert other.ask(f"/{TOKEN}/en/{path}/note", {"note": " "})[0] == 409
    browser.send("undo")
    assert desk.book.in_force == {}
    assert desk.notes(*cell.key) == (noted,)
    browser.send(f"{path}/note", take=noted.id)
    assert desk.notes(*cell.key) == ()
    assert desk.is_open(cell)
    # A second reader sees no note of a first one.
    browser.send(f"{path}/note", note="Hidden")
    browser.send(path, action="confirm", replaces="")
    assert "Hidden" not in Browser(open_desk(study, "Bo", share=1.0)).page(path)


def test_a_cell_that_is_not_there_and_a_language_that_is_none(browser: Browser) -> None:
    assert browser.ask(f"/{TOKEN}/en/cell/999/none")[0] == 404
    assert browser.ask(f"/{TOKEN}/en/cell/999/none", {"action": "confirm"})[0] == 404
    assert browser.ask(f"/{TOKEN}/xx/")[0] == 404
    assert browser.ask(f"/{TOKEN}/static/app.py")[0] == 404


def test_the_page_stays_light_beside_archived_pages(browser: Browser) -> None:
    status, _, style = browser.ask(f"/{TOKEN}/static/review.css")
    assert status == 200
    assert "prefers-color-scheme" not in style


def test_the_last_decision_is_taken_back(browser: Browser, desk: Desk) -> None:
    cell = first(desk)
    path = f"cell/{cell.code}/{cell.service}"
    browser.send(path, action="cannot-judge", replaces="")
    assert not desk.is_open(cell)
    assert path in browser.send("undo")
    assert desk.is_open(cell)
    assert browser.send("undo").endswith("/en/")


def test_what_another_program_writes_is_seen_and_not_overruled_unseen(
    browser: Browser, desk: Desk, study: StudyFolder
) -> None:
    cell = first(desk)
    path = f"cell/{cell.code}/{cell.service}"
    other = open_desk(study, "Bo")
    Browser(other).send(path, action="cannot-judge", replaces="")
    assert browser.ask(f"/{TOKEN}/en/{path}", {"action": "confirm", "replaces": ""})[0] == 409
    page = browser.page(path)
    assert "Bo: cannot be judged" in page
    browser.send(path, action="confirm", replaces=replaces(page))
    assert desk.book.in_force[cell.code, cell.service, ""].reviewer == "Aino"
    assert desk.book.disputed == set()


def test_a_changed_basis_is_asked_again_with_both_values(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    cell = first(desk)
    browser.send(f"cell/{cell.code}/{cell.service}", action="confirm", replaces="")
    assert not desk.is_open(cell)
    cell.basis = "other.page"
    assert rows(desk, Filters())[0].cell is cell
    page = browser.page(f"cell/{cell.code}/{cell.service}")
    assert "has changed since this was decided" in page
    assert "Now, by the machine" in page


def test_two_answers_are_asked_first_and_settled(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    cell = first(desk)
    path = f"cell/{cell.code}/{cell.service}"
    browser.send(path, action="confirm", replaces="")
    mine = read_decisions(study.review).decisions[0]
    hers = replace(
        mine, id="0123456789ab", reviewer="Bo", action=Action.CANNOT_JUDGE, decided_at=mine.decided_at + timedelta(1)
    )
    append_decisions(study.review, [hers])
    assert "two answers" in browser.page()
    assert rows(desk, Filters())[0].cell is cell
    page = browser.page(path)
    assert "Two people decided this differently" in page
    browser.send(path, action="confirm", replaces=replaces(page))
    assert desk.book.disputed == set()
    assert read_decisions(study.review).decisions[-1].role == "settled"


@pytest.mark.parametrize("name", ["municipality", "theme", "service", "channel", "state", "why", "show", "reviewer"])
def test_filters_leave_what_fits(browser: Browser, desk: Desk, name: str) -> None:
    cell = first(desk)
    browser.send(f"cell/{cell.code}/{cell.service}", action="confirm", replaces="")
    value = {
        "municipality": cell.code, "theme": cell.theme, "service": cell.service, "channel": "phone", "state": "found",
        "why": "control", "show": "decided", "reviewer": "Aino",
    }[name]  # fmt: skip
    more = {"show": "all"} if name == "reviewer" else {}
    found = rows(desk, Filters.of({name: value, **more}))
    assert 0 < len(found) < len(desk.cells)
    assert f"{len(found)} cell" in browser.page(f"?{urlencode({name: value, **more})}")


def test_the_frame_waits_for_its_width_so_that_the_proof_is_in_sight(browser: Browser, desk: Desk) -> None:
    [frame] = re.findall(r"<iframe[^>]*>", browser.page("cell/" + "/".join(first(desk).key)))
    assert 'loading="lazy"' in frame
    assert "#kuntatutka-proof" in frame


def test_a_cell_is_found_by_the_names_of_municipality_and_service_in_any_language(desk: Desk) -> None:
    place = next(iter(desk.names.values()))
    service = desk.taxonomy.services[desk.queue[0].service]
    words = f"{place.name_sv or place.name_fi} {service.name.get('sv')}"
    found = rows(desk, Filters(find=words.upper(), show="all"))
    assert (place.code, service.id) in {row.cell.key for row in found}
    assert len(found) < len(desk.queue) / 10
    assert rows(desk, Filters(find="no such place")) == []
    assert "find=" in Filters(find="x y").query


def test_what_was_read_twice_on_a_page_is_shown_once(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    cell = first(desk)
    own = desk.evidence(*cell.key)[0]
    rows_ = [*study.read("channel_evidence"), replace(own, target_url="https://other.example/x")]
    write_table(study.findings / "channel_evidence.parquet", type(own), rows_)
    page = Browser(open_desk(study, "Aino")).page(f"cell/{cell.code}/{cell.service}")
    assert page.count(f"<blockquote>{own.snippet}") == browser.page(f"cell/{cell.code}/{cell.service}").count(
        f"<blockquote>{own.snippet}"
    )
    assert "other.example/x" in page


def test_a_product_filter_shows_the_cells_behind_which_it_was_seen(desk: Desk) -> None:
    product, cells = next((p, c) for p, c in sorted(desk.product_cells.items()) if c & desk.cells.keys())
    assert {row.cell.key for row in rows(desk, Filters(product=product))} == cells & desk.cells.keys()


def test_a_host_without_a_product_gets_one_for_all_its_links(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    host = desk.unknown[0].host
    product = next(p for p in desk.taxonomy.products.values() if p.is_counted)
    assert host in browser.page("hosts")
    browser.send("host", host=host, product=product.name, replaces="")
    (decision,) = read_decisions(study.review).decisions
    assert (decision.host, decision.new.products) == (host, (product.id,))
    assert browser.ask(f"/{TOKEN}/en/host", {"host": "evil.example", "product": product.id})[0] == 404
    desk.draft = lambda name: f'id = "{name}"'
    assert f'id = "{host}"' in browser.page(f"draft?host={quote(host)}")


def test_a_statement_can_be_named(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    cell = first(desk)
    browser.send(f"statement/{cell.code}", statement="https://www.example.org/s", service=cell.service, replaces="")
    (decision,) = read_decisions(study.review).decisions
    assert (decision.municipality_code, decision.service_id) == (cell.code, "")
    assert decision.new.statement == "https://www.example.org/s"


def test_one_answer_serves_the_cells_with_the_same_e_service(browser: Browser, desk: Desk, study: StudyFolder) -> None:
    host, keys = next(
        (h, k) for h, k in sorted(desk.cells_of_host.items()) if h and len(set(k) & desk.cells.keys()) > 2
    )
    code, service = next(key for key in keys if key in desk.cells)
    page = browser.page(f"cell/{code}/{service}")
    if host in page:
        form = {"channel-digital": "booking", "state": "found", "log_in": "bank", "alike": "1", "reason": "product"}
        browser.send(f"cell/{code}/{service}", action="correct", replaces="", **form)
        kept = read_decisions(study.review).decisions
        assert len(kept) > 1
        assert {d.new.log_in for d in kept} == {"bank"}


def test_the_frame_says_that_evidence_is_missing(browser: Browser, desk: Desk) -> None:
    cell = next(c for c in desk.queue if desk.served(c.code, c.service))
    url = desk.served(cell.code, cell.service)[0].url
    page = browser.page(f"archived/{cell.code}?{urlencode({'url': url, 'service': cell.service})}")
    assert "is missing. Put the file back" in page or "was not archived" in page
    assert "was not archived" in browser.page(f"archived/{cell.code}?url=https://nowhere.example/")


def test_a_study_without_findings_is_told_what_to_run(study: StudyFolder) -> None:
    shutil.rmtree(study.findings)
    with pytest.raises(UserError, match="there are no findings to review yet"):
        open_desk(study, "Aino")


def test_the_control_sample_is_the_same_for_everybody_and_comes_every_tenth() -> None:
    cells = [QueueCell(f"{n:03}", "t", "s", "found", 0.5 + n / 400, ("phone",), "uncertain", "a.b") for n in range(200)]
    control = draw_control((c.key for c in reversed(cells)), 10)
    assert control == draw_control((c.key for c in cells), 10)
    weigh(cells, control)
    order = ordered(cells, {})
    assert [n for n, c in enumerate(order) if c.is_control] == [9, 19, 29, 39, 49, 59, 69, 79, 89, 99]
    others = [c.confidence for c in order if not c.is_control]
    assert others[0] == min(c.confidence or 1 for c in cells if not c.is_control)


def test_what_others_say_differently_comes_before_what_is_sure() -> None:
    cells = [QueueCell(str(n), "t", "s", "found", 0.99, ("phone",), "automatic", "a.b") for n in range(4)]
    cells[2].differs = ("register",)
    weigh(cells, frozenset())
    assert ordered(cells, {})[0] is cells[2]
    assert ordered(cells, {("3", "s"): "asked-again"})[0] is cells[3]
    assert set(cells[2].reasons) <= set(REASONS)


def test_where_a_language_model_says_otherwise_people_look_first_and_read_its_reason(study: StudyFolder) -> None:
    before = open_desk(study, "Aino")
    last = before.queue[-1]
    answer = ReaderAnswer(
        municipality_code=last.code,
        service_id=last.service,
        model="m",
        prompt_version="v",
        url="http://x.example/page",
        state="not-found",
        quote="Only <b>last</b> year.",
        channels=(),
        why="It reports on the past.",
        void="",
        machine_state="found",
        machine_verification="uncertain",
        is_current=True,
        agrees=False,
    )
    write_table(study.findings / "reader_answers.parquet", ReaderAnswer, [answer])
    desk = open_desk(study, "Aino")
    assert desk.queue[0].key == last.key
    assert desk.queue[0].reasons[0] == "reader"
    page = Browser(desk).page(f"cell/{last.code}/{last.service}")
    assert "A language model (m) read" in page
    assert "It reports on the past." in page


def test_opening_loads_nothing_that_takes_long(study: StudyFolder) -> None:
    """Each of these takes a fifth of a second or more; the page opens in one."""
    code = (
        "import sys; from pathlib import Path; import reports.review.server; from reports.review import open_desk; "
        "from study import StudyFolder; open_desk(StudyFolder(Path(sys.argv[1])), 'Aino'); "
        "print(*sorted({'pandas', 'analysis', 'pyarrow.dataset', 'krippendorff'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(study.root)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
