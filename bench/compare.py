"""What comparing two studies of invented municipalities costs: seconds and memory, and how many changes there are.

    python bench/compare.py 30 308

The goals are 5 seconds for 30 municipalities, and 60 seconds and 600 MB for 308. Each measurement is a process of its
own, reading, comparing and writing the tables.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.made_by import made_by
from bench.invented import Inventor
from bench.invented_later import a_year_later
from taxonomy import load_taxonomy

ROOT = Path(__file__).resolve().parent.parent
RUN = """
import resource, sys, time
started = time.monotonic()
sys.path.insert(0, sys.argv[1])
sys.argv[1:] = ["compare", sys.argv[2], sys.argv[3], "-q"]
from kuntatutka.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
used = resource.getrusage(resource.RUSAGE_SELF)
spent = used.ru_utime + used.ru_stime
print(f"{time.monotonic() - started:.1f} s, processor {spent:.1f} s, {used.ru_maxrss / 1024:.0f} MB", file=sys.stderr)
"""


def two_years(folder: Path, municipalities: int) -> tuple[Path, Path]:
    """Two studies of the same invented municipalities, a year apart and made alike."""
    made = {**made_by(), "taxonomy_digest": load_taxonomy("fi").digest}
    first, second = (Inventor(municipalities, full=True, of=15) for _ in range(2))
    a_year_later(second)
    first.write(folder / "first", year=2025, metadata={**made, "evidence_digest": "1"})
    second.write(folder / "second", year=2026, metadata={**made, "evidence_digest": "2"})
    return folder / "first", folder / "second"


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="+", type=int)
    for size in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as place:
            old, new = two_years(Path(place), size)
            done = subprocess.run(
                [sys.executable, "-c", RUN, str(ROOT), str(old), str(new)], check=True, capture_output=True, text=True
            )
            print(f"{size}: {done.stderr.strip().splitlines()[-1]}")
            print(done.stdout)


if __name__ == "__main__":
    main()
