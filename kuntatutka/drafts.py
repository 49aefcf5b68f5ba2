"""Everything that one more service or language needs, as files in the source code with marks where a person must write.

Called by `kuntatutka taxonomy new-service` and `new-language`. `taxonomy check` then says what is missing, a sentence
each.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from study import UserError, storage_errors
from taxonomy import DEFAULTS, Taxonomy

from .product_draft import MARK

TAXONOMY = Path("taxonomy")
PAGES = Path("tests", "pages")
PAGE_DRAFT = "draft.toml"
"""What a page's expectations are called until somebody completed them: no test reads a draft."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[a-z]{2,3}")
_STUDIED = re.compile(r"^study_languages = \[(.*)\]$", re.MULTILINE)
_STEP = 10


def service_files(service_id: str, theme: str, taxonomy: Taxonomy) -> dict[Path, str]:
    """The files of a new service, by place; raises UserError for an id or theme that cannot be."""
    if not _ID.fullmatch(service_id):
        raise UserError(f"{service_id!r} is no id.", "Write a noun in lower-case ASCII with hyphens, such as dog-park.")
    taken = taxonomy.present("service", service_id)
    if taken in taxonomy.services:
        raise UserError(f"{service_id} is the service {taken} already.", "Choose another id, or complete that file.")
    if theme not in taxonomy.themes:
        raise UserError(f"There is no theme {theme}.", f"Themes: {', '.join(taxonomy.themes)}.")
    place = _folder("countries", taxonomy.country.id, "services") / f"{service_id}.toml"
    files = {place: "\n".join(_service(theme, taxonomy)) + "\n"}
    for code in taxonomy.country.languages[:2]:
        case = PAGES / theme / f"{code}-{service_id}"
        files[case / "page.html"] = _PAGE.format(mark=MARK)
        files[case / PAGE_DRAFT] = _EXPECTED.format(code=code, mark=MARK, theme=theme, service=service_id)
    return files


def _service(theme: str, taxonomy: Taxonomy) -> Iterator[str]:
    official, studied = taxonomy.country.languages, taxonomy.country.study_languages
    order = max((service.order for service in taxonomy.services.values() if service.theme == theme), default=0)
    yield f'theme = "{theme}"'
    yield f"order = {order + _STEP}        # place in lists and reports; lower comes first"
    yield 'interaction = "transaction"        # or participation, information'
    yield f'responsible = [{{ who = "{next(iter(taxonomy.country.responsible))}" }}]'
    yield f"\n# Replace every {MARK!r}, then: kuntatutka taxonomy check\n[name]"
    yield from (f'{code} = "{MARK}"' for code in studied)
    yield f'\n[definition]\n{DEFAULTS.common_language} = "{MARK}"'
    yield "\n# Words that name the service or its use, in their dictionary form.\n[terms]"
    yield from (f'{code} = ["{MARK}"]' for code in studied)
    for key, about in (("hits", "must be found"), ("misses", "must not, though it looks alike")):
        for code in (*official, official[0])[:2]:
            yield f"\n# A page, in a title and a sentence, that {about}."
            yield f'[[{key}]]\nlanguage = "{code}"\ntitle = "{MARK}"\ntext = "{MARK}"'


def language_files(code: str, taxonomy: Taxonomy) -> dict[Path, str]:
    """The files of a new language, its own and those that name it; raises UserError where it is there already."""
    if not _CODE.fullmatch(code):
        raise UserError(f"{code!r} is no code of a language.", "Write the two letters of ISO 639-1, such as et.")
    place = _folder("languages") / f"{code}.toml"
    if place.exists():
        raise UserError(f"{place} is there already.", "Complete that file, or delete it first.")
    model = tomllib.loads((TAXONOMY / "languages" / f"{DEFAULTS.common_language}.toml").read_text(encoding="utf-8"))
    country, markup = TAXONOMY / "countries" / taxonomy.country.id / "country.toml", TAXONOMY / "markup.toml"
    text, furniture = country.read_text(encoding="utf-8"), markup.read_text(encoding="utf-8")
    words = tomllib.loads(furniture)["words"][DEFAULTS.common_language]
    names = dict.fromkeys((*taxonomy.country.study_languages, code), MARK)
    plain = {key: value for key, value in model.items() if key not in ("code", "name", "grammar")}
    head = f"# Draft: replace every {MARK!r}; what stands behind it is how the common language says it.\n"
    named = "".join(f'{key} = "{value}"\n' for key, value in names.items())
    return {
        place: head + "\n".join(_tables(plain, ())) + f"\n\n[name]\n{named}",
        country: _STUDIED.sub(lambda found: f'study_languages = [{found[1]}, "{code}"]', text, count=1),
        markup: furniture.rstrip() + f"\n\n[words.{code}]\n" + "".join(f"{kind} = []\n" for kind in words),
    }


def _tables(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """The keys of a table with marks for values, then its tables, as TOML."""
    for key, value in table.items():
        if isinstance(value, list):
            yield f'{_key(key)} = ["{MARK}"]  # {", ".join(map(str, value))}'
        elif not isinstance(value, dict):
            yield f'{_key(key)} = "{MARK}"  # {value}'
    for key, value in table.items():
        if isinstance(value, dict):
            yield f"\n[{'.'.join(map(_key, (*path, key)))}]"
            yield from _tables(value, (*path, key))


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name) else json.dumps(name)


def _folder(*names: str) -> Path:
    folder = TAXONOMY.joinpath(*names)
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder} here.", "Run the command in the source code of Kuntatutka.")
    return folder


def write(files: Mapping[Path, str]) -> None:
    """Writes files, folders made where they lack."""
    for path, text in files.items():
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


_PAGE = """<h1>{mark}</h1>
<p>{mark}</p>
"""
_EXPECTED = """# Complete page.html, the main content, and this file, then rename it to expected.toml.
url = "https://www.haapala.example/{mark}"
municipality = "Haapala"
language = "{code}"
layout = "plain"
page_type = "service"
theme = "{theme}"
primary_service = "{service}"
services = ["{service}"]
vendors = []
trap = "{mark}"        # why the page is hard

[[channel]]
service = "{service}"
type = "{mark}"
"""
