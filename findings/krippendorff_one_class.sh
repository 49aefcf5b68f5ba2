#!/usr/bin/env bash
# krippendorff 0.9.0: two readers of an audit who agree on every cell get an error, or no number, where all cells are of one class.
#
# Tried:  the answers of two readers about 20 and 100 cells (1: the service is found, 0: it is not), nominal level.
# Seen:   all 20 alike and all "found": alpha() raises ValueError; with value_domain=[0, 1], which tells it that there is a second class, it returns nan
#         and NumPy warns of a division. One different answer in 20, and one in 100, both give 0.0, which reads as "no better than chance", though 95 and
#         99 of 100 answers agree. The same single "not found" by both readers gives 1.0.
# Matters: in a theme that every municipality serves, nearly all cells are of one class. Whoever prints alpha per theme has to print the share of equal answers beside
#         it, and must expect an error where agreement is perfect.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install -q --disable-pip-version-check krippendorff==0.9.0 numpy==2.4.6
"$room/env/bin/python" -W ignore - <<'PY'
import math
import sys

import krippendorff


def alpha(one, other, **more):
    try:
        return krippendorff.alpha([one, other], level_of_measurement="nominal", **more)
    except ValueError as error:
        return f"ValueError: {error}"


found = [1] * 20
seen = {
    "20 of 20 alike, one class": alpha(found, found),
    "the same, both classes named": alpha(found, found, value_domain=[0, 1]),
    "19 of 20 alike": alpha([*found[1:], 0], found),
    "99 of 100 alike": alpha([*found * 5][:99] + [0], found * 5),
    "20 of 20 alike, two classes": alpha([*found[1:], 0], [*found[1:], 0]),
}
for case, value in seen.items():
    print(f"{case:30} {value}")
values = list(seen.values())
same = (
    str(values[0]).startswith("ValueError")
    and math.isnan(values[1])
    and abs(values[2]) < 1e-9
    and abs(values[3]) < 1e-9
    and values[4] == 1.0
)
sys.exit(0 if same else "changed")
PY
