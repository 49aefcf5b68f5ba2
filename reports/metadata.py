"""Describes the dataset for catalogues: DataCite (repositories), schema.org (search engines), Croissant (learning)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from study import Column, columns_of

from .codebook import DATASET_LANGUAGE
from .data import StudyData
from .descriptor import DESCRIPTION, PackageTable, keywords, slug, version_of
from .keys import foreign_keys
from .meanings import Meanings
from .words import Words, available_languages

PARQUET = "application/x-parquet"
_CROISSANT = {
    "@language": DATASET_LANGUAGE,
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"int64": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean", "date32[day]": "sc:Date"}


def metadata_files(data: StudyData, tables: Sequence[PackageTable], files: Mapping[str, bytes]) -> dict[str, str]:
    """The metadata files by name."""
    made = {
        "datacite.json": datacite(data, files),
        "dataset.jsonld": schema_org(data, tables, files),
        "croissant.json": croissant(data, tables, files),
    }
    return {name: json.dumps(content, ensure_ascii=False, indent=1) + "\n" for name, content in made.items()}


def makers(data: StudyData) -> tuple[str, ...]:
    """The authors; where the study names none, its publisher, and without one its authors by the study's title."""
    made = data.authorship
    return made.authors or ((made.publisher,) if made.publisher else (f"Authors of “{_title(data)}”",))


def _title(data: StudyData, language: str = DATASET_LANGUAGE) -> str:
    return data.title_in(Words(language))


def _titles(data: StudyData) -> dict[str, str]:
    """The title by language, the dataset's own first; the others only where they differ."""
    first = _title(data)
    others = {code: _title(data, code) for code in available_languages() if code != DATASET_LANGUAGE}
    return {DATASET_LANGUAGE: first, **{code: title for code, title in others.items() if title != first}}


def dated(title: str, year: int) -> str:
    """The title with its year, which is not said twice."""
    return title if str(year) in title else f"{title} ({year})"


def is_person(name: str) -> bool:
    """Whether an author is given as a person, "Family, Given"."""
    return ", " in name


