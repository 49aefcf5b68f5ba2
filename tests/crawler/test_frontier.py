from __future__ import annotations

import pytest

from crawler.reading.entries import Budget, Entry, Kind
from crawler.reading.frontier import Frontier
from crawler.reading.shapes import is_dated

ROOT = "http://kunta.example"


def entry(path: str, kind: Kind = Kind.PAGE, depth: int = 1, **values: object) -> Entry:
    return Entry(f"{ROOT}{path}", kind, depth, **values)  # type: ignore[arg-type]


def take(frontier: Frontier, now: float = 0.0) -> str | None:
    found = frontier.next(now, lambda host: True)
    return found.url.removeprefix(ROOT) if found else None


def read(frontier: Frontier, now: float = 0.0) -> str | None:
    """Take the next address and settle it as read."""
    found = frontier.next(now, lambda host: True)
    if found is None:
        return None
    frontier.settle(found)
    frontier.learn(found, {}, 0)
    return found.url.removeprefix(ROOT)


def test_front_pages_then_sitemaps_then_promises_then_the_rest() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/plain"))
    frontier.offer(entry("/permit", services={"building-permit": 0.9}))
    frontier.offer(entry("/sitemap.xml", Kind.SITEMAP))
    frontier.offer(entry("/", Kind.FRONT, 0))
    frontier.offer(entry("/hub", hub=0.6))
    assert [read(frontier) for _ in range(6)] == ["/", "/sitemap.xml", "/permit", "/hub", "/plain", None]


def test_an_address_is_given_once_in_any_spelling() -> None:
    frontier = Frontier(Budget())
    assert frontier.offer(entry("/a"))
    assert not frontier.offer(entry("/a/"))
    assert not frontier.offer(Entry("https://www.kunta.example/a", Kind.PAGE, 1))
    assert frontier.knows("https://kunta.example/a")
    assert read(frontier) == "/a"
    assert not frontier.offer(entry("/a"))
    assert read(frontier) is None


def test_a_redirect_may_lead_to_another_spelling() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/a"))
    first = frontier.next(0, lambda host: True)
    assert first is not None
    frontier.settle(first, counted=False)
    assert frontier.offer(Entry("https://kunta.example/a", Kind.PAGE, 1, hops=1), redirected=True)
    assert not frontier.offer(Entry("https://kunta.example/a", Kind.PAGE, 1, hops=1), redirected=True)
    second = frontier.next(0, lambda host: True)
    assert second is not None
    assert second.url == "https://kunta.example/a"


def test_a_chain_of_redirects_ends() -> None:
    frontier = Frontier(Budget(hops=3))
    assert not frontier.offer(entry("/x", hops=4), redirected=True)
    assert frontier.refused["hops"] == 1


def test_a_better_text_for_a_queued_address_lifts_it() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/first", base=0.2))
    frontier.offer(entry("/second"))
    assert not frontier.offer(entry("/second", services={"parking-permit": 0.9}))
    assert [read(frontier), read(frontier), read(frontier)] == ["/second", "/first", None]


def test_a_service_that_was_read_is_wanted_less_unless_clearly_better() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/permit-1", services={"permit": 0.7}))
    frontier.offer(entry("/permit-2", services={"permit": 0.7}))
    frontier.offer(entry("/library", services={"library": 0.6}))
    first = frontier.next(0, lambda host: True)
    assert first is not None
    frontier.settle(first)
    frontier.learn(first, {"permit": 0.7}, 0)
    assert take(frontier) == "/library"
    frontier.offer(entry("/permit-best", services={"permit": 1.0}))
    assert take(frontier) == "/permit-best"


def test_budgets_hold_and_what_is_left_is_told() -> None:
    frontier = Frontier(Budget(pages=3, documents=1))
    for letter in "abcde":
        frontier.offer(entry(f"/{letter}", services={letter: 0.9}))
    frontier.offer(entry("/x.pdf", Kind.DOCUMENT))
    frontier.offer(entry("/y.pdf", Kind.DOCUMENT))
    assert [read(frontier) for _ in range(5)] == ["/a", "/b", "/c", None, None]
    assert [item.url.removeprefix(ROOT) for item in frontier.promising_left()] == ["/d", "/e"]
    assert frontier.unread_pages() == 2
    assert not frontier.has_pending()


def test_a_hub_near_the_front_counts_as_promising_a_plain_page_does_not() -> None:
    frontier = Frontier(Budget(pages=0))
    frontier.offer(entry("/services", hub=0.6))
    frontier.offer(entry("/deep", hub=0.6, depth=9))
    frontier.offer(entry("/plain"))
    assert [item.url for item in frontier.promising_left()] == [f"{ROOT}/services"]


def test_one_host_that_is_busy_does_not_stop_another() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/a", base=1.0))
    frontier.offer(Entry("http://other.example/b", Kind.PAGE, 1))
    found = frontier.next(0, lambda host: host == "other.example")
    assert found is not None
    assert found.url == "http://other.example/b"


