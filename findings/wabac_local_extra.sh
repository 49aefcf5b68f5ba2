#!/usr/bin/env bash
# wabac.js 2.27.3 (in ReplayWeb.page 2.5.3): a valid WACZ cannot be opened when only the local heads of its files have an extra field.
#
# Tried:  two packages with one file, stored. One was written by Python's zipfile as usual; for the other zipfile was told that the file may become
#         large (`force_zip64=True`, as one does when a file is written piece by piece). Then the local head has a field of 20 bytes that the list at
#         the end of the package has not, for the file is small after all: the ZIP format wants the field there, and lets the list do without.
#         Both are read by zipfile, and by the reader in which ReplayWeb.page opens packages.
# Seen:   zipfile reads both. The reader of wabac takes it that a file without an extra field in the list has none in its local head either, begins
#         20 bytes too early and gives the field's bytes with the file's last 20 missing. ReplayWeb.page says "Unexpected token ... is not valid JSON".
# Matters: evidence that is given out as a WACZ is of no use if the best known player shows none of it, and no validator says so: py-wacz calls
#         the package valid. Whoever writes one in Python has to tell zipfile the size beforehand (ZipInfo.file_size) and leave force_zip64 alone.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
echo '{"overrides": {"warcio": "2.4.11"}}' >"$room/package.json" # it asks for a later one than the registry had that day
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$room" @webrecorder/wabac@2.27.3
cd "$room"
cat >read.mjs <<'JS'
import { readFileSync } from "node:fs";
import { ZipRangeReader } from "@webrecorder/wabac";

class FromMemory {
  constructor(data) { this.data = data; }
  async getLength() { return this.data.length; }
  async getRangeFromEnd(length) { return this.data.slice(Math.max(0, this.data.length - length)); }
  async getRange(offset, length, streaming) {
    const piece = this.data.slice(offset, offset + length);
    return streaming ? new ReadableStream({ start(c) { c.enqueue(piece); c.close(); } }) : piece;
  }
}

for (const name of process.argv.slice(2)) {
  const zip = new ZipRangeReader(new FromMemory(new Uint8Array(readFileSync(name))));
  const { reader } = await zip.loadFile("datapackage.json");
  console.log(JSON.stringify(new TextDecoder("latin1").decode(await reader.readFully())));
}
JS
python3 - <<'PY'
import json
import subprocess
import sys
import zipfile

CONTENT = '{"profile": "data-package", "wacz_version": "1.1.1", "resources": []}'


def package(name, is_large):
    with zipfile.ZipFile(name, "w") as made, made.open("datapackage.json", "w", force_zip64=is_large) as out:
        out.write(CONTENT.encode())
    with zipfile.ZipFile(name) as made:
        return made.testzip() is None and made.read("datapackage.json").decode() == CONTENT


valid = package("usual.wacz", False) and package("told-large.wacz", True)
lines = subprocess.run(["node", "read.mjs", "usual.wacz", "told-large.wacz"], capture_output=True, text=True, check=True).stdout
usual, large = map(json.loads, lines.splitlines())
print("usual     ", repr(usual))
print("told large", repr(large))
same = valid and usual == CONTENT and len(large) == len(CONTENT) and large[20:] == CONTENT[:-20] and large[:2] == "\x01\x00"
sys.exit(0 if same else "changed: wabac no longer reads past the extra field of the local head")
PY