def datacite(data: StudyData, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Metadata of the DataCite schema 4, in its JSON form; without a DOI a draft for the repository that gives one."""
    made = data.authorship
    record: dict[str, Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "creators": [
            {"name": name, "nameType": "Personal" if is_person(name) else "Organizational"} for name in makers(data)
        ],
        "titles": [{"title": title, "lang": code} for code, title in _titles(data).items()],
        "publisher": {"name": made.publisher or makers(data)[0]},
        "publicationYear": data.year,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "subjects": [{"subject": word} for word in keywords(data)],
        "language": DATASET_LANGUAGE,
        "version": version_of(data),
        "formats": ["text/csv", "application/vnd.apache.parquet"],
        "sizes": [f"{sum(map(len, files.values()))} bytes"],
        "descriptions": [{"description": DESCRIPTION, "descriptionType": "Abstract", "lang": DATASET_LANGUAGE}],
        "geoLocations": [{"geoLocationPlace": data.taxonomy.country.name.get(DATASET_LANGUAGE)}],
        "relatedIdentifiers": [
            {"relatedIdentifier": s.url, "relatedIdentifierType": "URL", "relationType": "IsDerivedFrom"}
            for s in data.taxonomy.country.sources
            if s.url
        ],
    }
    if made.doi:
        record["doi"] = made.doi
        record["identifiers"] = [{"identifier": made.doi, "identifierType": "DOI"}]
    if made.licence:
        rights = {"rights": made.licence.title, "rightsIdentifier": made.licence.id, "rightsIdentifierScheme": "SPDX"}
        record["rightsList"] = [{**rights, **({"rightsUri": made.licence.path} if made.licence.path else {})}]
    if data.crawl_days:
        first, last = data.crawl_days
        record["dates"] = [{"date": f"{first.isoformat()}/{last.isoformat()}", "dateType": "Collected"}]
    return record


def schema_org(data: StudyData, tables: Sequence[PackageTable], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Metadata of schema.org, as search engines for datasets read it."""
    meanings = Meanings(DATASET_LANGUAGE, data.taxonomy)
    record = {"@context": "https://schema.org/", **_common(data)}
    record["alternateName"] = [title for code, title in _titles(data).items() if code != DATASET_LANGUAGE]
    record["spatialCoverage"] = {"@type": "Place", "name": data.taxonomy.country.name.get(DATASET_LANGUAGE)}
    record["isBasedOn"] = [s.url for s in data.taxonomy.country.sources if s.url]
    record["variableMeasured"] = [
        {
            "@type": "PropertyValue",
            "name": f"{table.name}.{c.name}",
            "description": c.text,
            **({"unitText": c.unit} if c.unit else {}),
        }
        for table in tables
        if table.name in ("service_findings", "indicators", "accessibility_statements")
        for c in columns_of(table.record)
        if not c.is_key
    ]
    record["distribution"] = [
        {
            "@type": "DataDownload",
            "name": f"{meanings.table(table.name)} ({kind})",
            "contentUrl": f"data/{table.name}.{ending}",
            "encodingFormat": media,
            "contentSize": f"{len(files[f'data/{table.name}.{ending}'])} B",
        }
        for table in tables
        for kind, ending, media in (("CSV", "csv", "text/csv"), ("Parquet", "parquet", PARQUET))
    ]
    return record


def croissant(data: StudyData, tables: Sequence[PackageTable], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Metadata of Croissant 1.0: every table a record set over its Parquet file, keys as references."""
    records = {table.name: table.record for table in tables}
    return {
        "@context": _CROISSANT,
        **_common(data),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "citeAs": citation_text(data),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{table.name}.parquet",
                "name": f"{table.name}.parquet",
                "contentUrl": f"data/{table.name}.parquet",
                "contentSize": f"{len(files[f'data/{table.name}.parquet'])} B",
                "encodingFormat": PARQUET,
                "sha256": hashlib.sha256(files[f"data/{table.name}.parquet"]).hexdigest(),
            }
            for table in tables
        ],
        "recordSet": [_record_set(table, records) for table in tables],
    }


def _record_set(table: PackageTable, records: Mapping[str, type]) -> dict[str, Any]:
    leads = {
        key.fields[0]: f"{key.table}/{key.to[0]}"
        for key in foreign_keys(table.name, table.record, records)
        if len(key.fields) == 1
    }
    columns = columns_of(table.record)
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": " ".join((table.record.__doc__ or "").split()),
        "key": [{"@id": f"{table.name}/{c.name}"} for c in columns if c.is_key],
        "field": [_field(table.name, c, leads.get(c.name)) for c in columns],
    }


def _field(table: str, column: Column, leads: str | None) -> dict[str, Any]:
    kind = column.type.value_type if pa.types.is_list(column.type) else column.type
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": f"{table}/{column.name}",
        "description": column.text,
        "dataType": "sc:DateTime" if pa.types.is_timestamp(kind) else _TYPES.get(str(kind), "sc:Text"),
        **({"repeated": True} if pa.types.is_list(column.type) else {}),
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column.name}},
        **({"references": {"field": {"@id": leads}}} if leads else {}),
    }


def citation_text(data: StudyData, language: str = DATASET_LANGUAGE) -> str:
    """How to cite the study, in one sentence; by its title where it names nobody."""
    made, title = data.authorship, _title(data, language)
    place = f" {made.publisher}." if made.publisher else ""
    doi = f" https://doi.org/{made.doi}" if made.doi else ""
    if not made.authors and not made.publisher:
        return f"{dated(title, data.year)}.{doi}"
    return f"{'; '.join(makers(data))} ({data.year}): {title}.{place}{doi}"


def _common(data: StudyData) -> dict[str, Any]:
    """What schema.org and Croissant say in the same words."""
    made = data.authorship
    title = _title(data)
    record: dict[str, Any] = {
        "@type": "Dataset",
        "name": slug(title),
        "alternateName": [title],
        "description": DESCRIPTION,
        "keywords": list(keywords(data)),
        "version": version_of(data),
        "inLanguage": DATASET_LANGUAGE,
        "creator": [{"@type": "Person" if is_person(n) else "Organization", "name": n} for n in makers(data)],
        "publisher": {"@type": "Organization", "name": made.publisher or makers(data)[0]},
        "datePublished": data.crawl_days[1].isoformat() if data.crawl_days else f"{data.year}-12-31",
        "url": f"https://doi.org/{made.doi}" if made.doi else "README.md",
    }
    if made.licence:
        record["license"] = made.licence.path or made.licence.id
    if made.doi:
        record["identifier"] = f"https://doi.org/{made.doi}"
    if data.crawl_days:
        first, last = data.crawl_days
        record["temporalCoverage"] = f"{first.isoformat()}/{last.isoformat()}"
    return record
