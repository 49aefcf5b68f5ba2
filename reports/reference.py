"""Look-up tables of the dataset: what the ids in the findings mean, in every language of the country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis import declared_indicators, indicator_words
from study import COMPARISON, NAME_COLUMNS, column
from taxonomy import Taxonomy, Text, in_common

from .meanings import CATEGORIES, Meanings, all_tables, lists_of, values_of


@dataclass(frozen=True, slots=True)
class ThemeName:
    """One theme of the taxonomy."""

    theme_id: str = column("Theme id.", key=True)
    name_fi: str = column("Finnish name.")
    name_sv: str = column("Swedish name.")
    name_en: str = column("English name.")


@dataclass(frozen=True, slots=True)
class ServiceName:
    """One service of the taxonomy: what was looked for."""

    service_id: str = column("Service id.", key=True)
    theme_id: str = column("Theme of the service.")
    name_fi: str = column("Finnish name.")
    name_sv: str = column("Swedish name.")
    name_en: str = column("English name.")
    definition: str = column("What the service is, in English where the taxonomy has it.")
    interaction: str = column("transaction, participation or information.", codes="interaction")
    service_classes: tuple[str, ...] = column("Classes of the Finnish service register (PTV), sorted.")


@dataclass(frozen=True, slots=True)
class ChannelName:
    """One channel through which a service can be used."""

    channel: str = column("Channel id.", key=True)
    name_fi: str = column("Finnish name.")
    name_sv: str = column("Swedish name.")
    name_en: str = column("English name.")
    definition: str = column("What counts, in English where the taxonomy has it.")


@dataclass(frozen=True, slots=True)
class ProductName:
    """One product of the taxonomy that occurs in the findings."""

    product_id: str = column("Product id.", key=True)
    name: str = column("Name of the product.")
    vendor: str = column("Maker on the last day of the crawl.")
    owner_type: str = column("private, municipal-owned, state or open-source.", codes="owner-type")
    category: str = column("Category of the product.", codes=CATEGORIES)
    is_counted: bool = column("Whether the report counts it as a system behind services.")
    verified_on: date | None = column("When the catalogue entry was last checked.")


@dataclass(frozen=True, slots=True)
class ListedValue:
    """One value that a column may have, and what it means."""

    list_id: str = column("Id of the list; the codebook says which columns take their values from it.", key=True)
    value: str = column("The value as the tables have it.", key=True)
    name_fi: str = column("What it means, in Finnish.")
    name_sv: str = column("What it means, in Swedish.")
    name_en: str = column("What it means, in English.")


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    """One indicator: what it measures, and how it is judged."""

    indicator: str = column("Indicator id.", key=True)
    name_fi: str = column("Finnish name.")
    name_sv: str = column("Swedish name.")
    name_en: str = column("English name.")
    definition_fi: str = column("Definition in Finnish.")
    definition_sv: str = column("Definition in Swedish.")
    definition_en: str = column("Definition in English.")
    unit: str = column("Unit of the value; empty where there is none.")
    limit: str = column("Up to what or from what on it passes; empty where nothing is judged.")
    direction: str = column("Which values are better: lower or higher.")
    source: str = column("Where the limit comes from.")


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """What municipalities answered to one question of a survey, as its source gives it."""

    number: int = column("Running number of the answer.", key=True)
    survey: str = column("Id of the survey.")
    survey_year: int = column("Year of the survey.")
    subject_id: str = column("Id of the subject that was asked about.")
    name_fi: str = column("Finnish name of the subject.")
    name_sv: str = column("Swedish name of the subject.")
    name_en: str = column("English name of the subject.")
    question: str = column("Number of the question in the survey; empty where it is not known.")
    wording_fi: str = column("The question in Finnish.")
    wording_sv: str = column("The question in Swedish.")
    wording_en: str = column("The question in English.")
    is_known: bool = column("Whether the source that was read says what was answered; if not, it is a gap and no no.")
    share: float | None = column("Share that answered so, 0-1; empty where the source gives a span, words or nothing.")
    share_from: float | None = column("Least that the share may be, where the source gives a span or a lower bound.")
    share_to: float | None = column("Most that the share may be, where the source gives a span.")
    said_fi: str = column("The source's words in Finnish, or why nothing is known; empty where it gives a number.")
    said_sv: str = column("The same in Swedish.")
    said_en: str = column("The same in English.")
    population_from: int = column("Inhabitants from which the size class begins; 0 for all.", unit="inhabitants")
    population_below: int | None = column(
        "Inhabitants below which it ends; empty where it has no upper bound.", unit="inhabitants"
    )
    base: int | None = column("How many answered the question, where it is known.", unit="answers")
    base_of_fi: str = column("Whose answers they are, in Finnish; empty where all could answer.")
    base_of_sv: str = column("The same in Swedish.")
    base_of_en: str = column("The same in English.")
    source_fi: str = column("Where in the source it stands, in Finnish.")
    source_sv: str = column("The same in Swedish.")
    source_en: str = column("The same in English.")
    source_url: str = column("Address of the source.")


REFERENCE: dict[str, type] = {
    "themes": ThemeName,
    "services": ServiceName,
    "channels": ChannelName,
    "products": ProductName,
    "indicator_definitions": IndicatorDefinition,
    "survey_answers": SurveyAnswer,
    "value_lists": ListedValue,
}
"""Table name to record, in the order of the package."""


def reference_rows(taxonomy: Taxonomy, product_ids: Iterable[str], day: date) -> dict[str, list[Any]]:
    """Rows of every look-up table; products only those that occur."""
    products = (taxonomy.products[p] for p in sorted(set(product_ids)) if p in taxonomy.products)
    return {
        "themes": [ThemeName(t.id, **_names(t.name)) for t in taxonomy.themes.values()],
        "services": [
            ServiceName(
                service_id=s.id,
                theme_id=s.theme,
                **_names(s.name),
                definition=in_common(s.definition),
                interaction=s.interaction,
                service_classes=tuple(sorted(s.service_classes)),
            )
            for s in taxonomy.services.values()
        ],
        "channels": [
            ChannelName(channel=c.id, **_names(c.name), definition=in_common(c.definition))
            for c in taxonomy.channels.values()
        ],
        "products": [
            ProductName(p.id, p.name, p.vendor_on(day), p.owner_type, p.category, p.is_counted, p.verified_on)
            for p in products
        ],
        "indicator_definitions": list(_indicators()),
        "survey_answers": list(_survey_answers(taxonomy)),
        "value_lists": list(_listed_values(taxonomy)),
    }


def _indicators() -> Iterator[IndicatorDefinition]:
    """Every indicator there is, whether it was run or not."""
    languages = [column.rpartition("_")[2] for column in NAME_COLUMNS]
    for name, declared in declared_indicators().items():
        words = indicator_words(name)
        judged = words.get("judged", {})
        yield IndicatorDefinition(
            indicator=name,
            **{f"name_{language}": words["title"][language] for language in languages},
            **{f"definition_{language}": words["definition"][language] for language in languages},
            unit=declared.unit,
            limit=judged.get("limit", ""),
            direction=judged.get("direction", ""),
            source=judged.get("source", ""),
        )


def _survey_answers(taxonomy: Taxonomy) -> Iterator[SurveyAnswer]:
    """What was answered in the country's surveys, in the order in which it is written down."""
    surveys = taxonomy.surveys
    years = {survey.id: survey.year for survey in surveys.surveys}
    for number, answer in enumerate(surveys.answers, start=1):
        yield SurveyAnswer(
            number=number,
            survey=answer.survey,
            survey_year=years[answer.survey],
            subject_id=answer.subject,
            **_names(surveys.subjects[answer.subject]),
            question=answer.question,
            **_in_languages("wording", answer.wording),
            is_known=answer.is_known,
            share=answer.share,
            share_from=answer.least,
            share_to=answer.most,
            **_in_languages("said", answer.words or answer.missing),
            population_from=answer.population_from,
            population_below=answer.population_below,
            base=answer.base,
            **_in_languages("base_of", answer.base_of),
            **_in_languages("source", answer.where),
            source_url=answer.url,
        )


def _in_languages(name: str, text: Text | None) -> dict[str, str]:
    languages = (column.rpartition("_")[2] for column in NAME_COLUMNS)
    return {f"{name}_{language}": text.get(language) if text else "" for language in languages}


def _listed_values(taxonomy: Taxonomy) -> Iterator[ListedValue]:
    """Every value of every list that a column of the dataset takes its values from."""
    meanings = {column: Meanings(column.rpartition("_")[2], taxonomy) for column in NAME_COLUMNS}
    compared = (table.record for table in COMPARISON.values())
    for name in lists_of((*all_tables().values(), *compared, *REFERENCE.values())):
        for value in values_of(name, taxonomy):
            yield ListedValue(name, value, **{c: m.value(name, value) for c, m in meanings.items()})


def _names(text: Text) -> dict[str, str]:
    return {column: text.get(column.rpartition("_")[2]) for column in NAME_COLUMNS}
