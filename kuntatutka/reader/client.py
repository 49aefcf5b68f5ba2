"""Asks an OpenAI-compatible server, hosted or local, and takes what such servers do: slow, busy, cut off, or garbage.

Sends a page's public words and a key to one address that the study names; follows no redirect and prints no key.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3

from study import ReaderError, without_password

_TRIES = 5
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 120.0
"""A server that wants a longer pause than this has closed for the day; asking goes on another time."""
_MOST_BYTES = 1_000_000
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_REMEDIES = {
    401: "The key is missing or wrong: see `key_env` in [reader] of study.toml.",
    402: "The account there has no money left.",
    403: "The key does not allow this: see `key_env` in [reader] of study.toml.",
    404: "Address or model is wrong: see `url` and `model` in [reader] of study.toml.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered to one question."""

    text: str
    is_cut: bool
    tokens_in: int | None
    tokens_out: int | None
    seconds: float


class _TryAgainError(Exception):
    """A failure that may pass; `pause` is what the server asked for, 0 where it asked for nothing."""

    def __init__(self, what: str, pause: float = 0.0) -> None:
        super().__init__(what)
        self.pause = pause


@dataclass
class Server:
    """One server and model. `pause` waits a number of seconds; tests give one that does not."""

    url: str
    model: str
    key: str = ""
    timeout: float = 120.0
    pause: Callable[[float], None] = time.sleep
    on_wait: Callable[[str], None] = field(default=lambda text: None)
    _left_out: set[str] = field(default_factory=set)
    """Parameters that this server's model does not take."""

    @property
    def address(self) -> str:
        """Where questions go."""
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"

    def ask(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> Reply:
        """The answer to one question; raises ReaderError where none can be had, after several tries."""
        wait = _FIRST_PAUSE
        for number in range(1, _TRIES + 1):
            try:
                return self._try(messages, most_tokens)
            except _TryAgainError as error:
                pause = max(wait, error.pause)
                if number == _TRIES or error.pause > _LONGEST_PAUSE:
                    told = f"; it asks to wait {error.pause:.0f} s" if error.pause > _LONGEST_PAUSE else ""
                    raise ReaderError(f"{self._named}: {error}{told}.", "Run the same command again later.") from error
                self.on_wait(f"{self._named}: {error}; trying again in {pause:.0f} s")
                self.pause(pause)
                wait *= 2
        raise AssertionError

    @property
    def _named(self) -> str:
        return without_password(self.address)

    def _try(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> Reply:
        started = time.monotonic()
        status, headers, body = self._post(self._content(messages, most_tokens), started)
        if status in (400, 422) and (name := self._refused(body)):
            self._left_out.add(name)
            status, headers, body = self._post(self._content(messages, most_tokens), started)
        if status in _BUSY:
            raise _TryAgainError(f"answered with status {status}", _seconds(headers.get("retry-after", "")))
        if status != 200:
            where = f" to {headers['location'][:80]}" if 300 <= status < 400 and "location" in headers else ""
            remedy = _REMEDIES.get(status, "See `url` and `model` in [reader] of study.toml.")
            raise ReaderError(f"{self._named}: answered with status {status}{where}{_said(body)}.", remedy)
        return _reply(body, time.monotonic() - started)

    def _content(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> dict[str, Any]:
        wishes: dict[str, Any] = {"temperature": 0, "max_tokens": most_tokens, "seed": 1}
        if "max_tokens" in self._left_out:
            # Models that think before they answer count their thoughts as well.
            wishes["max_completion_tokens"] = most_tokens * 8
        kept = {name: value for name, value in wishes.items() if name not in self._left_out}
        return {"model": self.model, "messages": list(messages), "stream": False, **kept}

    def _refused(self, body: bytes) -> str:
        """The parameter of ours that a refusal names and that was not left out yet."""
        text = body.decode("utf-8", "replace")
        mine = [name for name in ("max_tokens", "temperature", "seed") if name not in self._left_out]
        return next((name for name in mine if name in text), "")

    def _post(self, content: Mapping[str, Any], started: float) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "kuntatutka"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        data = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
        limits = urllib3.Timeout(connect=min(15.0, self.timeout), read=self.timeout)
        try:
            with _pool(self.address) as pool:
                response = pool.request(
                    "POST",
                    self.address,
                    body=data,
                    headers=headers,
                    timeout=limits,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
                body = self._body(response, started)
                return response.status, {key.lower(): value for key, value in response.headers.items()}, body
        except urllib3.exceptions.LocationParseError as error:
            raise ReaderError(f"{self._named}: is no address.", "See `url` in [reader] of study.toml.") from error
        except urllib3.exceptions.NewConnectionError as error:
            raise _TryAgainError("nobody answers there") from error
        except urllib3.exceptions.TimeoutError as error:
            raise _TryAgainError(f"gave no answer in {self.timeout:g} s") from error
        except urllib3.exceptions.HTTPError as error:
            raise _TryAgainError(_plainly(error)) from error

    def _body(self, response: urllib3.BaseHTTPResponse, started: float) -> bytes:
        """An answer as far as it may be long, in time as in bytes; a server that drips is one that gives none."""
        parts, size = [], 0
        while part := response.read1(65_536):
            parts.append(part)
            size += len(part)
            if size > _MOST_BYTES:
                raise _TryAgainError("answered with more than a million bytes")
            if time.monotonic() - started > self.timeout:
                raise _TryAgainError(f"had not ended its answer after {self.timeout:g} s")
        return b"".join(parts)


def _pool(address: str) -> urllib3.PoolManager:
    """Connections straight or by the proxy that the environment names, as everywhere in this program."""
    parts = urlsplit(address)
    proxy = urllib.request.getproxies().get(parts.scheme, "")
    if not proxy or urllib.request.proxy_bypass(parts.hostname or ""):
        return urllib3.PoolManager()
    return urllib3.ProxyManager(proxy)


def _plainly(error: Exception) -> str:
    """What went wrong on the way, without the names of classes."""
    if isinstance(error, urllib3.exceptions.SSLError):
        return "its certificate is not accepted"
    return "the connection broke before the answer was whole"


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0


def _said(body: bytes) -> str:
    """What a server says of its refusal, in brackets."""
    try:
        error = json.loads(body)["error"]
        text = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        return ""
    return f" ({' '.join(str(text).split())[:200]})"


def _reply(body: bytes, seconds: float) -> Reply:
    """The first choice of an answer; raises a passing failure where the body is no such answer at all."""
    try:
        data = json.loads(body)
        choice = data["choices"][0]
        text = choice["message"]["content"]
        usage = data.get("usage") or {}
        counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise _TryAgainError("answered with something that is no chat completion") from error
    tokens_in, tokens_out = (count if isinstance(count, int) and count >= 0 else None for count in counts)
    is_cut = isinstance(choice, dict) and choice.get("finish_reason") == "length"
    return Reply(text if isinstance(text, str) else "", is_cut, tokens_in, tokens_out, seconds)
