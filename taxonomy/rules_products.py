"""Rules on products: recognisable, nobody else's, dated, and proved by examples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .errors import Problem
from .models import Product
from .patterns import ProductIndex, Sighting, in_context
from .subject import Subject

_EXAMPLES = 2
_MARK = "?"
_GENERATOR = re.compile(r"""<meta[^>]*\bcontent=["']([^"']*)""", re.IGNORECASE)


def product_rules(subject: Subject) -> Iterator[Problem]:
    """Every product can be recognised, claims nothing of another's, and its hits hit and misses miss."""
    products = subject.taxonomy.products.values()
    for product in products:
        yield from _unfilled(subject, product)
        yield from _references(subject, product)
        yield from _dates(subject, product)
        yield from _recognisable(subject, product)
        yield from _enough_examples(subject, product)
    yield from _claims(subject)
    index = ProductIndex(products)
    for product in products:
        yield from _examples(subject, product, index)


def _unfilled(subject: Subject, product: Product) -> Iterator[Problem]:
    """A draft's marks must be gone: they would be printed as names in reports."""
    texts = [("name", product.name), ("source", product.source)]
    texts += [("vendors", vendor.name) for vendor in product.vendors]
    texts += [(key, text) for key in ("hits", "misses", "aliases") for text in getattr(product, key)]
    for key, text in texts:
        if text.strip() == _MARK:
            message = f'"{_MARK}" stands where something has to be filled in.'
            yield Problem(subject.product(product.id), key, message, "Write what is known, or delete the line.")


def _references(subject: Subject, product: Product) -> Iterator[Problem]:
    file, taxonomy = subject.product(product.id), subject.taxonomy
    for service in product.services:
        # A country may leave out services of the one that it inherits from; its products still name them.
        if service not in taxonomy.services and not any(subject.root.glob(f"countries/*/services/{service}.toml")):
            yield Problem(file, "services", f'"{service}" is no service.', "Write the id of a service file.")
    if product.renamed_to and product.renamed_to not in taxonomy.products:
        yield Problem(file, "renamed_to", f'"{product.renamed_to}" is no product.', "Write the id of a product file.")
    countries = {path.parent.name for path in subject.root.glob("countries/*/country.toml")}
    for country in sorted(set(product.countries) - countries):
        yield Problem(file, "countries", f'"{country}" is no country.', "Write the name of a folder in countries/.")
    if product.needs_context and not (product.context or _category_words(subject, product)):
        message = "the name needs words beside it, and none are given."
        remedy = f"Add context, or product_context.{product.category} to the language files."
        yield Problem(file, "needs_context", message, remedy)


def _dates(subject: Subject, product: Product) -> Iterator[Problem]:
    file = subject.product(product.id)
    dates = [("verified_on", product.verified_on), ("retired_on", product.retired_on)]
    dates += [("vendors.valid_from", vendor.valid_from) for vendor in product.vendors]
    for key, day in dates:
        if day and day > subject.today:
            yield Problem(file, key, f"{day} is in the future.", "Write the day on which it was known.")
    for vendor in product.vendors:
        if vendor.valid_from and vendor.valid_to and vendor.valid_from > vendor.valid_to:
            yield Problem(file, "vendors", f"{vendor.name} ends before it begins.", "Exchange or correct the dates.")


def _recognisable(subject: Subject, product: Product) -> Iterator[Problem]:
    file = subject.product(product.id)
    if product.is_counted and not product.patterns and not product.aliases:
        message = "a counted product needs a pattern or a name to be recognised by."
        yield Problem(file, "patterns", message, "Add [[patterns]] or aliases, or write is_counted = false.")
    for number, pattern in enumerate(product.not_patterns):
        if not pattern.parts or pattern.parts.keys() - {"host", "path", "query"}:
            message = "only an address can be somebody else's."
            yield Problem(file, f"not_patterns.{number}", message, "Give host, path or query, and nothing else.")
    for number, pattern in enumerate(product.patterns):
        literal = "".join(pattern.parts.values()).replace("*", "").strip("./ ")
        if len(literal) < 3:
            message = "the pattern would match almost anything."
            yield Problem(file, f"patterns.{number}", message, "Give a host, a path, markup or another part.")
        if pattern.path and not pattern.path.startswith("/"):
            yield Problem(file, f"patterns.{number}.path", "does not begin with a slash.", f'Write "/{pattern.path}".')
        if "/" in pattern.host:
            yield Problem(file, f"patterns.{number}.host", "holds a slash.", "Write the part after it as path.")
    for alias in product.aliases:
        if len(alias.rstrip("*")) < 3:
            yield Problem(file, "aliases", f'"{alias}" is too short to mean anything.', "Write the whole name.")


def _enough_examples(subject: Subject, product: Product) -> Iterator[Problem]:
    file = subject.product(product.id)
    wanted = [("misses", product.misses)]
    if product.patterns or product.aliases:
        wanted.append(("hits", product.hits))
    for key, examples in wanted:
        if len(examples) < _EXAMPLES:
            message = f"{len(examples)} given, at least {_EXAMPLES} are needed."
            yield Problem(file, key, message, "Add addresses, sentences, or markup that begins with <.")


def _claims(subject: Subject) -> Iterator[Problem]:
    """Two products with one address pattern, or one name, could not be told apart."""
    addresses: dict[tuple[str, str, str], str] = {}
    names: dict[str, str] = {}
    for product in subject.taxonomy.products.values():
        file = subject.product(product.id)
        for pattern in product.patterns:
            address = (pattern.host.lower(), pattern.path.lower(), pattern.query.lower())
            if any(address) and not pattern.parts.keys() - {"host", "path", "query"}:
                owner = addresses.setdefault(address, product.id)
                if owner != product.id:
                    message = f"{pattern.host}{pattern.path} is also claimed by {owner}."
                    yield Problem(file, "patterns", message, "Add what tells the two apart, such as the path.")
        for alias in product.aliases:
            owner = names.setdefault(alias.casefold(), product.id)
            if owner != product.id:
                yield Problem(file, "aliases", f'"{alias}" is also a name of {owner}.', "Keep it with one product.")


def _examples(subject: Subject, product: Product, index: ProductIndex) -> Iterator[Problem]:
    file = subject.product(product.id)
    for example in product.hits:
        if product.id not in _found(subject, example, index):
            yield Problem(
                file, f'hits "{example}"', "is not recognised.", "Add a pattern or name, or correct the example."
            )
    for example in product.misses:
        if product.id in _found(subject, example, index):
            yield Problem(
                file, f'misses "{example}"', "is taken for the product.", "Narrow the pattern, or correct the example."
            )


def _found(subject: Subject, example: str, index: ProductIndex) -> set[str]:
    """The products an example shows: an address, a piece of markup, or a sentence."""
    if example.startswith(("http://", "https://")):
        return {hit.product_id for hit in index.find_url(example)}
    if example.startswith("<"):
        generator = _GENERATOR.search(example)
        return {
            hit.product_id
            for hit in index.find_page(Sighting(markup=example, generator=generator[1] if generator else ""))
        }
    products = subject.taxonomy.products
    named = {hit.product_id for hit in index.find_names(example)}
    return {name for name in named if in_context(products[name], _category_words(subject, products[name]), example)}


def _category_words(subject: Subject, product: Product) -> tuple[str, ...]:
    languages = subject.taxonomy.languages.values()
    return tuple(word for language in languages for word in language.product_context.get(product.category, ()))
