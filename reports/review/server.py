"""Serves the review page on this machine alone until Ctrl-C. Every decision is on the disk before it is answered."""

from __future__ import annotations

import gc
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from filelock import FileLock, Timeout

from reports.words import available_languages
from study import StudyBusyError, StudyFolder, UserError

from .app import ReviewApp
from .desk import Desk
from .guard import Guard

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asked for; port 0 takes a free one."""

    port: int = 0
    languages: tuple[str, ...] = ()


class _Lock:
    """One review of a study at a time; its address is kept for whoever comes second."""

    def __init__(self, folder: StudyFolder) -> None:
        folder.state.mkdir(parents=True, exist_ok=True)
        self._note = folder.state / "review"
        self._lock = FileLock(folder.state / "review.lock", timeout=0)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise StudyBusyError(
                f"{folder.root}: is being reviewed already ({self._where()}).",
                "Go on there, or end that one with Ctrl-C first. Two people review copies of the study and merge "
                "their decisions: `kuntatutka review DIR --merge FILE`.",
            ) from error

    def _where(self) -> str:
        try:
            return self._note.read_text(encoding="utf-8").strip()[:80] or "another process"
        except OSError:
            return "another process"

    def tell(self, port: int) -> None:
        """Note where it is reviewed; without the token, which is only for whoever started it."""
        self._note.write_text(f"port {port}", encoding="utf-8")

    def release(self) -> None:
        """Let others review."""
        self._note.unlink(missing_ok=True)
        self._lock.release()


def _listen(port: int) -> socket.socket:
    # Named as TCP, so that the server sends at once: else each page waits 40 ms for the browser's acknowledgement.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        sock.close()
        raise UserError(
            f"Port {port} cannot be had: another program uses it, or you may not.",
            "Choose another one with --port, or leave --port out: then a free one is taken.",
        ) from error
    return sock


def serve(desk: Desk, wishes: Wishes, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C; `on_ready` gets the address. Raises UserError for a port or a study that is taken."""
    # What was read stays until the end: nobody has to wait while all of it is looked through for garbage.
    gc.freeze()
    languages = tuple(dict.fromkeys((*wishes.languages, *desk.folder.config.study.languages)))
    known = tuple(code for code in languages if code in available_languages())
    others = tuple(code for code in available_languages() if code not in known)
    lock = _Lock(desk.folder)
    try:
        sock = _listen(wishes.port)
        port = int(sock.getsockname()[1])
        lock.tell(port)
        token = secrets.token_urlsafe(24)
        app = ReviewApp(desk, token, (*known, *others))
        app.prepare()
        config = uvicorn.Config(
            Guard(app.build(), token, port),
            http="h11",  # refuses a missing or doubled Host, which httptools lets through
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )

        def ready() -> None:
            gc.freeze()
            on_ready(f"http://{LOOPBACK}:{port}/{token}/")
            # While the browser starts and the person reads the queue.
            threading.Thread(target=app.prepare_cells, daemon=True).start()

        server = _Server(config, ready)
        try:
            server.run(sockets=[sock])
        except KeyboardInterrupt:
            return
        finally:
            sock.close()
    finally:
        lock.release()


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
