"""`kuntatutka taxonomy ...`: check every taxonomy file, draft a new product file."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime

from study import UserError
from taxonomy import available_countries, check_taxonomy, load_taxonomy

from .progress import Talk


def check(talk: Talk, *, country: str = "") -> int:
    """Print what is wrong, or what there is; 2 when a file has to be mended."""
    countries = (country,) if country else available_countries()
    if country and country not in available_countries():
        raise UserError(f"There is no country {country}.", f"Countries: {', '.join(available_countries())}.")
    problems = 0
    for name in countries:
        found = check_taxonomy(name)
        for problem in found:
            where = f"{problem.file}: {problem.key}" if problem.key else problem.file
            sys.stdout.write(f"{where}: {problem.message}\n    {problem.remedy}\n")
        problems += len(found)
        if not found and not talk.quiet:
            taxonomy = load_taxonomy(name)
            sys.stdout.write(
                f"{name}: {len(taxonomy.themes)} themes, {len(taxonomy.services)} services, "
                f"{len(taxonomy.channels)} channels, {len(taxonomy.languages)} languages, "
                f"{len(taxonomy.products)} products, {len(taxonomy.municipalities)} municipalities: all rules hold\n"
            )
    if problems:
        talk.warn(f"{problems} to mend.")
        return 2
    return 0


_HOST = re.compile(r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")


def draft_product(host: str, talk: Talk) -> int:
    """Print a product file for a host, its unknown parts marked; raises UserError for what is no host."""
    bare = host.strip().lower().removeprefix("https://").removeprefix("http://").split("/")[0].split(":")[0]
    if not _HOST.match(bare):
        raise UserError(f"{host!r} is not a host name.", "Give it as in an address, such as booking.example.org.")
    known = [
        product.id
        for country in available_countries()
        for product in load_taxonomy(country).products.values()
        if any(pattern.host.removeprefix("*.") in (bare, bare.removeprefix("www.")) for pattern in product.patterns)
    ]
    if known:
        talk.warn(f"{bare} is in the catalogue already: {', '.join(dict.fromkeys(known))}")
    labels = bare.removeprefix("www.").split(".")
    product_id = "-".join(labels[:-1])
    today = datetime.now(UTC).date().isoformat()
    sys.stdout.write(
        f'''# Draft. Replace every "?" and delete what does not apply; save as taxonomy/products/{product_id}.toml
# and run `kuntatutka taxonomy check`.
id = "{product_id}"
name = "?"
owner_type = "?"        # private, municipal-owned, state or open-source
category = "?"          # as in other product files
services = []           # ids of services it stands behind
aliases = []            # names in running text, inflected ones too
basis = "seen"
source = "?"            # where you saw it, in words
verified_on = {today}
hits = ["https://{bare}/?"]    # addresses it must be recognised by
misses = []                      # addresses it must leave alone

[[vendors]]
name = "?"

[[patterns]]
host = "{bare}"
'''
    )
    return 0
