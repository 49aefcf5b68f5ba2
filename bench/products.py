"""Cost of recognising products: the whole catalogue against the links of a page, beside parsing that page.

    python bench/products.py [--rounds N] [--links 500]

Parsing is lexbor's alone, and `read_page`, which makes blocks, links and forms of the tree. Links are new in every
round, so nothing is remembered from the one before; the fastest round of each counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from selectolax.lexbor import LexborHTMLParser  # noqa: E402

from analysis.page.read import read_page  # noqa: E402
from taxonomy import ProductIndex, load_taxonomy, product_index  # noqa: E402

OWN = "https://www.kunta.example/palvelut"
# As on real pages: of a hundred links most stay on the site, some lead elsewhere, a few to a product.
_OWN_SHARE, _OTHER_SHARE = 85, 12
_SCRIPT = "<script>var settings={};" + "settings.x='abc';" * 1500 + "</script>"
_STYLE = "<style>" + ".block{color:#123;margin:0}" * 800 + "</style>"


def addresses(count: int, run: int, hits: list[str]) -> list[str]:
    """The links of one page; no address comes twice over all rounds."""
    return [_address(n, run, hits) for n in range(count)]


def _address(n: int, run: int, hits: list[str]) -> str:
    if n % 100 < _OWN_SHARE:
        return f"https://www.kunta.example/osio-{n}/{run}/sivu-{n}"
    if n % 100 < _OWN_SHARE + _OTHER_SHARE:
        return f"https://sivu{n}.esim{n}.fi/polku/{run}"
    return f"{hits[n % len(hits)].rstrip('/')}/{n}{run}"


def page(links: list[str]) -> str:
    """A page of ordinary make and size: scripts and styles, and a card with heading and text for each link."""
    cards = "".join(
        f'<li class="card card--link"><h3 class="card__title"><a class="link" href="{url}">Palvelu {n}</a></h3>'
        f'<p class="card__text">Tietoa palvelusta numero {n} ja siitä, miten sitä käytetään.</p></li>'
        for n, url in enumerate(links)
    )
    head = f'<html lang="fi"><head><title>Palvelut</title>{_STYLE}</head>'
    return f"{head}<body><main><h1>Palvelut</h1><ul>{cards}</ul></main>{_SCRIPT}</body></html>"


def _find_all(index: ProductIndex, links: list[str]) -> list[object]:
    return [index.find_url(url) for url in links]


def measure(rounds: int, count: int) -> dict[str, float]:
    """Milliseconds of the fastest round."""
    taxonomy = load_taxonomy("fi")
    index = product_index(taxonomy)
    hits = [hit for p in taxonomy.products.values() for hit in p.hits if hit.startswith("https://") and "?" not in hit]
    best: dict[str, float] = {}
    for run in range(rounds):
        links = addresses(count, run, hits)
        html = page(links)
        work: dict[str, Callable[[], object]] = {
            "lexbor": partial(LexborHTMLParser, html),
            "read_page": partial(read_page, html, OWN, taxonomy),
            "match_links": partial(_find_all, index, links),
        }
        for name, action in work.items():
            began = time.perf_counter()
            action()
            best[name] = min(best.get(name, 9e9), (time.perf_counter() - began) * 1000)
    return {"products": len(taxonomy.products), "links": count, "kilobytes": len(html) / 1000, **best}


def main() -> int:
    """Print the figures as JSON; 1 where matching costs more than reading the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--links", type=int, default=500)
    options = parser.parse_args()
    found = measure(options.rounds, options.links)
    print(json.dumps({name: round(value, 3) for name, value in found.items()}, indent=1))
    return 0 if found["match_links"] < found["read_page"] else 1


if __name__ == "__main__":
    sys.exit(main())
