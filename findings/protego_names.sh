#!/usr/bin/env bash
# Protego 0.7.0: a robots.txt group for `kirja` is taken for the crawler `kirjasto`; a group for `kirjasto/1.0` is not.
#
# Tried:  files with one group that closes the site, asked on behalf of a crawler called `kirjasto`, in Protego and in gpyrobotstxt 1.0.0
#         (a port of the parser that Google published). RFC 9309 (2.2.1) compares product tokens: letters, `_` and `-`, without regard to case.
# Seen:   the group `kirjasto`: both say closed. The group `kirja`, which names another robot: Protego says closed, the port open.
#         The group `kirjasto/1.0`, the name as a log shows it: Protego says open, the port closed.
#         A group that is the end of the name (`sto`) closes nothing in either.
# Matters: keepers of municipal sites copy a crawler's name from their log, with its version. A crawler that asks Protego by its bare name passes over
#         a rule that was meant for it, and leaves out sites on a rule meant for a robot whose name its own begins with.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install -q --disable-pip-version-check protego==0.7.0 gpyrobotstxt==1.0.0
"$room/env/bin/python" - <<'PY'
import sys

from gpyrobotstxt.robots_cc import RobotsMatcher
from protego import Protego

CRAWLER, PAGE = "kirjasto", "https://town.example/page"
# The group's name: (open by Protego, open by the port of Google's parser).
EXPECTED = {
    "kirjasto": (False, False),
    "KIRJASTO": (False, False),
    "kirja": (False, True),
    "kirjasto/1.0": (True, False),
    "sto": (True, True),
}

seen = {}
for name in EXPECTED:
    file = f"User-agent: {name}\nDisallow: /\n"
    seen[name] = (
        Protego.parse(file).can_fetch(PAGE, CRAWLER),
        RobotsMatcher().one_agent_allowed_by_robots(file.encode(), CRAWLER, PAGE),
    )
    print(f"group {name:14} open for {CRAWLER}: Protego {seen[name][0]!s:5}  port {seen[name][1]}")
sys.exit(0 if seen == EXPECTED else f"changed: expected {EXPECTED}")
PY
