"""Runs the command line again and again, each time in a process of its own, without starting Python anew.

Started once for many tests. It has everything imported that the commands need; for each order, a line of JSON on its
input, it parts into two: the child becomes `python -m kuntatutka ARGUMENTS...` with the order's folder, environment and
files for its output, the parent tells the child's number and then its exit status.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from taxonomy import load_taxonomy, product_index, term_index

READY = ("taxonomy", "study", "analysis", "reports", "practice", "kuntatutka")
"""Packages of which every module is imported; the crawler's processes are started by the commands themselves, from the
door that is named as an argument (see tests/ready_children.py)."""


def get_ready(doors: Sequence[str]) -> None:
    """Import what the commands need, and read what each of them reads first."""
    gc.disable()
    for package in READY:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    for country in ("fi", "practice"):
        taxonomy = load_taxonomy(country)
        term_index(taxonomy)
        product_index(taxonomy)
    for door in doors:
        from crawler.processes import children
        from tests.ready_children import starter

        children._popen = starter(Path(door))  # type: ignore[assignment]
    gc.freeze()
    gc.enable()


def main() -> None:
    """Serve until the input ends; the first number says that orders may come."""
    out = os.fdopen(os.dup(1), "w")
    print(0, file=out, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            out.close()
            leave(run(order))
        print(child, file=out, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=out, flush=True)


def run(order: dict[str, Any]) -> int:
    """What `python -m kuntatutka` ends with; what nobody caught is told on stderr as Python tells it."""
    try:
        become(order)
        runpy.run_module("kuntatutka", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    except BaseException:  # noqa: BLE001 - as at the end of any program
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def leave(status: int) -> None:
    """End as Python does, but do not take apart all that was imported: that costs more than most commands do."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def become(order: dict[str, Any]) -> None:
    """Take on the folder, environment, arguments and open files of a fresh process."""
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["kuntatutka", *order["arguments"]]
    for number, (name, flags) in enumerate(
        ((os.devnull, os.O_RDONLY), (order["out"], os.O_WRONLY), (order["err"], os.O_WRONLY))
    ):
        opened = os.open(name, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0)


if __name__ == "__main__":
    get_ready(sys.argv[1:])
    main()
