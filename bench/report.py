"""What a report costs: processor time, memory and files, for studies of invented municipalities.

    python bench/report.py 30 308
    python bench/report.py 308 --beside FOLDER   # the same by another build, a folder with its code

Each measurement is a process of its own. With --beside the other build renders the same tables where it can read them,
HTML in one language, and the ratios are printed; a build that cannot read them is measured on a study that its own
invention wrote (--theirs FOLDER).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RENDER = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from reports.render import render
from study import open_study
render(open_study(Path(sys.argv[2])), languages=sys.argv[3].split(","), formats=sys.argv[4].split(","))
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def measured(code: Path, study: Path, languages: str, formats: str) -> tuple[float, float]:
    """Processor seconds and peak megabytes of one rendering."""
    command = [sys.executable, "-c", RENDER, str(code), str(study), languages, formats]
    seconds, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return float(seconds), float(megabytes)


def main() -> None:
    """Print a line for each size, and the ratios to another build where one is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--formats", default="html")
    parser.add_argument("--beside", type=Path, help="folder with another build's code")
    parser.add_argument("--theirs", type=Path, help="a study of the same size that the other build can read")
    wished = parser.parse_args()
    for size in wished.sizes:
        with tempfile.TemporaryDirectory() as folder:
            study = Path(folder) / "study"
            subprocess.run([sys.executable, ROOT / "bench" / "invented.py", study, str(size)], check=True)
            seconds, megabytes = measured(ROOT, study, "fi,sv,en", wished.formats)
            pages = [path.stat().st_size for path in (study / "reports").rglob("*.html")]
            largest = max(pages, default=0) / 1e6
            print(f"{size}: {seconds:.1f} s, {megabytes:.0f} MB, {len(pages)} pages, the largest {largest:.2f} MB")
            if wished.beside:
                other, memory = measured(wished.beside.resolve(), wished.theirs or study, "fi", "html")
                print(
                    f"    beside: {other:.1f} s, {memory:.0f} MB; {seconds / other:.2f} x, {megabytes / memory:.2f} x"
                )


if __name__ == "__main__":
    main()
