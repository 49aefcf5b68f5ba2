"""A server on loopback that answers as servers of language models do, good and bad."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answers:
    """A server that gives the answers it is told, one after the other, the last one again and again."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []

    def next(self) -> Any:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def said(content: str, finish: str = "stop", **usage: int) -> bytes:
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": finish}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def verdict(offered: str, quote: str, *channels: tuple[str, str]) -> str:
    listed = [{"channel": channel, "quote": proof} for channel, proof in channels]
    return json.dumps({"offered": offered, "quote": quote, "channels": listed, "why": "it says so"})


@contextmanager
def serving(*answers: Any) -> Iterator[tuple[str, Answers]]:
    """The address of a server; an answer is a body, a status with headers, "cut" (half a body), or a function."""
    told = Answers(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            told.asked.append(json.loads(self.rfile.read(length)))
            told.keys.append(self.headers.get("authorization", ""))
            answer = told.next()
            if callable(answer):
                answer = answer(told.asked[-1])
            status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
            if body == "cut":
                self.send_response(200)
                self.send_header("content-length", "500")
                self.end_headers()
                self.wfile.write(b'{"choices": [')
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