def test_a_failed_address_comes_again_later_and_only_so_often() -> None:
    frontier = Frontier(Budget(attempts=2))
    frontier.offer(entry("/a"))
    first = frontier.next(0, lambda host: True)
    assert first is not None
    assert frontier.retry(first, not_before=10.0)
    assert frontier.has_pending()
    assert take(frontier, now=5.0) is None
    assert take(frontier, now=10.0) == "/a"
    assert not frontier.retry(first, not_before=20.0)


def test_a_host_that_asks_for_a_pause_gets_it() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/a"))
    frontier.hold_host("kunta.example", until=60.0)
    assert take(frontier, now=59.0) is None
    assert frontier.has_pending()
    assert take(frontier, now=60.0) == "/a"


def test_a_host_that_is_given_up_leaves_the_queue() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/a"))
    frontier.offer(Entry("http://other.example/b", Kind.PAGE, 1))
    assert [item.url for item in frontier.drop_host("kunta.example")] == [f"{ROOT}/a"]
    assert frontier.queued() == 1


def test_numbered_addresses_share_a_budget_that_grows_with_what_they_bring() -> None:
    frontier = Frontier(Budget(per_shape=5))
    for number in range(50):
        frontier.offer(entry(f"/node/{number}"))
    barren = 0
    while read(frontier) is not None:
        barren += 1
    assert barren == 5
    assert frontier.refused["pattern kunta.example/node/#"] == 45

    frontier = Frontier(Budget(per_shape=5))
    for number in range(50):
        frontier.offer(entry(f"/node/{number}"))
    fruitful = 0
    while (found := frontier.next(0, lambda host: True)) is not None:
        frontier.settle(found)
        frontier.learn(found, {f"service-{fruitful}": 0.9}, 0)
        fruitful += 1
    assert fruitful == 50


def test_dates_and_parameters_are_recognised_as_traps() -> None:
    frontier = Frontier(Budget(per_dated_shape=3, per_query=6, per_shape=4))
    for day in range(1, 29):
        frontier.offer(entry(f"/events/2026/{day}"))
        frontier.offer(entry(f"/list?page={day}"))
        frontier.offer(entry(f"/list?page={day}&sort=name"))
    paths = []
    while (path := read(frontier)) is not None:
        paths.append(path)
    assert sum(path.startswith("/events") for path in paths) == 3
    assert sum(path.startswith("/list") for path in paths) == 6


def test_a_promise_goes_further_into_a_numbered_shape() -> None:
    frontier = Frontier(Budget(per_shape=3))
    for number in range(10):
        frontier.offer(entry(f"/n/{number}"))
    for number in range(10, 14):
        frontier.offer(entry(f"/n/{number}", services={f"s{number}": 0.9}))
    paths = set()
    while (path := read(frontier)) is not None:
        paths.add(path)
    assert {f"/n/{number}" for number in range(10, 14)} <= paths


def test_neighbouring_hosts_have_a_budget_of_their_own() -> None:
    frontier = Frontier(Budget(sibling_host=2))
    offered = [frontier.offer(Entry(f"http://x.kunta.example/{n}a", Kind.PAGE, 1, sibling=True)) for n in "abc"]
    assert offered == [True, True, False]


def test_beyond_what_anybody_reads_only_promises_are_taken() -> None:
    frontier = Frontier(Budget(known=3))
    for letter in "abc":
        frontier.offer(entry(f"/{letter}"))
    assert not frontier.offer(entry("/d"))
    assert frontier.offer(entry("/e", services={"permit": 0.9}))


def test_a_stored_answer_takes_its_address_out_of_the_queue() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/a"))
    stored = frontier.arrive(f"{ROOT}/a", Kind.PAGE)
    assert stored is not None
    frontier.settle(stored)
    assert take(frontier) is None
    assert frontier.read["pages"] == 1
    assert frontier.arrive(f"{ROOT}/unknown", Kind.PAGE) is None


def test_what_failed_can_be_opened_again() -> None:
    frontier = Frontier(Budget(pages=1))
    frontier.offer(entry("/a"))
    failed = frontier.next(0, lambda host: True)
    assert failed is not None
    frontier.settle(failed)
    assert not frontier.has_pending()
    frontier.reopen(failed)
    assert take(frontier) == "/a"


def test_a_page_is_rendered_beside_being_fetched() -> None:
    frontier = Frontier(Budget())
    frontier.offer(entry("/a"))
    assert frontier.offer(entry("/a", Kind.RENDER))
    kinds = []
    while (found := frontier.next(0, lambda host: True)) is not None:
        frontier.settle(found)
        kinds.append(found.kind)
    assert kinds == [Kind.RENDER, Kind.PAGE]
    assert frontier.read == {"renders": 1, "pages": 1}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://kunta.example/kalenteri?vuosi=2026&kk=11", True),
        ("https://kunta.example/tapahtumat/2026/11/22", True),
        ("https://kunta.example/palvelut/sivu-12", False),
        ("https://kunta.example/haku?tunnus=20265&kieli=fi", False),
    ],
)
def test_addresses_of_calendars_name_a_day_or_a_year(url: str, expected: bool) -> None:
    assert is_dated(url) is expected
