"""What a server of a language model may do, and what is made of it."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from kuntatutka.reader import Server
from study import ReaderError
from tests.language_models import said, serving

MESSAGES = ({"role": "user", "content": "?"},)


def client(url: str, pauses: list[float], **more: Any) -> Server:
    return Server(url, "m", pause=pauses.append, **more)


def test_a_plain_answer_comes_with_its_tokens_and_the_key_is_sent() -> None:
    with serving(said("hello", prompt_tokens=7, completion_tokens=3)) as (url, told):
        reply = client(url, [], key="secret").ask(MESSAGES, 50)
    assert (reply.text, reply.is_cut, reply.tokens_in, reply.tokens_out) == ("hello", False, 7, 3)
    assert told.keys == ["Bearer secret"]
    assert told.asked[0]["model"] == "m"
    assert told.asked[0]["temperature"] == 0


def test_a_busy_server_is_asked_again_after_the_pause_it_wants() -> None:
    pauses: list[float] = []
    with serving((429, {"retry-after": "17"}, b"{}"), (503, {}, b""), said("yes")) as (url, _):
        assert client(url, pauses).ask(MESSAGES, 50).text == "yes"
    assert pauses == [17, 4]


def test_a_server_that_closes_for_the_day_is_not_waited_for() -> None:
    pauses: list[float] = []
    with (
        serving((429, {"retry-after": "86400"}, b"{}")) as (url, _),
        pytest.raises(ReaderError, match="86400 s") as told,
    ):
        client(url, pauses).ask(MESSAGES, 50)
    assert pauses == []
    assert "later" in told.value.hint


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((200, {}, "cut"), "broke before"),
        ((200, {}, b"<html>gateway</html>"), "no chat completion"),
        ((200, {}, b'{"choices": []}'), "no chat completion"),
        ((200, {}, b"[" * 100_000), "no chat completion"),
        ((200, {}, b"x" * 1_100_000), "a million bytes"),
        ((500, {}, b""), "status 500"),
    ],
)
def test_what_is_no_answer_is_tried_five_times_then_told(answer: Any, why: str) -> None:
    pauses: list[float] = []
    with serving(answer) as (url, told), pytest.raises(ReaderError, match=why):
        client(url, pauses).ask(MESSAGES, 50)
    assert len(told.asked) == 5
    assert pauses == [2, 4, 8, 16]


def test_a_server_that_is_too_slow_is_no_answer() -> None:
    hold = threading.Event()

    def slow(asked: Any) -> bytes:
        hold.wait(60)
        return said("late")

    with serving(slow) as (url, _):
        try:
            with pytest.raises(ReaderError, match=r"in 0\.2 s"):
                client(url, [], timeout=0.2).ask(MESSAGES, 50)
        finally:
            hold.set()


def test_nobody_there_is_told_in_words() -> None:
    with serving(b"") as (url, _):
        pass
    with pytest.raises(ReaderError, match="nobody answers there"):
        client(url, []).ask(MESSAGES, 50)


@pytest.mark.parametrize(("status", "remedy"), [(401, "key_env"), (404, "model"), (418, "study.toml")])
def test_a_refusal_is_not_tried_again_and_says_what_the_server_said(status: int, remedy: str) -> None:
    body = json.dumps({"error": {"message": "no such\nthing"}}).encode()
    with serving((status, {}, body)) as (url, told), pytest.raises(ReaderError, match=r"\(no such thing\)") as refused:
        client(url, []).ask(MESSAGES, 50)
    assert len(told.asked) == 1
    assert remedy in refused.value.hint


def test_a_redirect_is_not_followed_with_the_key() -> None:
    with (
        serving(said("x")) as (elsewhere, told),
        serving((307, {"location": elsewhere}, b"")) as (url, _),
        pytest.raises(ReaderError, match="status 307 to"),
    ):
        client(url, [], key="secret").ask(MESSAGES, 50)
    assert told.asked == []


def test_a_model_that_takes_no_temperature_is_asked_without() -> None:
    def picky(asked: dict[str, Any]) -> Any:
        wrong = next((name for name in ("temperature", "max_tokens") if name in asked), "")
        body = json.dumps({"error": {"message": f"Unsupported parameter: {wrong}"}}).encode()
        return (400, {}, body) if wrong else said("fine")

    with serving(picky) as (url, told):
        server = client(url, [])
        with pytest.raises(ReaderError):
            server.ask(MESSAGES, 50)
        assert server.ask(MESSAGES, 50).text == "fine"
    assert told.asked[-1]["max_completion_tokens"] > 50
