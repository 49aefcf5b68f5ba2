"""Runs a script in the document of a tab over the browser's pipe, without help of its own that would go into the page.

Playwright's way of evaluating takes a library along into each document and the script through a second reading; for
axe-core that costs more than its run.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import CDPSession, Error

_GONE = ("Execution context was destroyed", "Inspected target navigated", "Promise was collected", "Cannot find")


async def evaluate(devtools: CDPSession, expression: str) -> Any:
    """The value of an expression, waited for where it is a promise; raises Playwright's Error."""
    answer = await devtools.send(
        "Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True}
    )
    if thrown := answer.get("exceptionDetails"):
        raise Error(str(thrown.get("exception", {}).get("description") or thrown["text"]))
    return answer["result"].get("value")


def is_gone(error: Error) -> bool:
    """Whether the document went away while the script ran in it."""
    return any(told in str(error) for told in _GONE)
