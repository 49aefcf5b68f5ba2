#!/usr/bin/env bash
# phonenumbers 9.0.43: Finnish business IDs that begin with 02 to 06 are found as valid telephone numbers.
#
# Tried:  PhoneNumberMatcher for Finland over `Y-tunnus NNNNNNN-C`, business IDs whose check digit is right, computed at even steps through the range
#         from 0200000 to 0699999 and from 1000000 to 3499999 (numbers made by counting, no body is meant), at three degrees of strictness.
# Seen:   at VALID, which the matcher uses unless told otherwise, nine in ten of the IDs from 02 to 06 are found (420 of 457),
#         and none that begins with 1, 2 or 3. At POSSIBLE all are found, at STRICT_GROUPING none.
# Matters: the footer of a municipality's site gives its business ID beside its telephone number. A scan for numbers at the usual strictness
#         turns the ID into a service number, and only for bodies with such an ID, so that trying it on a newer ID shows no fault.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install -q --disable-pip-version-check phonenumbers==9.0.43
"$room/env/bin/python" - <<'PY'
import sys

from phonenumbers import Leniency, PhoneNumberMatcher

WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def business_ids(start, end, step):
    """IDs with their check digit; a remainder of one has none, and such numbers are not given out."""
    for number in range(start, end, step):
        digits = f"{number:07d}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS)) % 11
        if rest != 1:
            yield f"{digits}-{-rest % 11}"


def found(start, end, step, leniency):
    """Of how many IDs, and in how many of them a telephone number is found."""
    ids = list(business_ids(start, end, step))
    return len(ids), sum(any(True for _ in PhoneNumberMatcher(f"Y-tunnus {one}", "FI", leniency=leniency)) for one in ids)


degrees = {"POSSIBLE": Leniency.POSSIBLE, "VALID": Leniency.VALID, "STRICT_GROUPING": Leniency.STRICT_GROUPING}
old = {name: found(200_000, 700_000, 997, degree) for name, degree in degrees.items()}
new = {name: found(1_000_000, 3_500_000, 4_999, degree) for name, degree in degrees.items()}
usual = sum(1 for one in business_ids(200_000, 700_000, 997) if any(True for _ in PhoneNumberMatcher(f"Y-tunnus {one}", "FI")))
print("IDs, taken for numbers: 02 to 06", old, "| 10 to 34", new, "| 02 to 06, nothing said:", usual)
same = (
    old["VALID"] == (457, 420)
    and usual == old["VALID"][1]
    and new["VALID"][1] == old["STRICT_GROUPING"][1] == new["STRICT_GROUPING"][1] == 0
    and all(counts["POSSIBLE"][0] == counts["POSSIBLE"][1] for counts in (old, new))
)
sys.exit(0 if same else "changed: another share of the IDs is taken for telephone numbers")
PY
