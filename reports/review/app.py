"""The pages and what they do: the queue, a cell, the archived page beside it, hosts without a product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from reports.words import Words
from study import Action, StorageError, UnreadableDecisionsError, UserError

from .decide import (
    MeanwhileError,
    NotAllowedError,
    Sent,
    decide_cell,
    decide_host,
    decide_statement,
    note_cell,
    undo,
)
from .desk import Desk
from .pages import Pages
from .queue import Filters, Found, following, page_of, standing
from .view import view_cell

_STATIC = {"review.css": "text/css", "review.js": "text/javascript"}
_NOTHING: Mapping[str, str] = MappingProxyType({})
Endpoint = Callable[[Request], Awaitable[Response]]


class ReviewApp:
    """The application for one desk; every address begins with the token."""

    def __init__(self, desk: Desk, token: str, languages: tuple[str, ...]) -> None:
        self.desk, self.token, self.languages = desk, token, languages
        self.pages = Pages(desk, token, languages)

    def prepare(self) -> None:
        """Read what the first page of the queue needs, so that it comes as quickly as the others."""
        self.pages.prepare("queue")
        _ = self.desk.product_cells, self.desk.places

    def prepare_cells(self) -> None:
        """Read what a first cell needs and the queue does not."""
        import analysis  # takes half a second

        from . import archived

        _ = analysis, archived
        self.pages.prepare("cell")
        self.desk.prepare_cells()

    def build(self) -> Starlette:
        """The application as a server runs it."""
        language = "/{language}"
        inner = [
            Route("/", self.start),
            Route("/static/{name}", self.static),
            Route(f"{language}/", self._in_language(self.queue)),
            Route(f"{language}/next", self._in_language(self.go_on)),
            Route(f"{language}/cell/{{code}}/{{service}}", self._in_language(self.cell), methods=["GET"]),
            Route(f"{language}/cell/{{code}}/{{service}}", self._in_language(self.decide), methods=["POST"]),
            Route(f"{language}/cell/{{code}}/{{service}}/note", self._in_language(self.note), methods=["POST"]),
            Route(f"{language}/undo", self._in_language(self.undo), methods=["POST"]),
            Route(f"{language}/archived/{{code}}", self._in_language(self.archived)),
            Route(f"{language}/agreement", self._in_language(self.agreement)),
            Route(f"{language}/hosts", self._in_language(self.hosts)),
            Route(f"{language}/host", self._in_language(self.name_host), methods=["POST"]),
            Route(f"{language}/draft", self._in_language(self.draft)),
            Route(f"{language}/statement/{{code}}", self._in_language(self.name_statement), methods=["POST"]),
        ]
        return Starlette(routes=[Mount(f"/{self.token}", routes=inner)])

    def _in_language(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            if request.path_params["language"] not in self.languages:
                return PlainTextResponse("Kuntatutka: there is no such page.", 404)
            try:
                return await endpoint(request)
            except UnreadableDecisionsError as error:
                return self._notice(request, f"review.fault.file.{error.kind}", error.values)
            except (UserError, StorageError) as error:
                # Of the disk and of other tables: the program's own words, told as such.
                return self._notice(request, "review.fault.disk", detail=str(error))
            except NotAllowedError as error:
                return self._notice(request, error.key)
            except MeanwhileError:
                return self._notice(request, "review.refused.meanwhile")
            except KeyError:
                return self._notice(request, "review.refused.no-cell", status=404)

        return answer

    def _notice(
        self,
        request: Request,
        key: str,
        values: Mapping[str, str] | None = None,
        *,
        detail: str = "",
        status: int = 409,
    ) -> HTMLResponse:
        """A sentence in place of a page, with what the program says of it in its own language."""
        return self._page(request, "notice", status, text=self._words(request)(key, **(values or {})), detail=detail)

    @staticmethod
    def _words(request: Request) -> Words:
        return Words(request.path_params["language"])

    def _page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        language = request.path_params["language"]
        filters = Filters.of(request.query_params)
        return HTMLResponse(self.pages.render(template, language, filters=filters, here=request.url, **values), status)

    def _to(self, request: Request, path: str, query: str = "") -> RedirectResponse:
        base = f"/{self.token}/{request.path_params['language']}/"
        return RedirectResponse(f"{base}{path}" + (f"?{query}" if query else ""), 303)

    async def start(self, request: Request) -> Response:
        """To the queue in the study's language."""
        return RedirectResponse(f"/{self.token}/{self.languages[0]}/", 303)

    async def static(self, request: Request) -> Response:
        """Style and script, the report's style first."""
        name = request.path_params["name"]
        if name not in _STATIC:
            return PlainTextResponse("Kuntatutka: there is no such page.", 404)
        text = resources.files("reports.review").joinpath("templates", name).read_text(encoding="utf-8")
        if name == "review.css":
            report = resources.files("reports").joinpath("templates", "report.css").read_text(encoding="utf-8")
            # Archived pages are light; around them the page stays light too, whatever the browser likes.
            text = report.replace("(prefers-color-scheme:dark)", "(width<0)") + text
        return Response(text, media_type=_STATIC[name], headers={"cache-control": "private, max-age=3600"})

    async def queue(self, request: Request) -> Response:
        """The cells that wait, by what a look changes most."""
        self.desk.book.refresh()
        filters = Filters.of(request.query_params)
        found = Found.of(self.desk, filters)
        number = request.query_params.get("page", "1")
        shown, at, pages = page_of(found, int(number) if number.isdecimal() and len(number) < 7 else 1)
        count = len(found.cells)
        return self._page(
            request, "queue", rows=shown, count=count, number=at, pages=pages, standing=standing(self.desk)
        )

    async def go_on(self, request: Request) -> Response:
        """To the next open cell behind the one that is named, or the first."""
        self.desk.book.refresh()
        query = request.query_params
        filters = Filters.of(query)
        return self._next(request, filters, query.get("after_code", ""), query.get("after", ""), back="back" in query)

    def _next(
        self, request: Request, filters: Filters, code: str, service: str, *, did: str = "", back: bool = False
    ) -> Response:
        found = following(self.desk, filters, code, service, back=back)
        told = urlencode({"did": did}) if did else ""
        query = "&".join(part for part in (filters.query, told) if part)
        if found is None:
            return self._to(request, "", query)
        return self._to(request, f"cell/{quote(found.code)}/{quote(found.service)}", query)

    async def cell(self, request: Request) -> Response:
        """One cell beside the page that was archived."""
        self.desk.book.refresh()
        return self._cell(request)

    def _cell(self, request: Request, refused: tuple[Sent, str] | None = None) -> Response:
        code, service = request.path_params["code"], request.path_params["service"]
        view = view_cell(self.desk, code, service, request.query_params.get("url", ""), refused=refused)
        as_text = request.query_params.get("as") == "text"
        waiting = len(Found.of(self.desk, Filters.of(request.query_params)).cells)
        did = "" if refused else request.query_params.get("did", "")
        status = 409 if refused else 200
        return self._page(request, "cell", status, view=view, as_text=as_text, waiting=waiting, did=did)

    async def decide(self, request: Request) -> Response:
        """Keep a decision, then show the next cell; or this one again with what the correction lacks."""
        code, service = request.path_params["code"], request.path_params["service"]
        if (code, service) not in self.desk.places:
            raise KeyError(service)
        sent = await _sent(request)
        filters = Filters.of(request.query_params)
        try:
            made = decide_cell(self.desk, code, service, sent)
        except NotAllowedError as error:
            if sent.one("action") != Action.CORRECT:
                raise
            return self._cell(request, (sent, error.key))
        did = f"{code}/{service}/{made[0].action.value}/{len(made)}"
        return self._next(request, filters, code, service, did=did)

    async def note(self, request: Request) -> Response:
        """Keep a note on a cell that decides nothing, or take one back; show the cell again."""
        code, service = request.path_params["code"], request.path_params["service"]
        if (code, service) not in self.desk.places:
            raise KeyError(service)
        made = note_cell(self.desk, code, service, await _sent(request))
        query = Filters.of(request.query_params).query
        did = urlencode({"did": f"{code}/{service}/{made.action.value}/1"})
        return self._to(request, f"cell/{quote(code)}/{quote(service)}", "&".join(p for p in (query, did) if p))

    async def undo(self, request: Request) -> Response:
        """Take the last decision back and show its cell."""
        taken = undo(self.desk)
        query = Filters.of(request.query_params).query
        if taken is None or not taken.service_id:
            return self._to(request, "", query)
        did = urlencode({"did": f"{taken.municipality_code}/{taken.service_id}/undo/1"})
        query = "&".join(part for part in (query, did) if part)
        return self._to(request, f"cell/{quote(taken.municipality_code)}/{quote(taken.service_id)}", query)

    async def archived(self, request: Request) -> Response:
        """The archived page for the frame: harmless, its proof marked; or its text."""
        from . import archived  # with its parser, which the queue does not need

        code, url = request.path_params["code"], request.query_params.get("url", "")
        words = self._words(request)
        record = self.desk.page(code, url) if code in self.desk.names else None
        html = self._archived(request, code, url) if record else self.pages.frame(words, words("review.page.none"))
        headers = {"content-security-policy": archived.POLICY, "referrer-policy": "no-referrer"}
        return HTMLResponse(html, headers=headers)

    def _archived(self, request: Request, code: str, url: str) -> str:
        from . import archived

        record, words = self.desk.page(code, url), self._words(request)
        assert record is not None
        try:
            page = archived.read_archived(self.desk.folder.evidence, url, record.warc_file, record.warc_offset)
        except archived.MissingEvidenceError:
            return self.pages.frame(words, words("review.page.missing", file=record.warc_file or "?"))
        if not page.is_html:
            return self.pages.frame(words, words("review.page.document", type=record.content_type or "?"))
        service = request.query_params.get("service", "")
        proofs = [row for row in self.desk.evidence(code, service) if row.url == url]
        marks = archived.Proofs(
            tuple(dict.fromkeys(row.snippet for row in proofs if row.snippet)),
            tuple(dict.fromkeys(row.target_url for row in proofs if row.target_url)),
        )
        if request.query_params.get("as") == "text":
            return self.pages.frame_text(words, archived.readable_text(page.text), marks.snippets, is_cut=page.is_cut)
        return archived.harmless(page, marks)

    async def agreement(self, request: Request) -> Response:
        """How far second readers agree with first ones, and what they see differently."""
        from reports.agreeing import measured, pairs_of  # takes a second, for a page that few ask for

        self._for_first_readers()
        self.desk.book.refresh()
        both = [self.desk.book.twice[subject] for subject in sorted(self.desk.book.twice)]
        pairs = pairs_of(both, self.desk.taxonomy)
        rows = measured(pairs) if pairs else []
        differing = sorted((item for item in both if not item.is_alike), key=lambda item: not item.is_open)
        return self._page(request, "agreement", rows=rows, count=len(both), differing=differing)

    def _for_first_readers(self) -> None:
        if self.desk.is_blind:
            raise NotAllowedError("review.refused.second")

    async def hosts(self, request: Request) -> Response:
        """Hosts of e-services that no product claims."""
        self._for_first_readers()
        self.desk.book.refresh()
        found: dict[str, Counter[str]] = {}
        for row in self.desk.unknown:
            found.setdefault(row.host, Counter())[row.municipality_code] += 1
        order = sorted(found.items(), key=lambda item: (-len(item[1]), -item[1].total(), item[0]))
        examples = {row.host: row for row in reversed(self.desk.unknown)}
        return self._page(request, "hosts", hosts=order, examples=examples, did=request.query_params.get("did", ""))

    async def name_host(self, request: Request) -> Response:
        """Keep a product for a host."""
        sent = await _sent(request)
        host = sent.one("host")
        if host not in {row.host for row in self.desk.unknown}:
            raise KeyError(host)
        decide_host(self.desk, host, sent)
        return self._to(request, "hosts", urlencode({"did": host}))

    async def draft(self, request: Request) -> Response:
        """The draft of a catalogue file for a host."""
        host = request.query_params.get("host", "")
        if host not in {row.host for row in self.desk.unknown}:
            raise KeyError(host)
        return self._page(request, "draft", host=host, text=self.desk.draft(host))

    async def name_statement(self, request: Request) -> Response:
        """Keep which accessibility statement a municipality has."""
        code = request.path_params["code"]
        if code not in self.desk.names:
            raise KeyError(code)
        sent = await _sent(request)
        decide_statement(self.desk, code, sent)
        filters = Filters.of(request.query_params)
        service = sent.one("service")
        return self._to(request, f"cell/{quote(code)}/{quote(service)}" if service else "", filters.query)


async def _sent(request: Request) -> Sent:
    body = await request.body()
    return Sent(tuple(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=500)))
