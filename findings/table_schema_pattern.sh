#!/usr/bin/env bash
# npm datapackage 1.1.10 and frictionless 5.21.0: the same pattern in a table schema lets different municipality codes pass.
#
# Tried:  a data package with one string column and `"pattern": "[0-9]{3}"`, whose table has the code 091, or 0911; read by both, the two
#         readers from the makers of the format. Table Schema takes the syntax from XML Schema, where a pattern speaks of the whole value.
# Seen:   frictionless wants the whole value: 0911 is an error of constraint. datapackage is content with a part of it: 0911 is read as a row.
#         With `^[0-9]{3}$` both refuse 0911 and both take 091.
# Matters: codes are the key by which tables of municipalities are joined. A published package whose pattern has no anchors says one thing to
#         readers in Python and another to readers in JavaScript; with both anchors it says the same to all.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install -q --disable-pip-version-check frictionless==5.21.0
npm install --silent --no-audit --no-fund --prefix "$room" datapackage@1.1.10
cd "$room"
cat >read.js <<'JS'
const { Package } = require("datapackage");
(async () => {
  for (const folder of process.argv.slice(2)) {
    const read = await Package.load(`${folder}/datapackage.json`);
    const taken = await read.resources[0].read().then((rows) => rows.length === 1, () => false);
    console.log(`${folder} ${read.valid && taken}`);
  }
})();
JS
env/bin/python - <<'PY'
import json
import subprocess
import sys
from pathlib import Path

from frictionless import Package

# The folder: (pattern, code, taken by frictionless, taken by datapackage).
CASES = {
    "bare-right": ("[0-9]{3}", "091", True, True),
    "bare-long": ("[0-9]{3}", "0911", False, True),
    "anchored-right": ("^[0-9]{3}$", "091", True, True),
    "anchored-long": ("^[0-9]{3}$", "0911", False, False),
}

for folder, (pattern, code, _, _) in CASES.items():
    Path(folder).mkdir()
    Path(folder, "table.csv").write_text(f"code\n{code}\n", encoding="utf-8")
    schema = {"fields": [{"name": "code", "type": "string", "constraints": {"pattern": pattern}}]}
    resource = {"name": "table", "path": "table.csv", "profile": "tabular-data-resource", "schema": schema}
    package = {"name": "town", "profile": "tabular-data-package", "resources": [resource]}
    Path(folder, "datapackage.json").write_text(json.dumps(package), encoding="utf-8")

answers = subprocess.run(["node", "read.js", *CASES], check=True, capture_output=True, text=True).stdout
by_datapackage = {folder: taken == "true" for folder, taken in (line.split() for line in answers.splitlines())}
seen = {}
for folder, (pattern, code, _, _) in CASES.items():
    report = Package(f"{folder}/datapackage.json").validate()
    seen[folder] = (pattern, code, report.valid, by_datapackage[folder])
    print(f"{pattern:12} {code:5} frictionless {report.valid!s:5}  datapackage {by_datapackage[folder]}  {report.flatten(['type'])}")
sys.exit(0 if seen == CASES else f"changed: expected {CASES}")
PY
