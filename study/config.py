"""The settings of a study: `study.toml`, every key with its type, default and reason.

The commented file that `kuntatutka new` writes is generated from these models, so text and check cannot drift apart.
"""

from __future__ import annotations

import difflib
import json
import tomllib
import types
import typing
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from taxonomy import DEFAULTS

from .errors import NewerStudyError, UserError, storage_errors

FORMAT_VERSION = 1
ReportLanguage = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StudySection(_Section):
    """What is compared, and in which words."""

    format: int = Field(
        default=FORMAT_VERSION, ge=1, description="Version of this folder's format. Written by the program; leave it."
    )
    title: str = Field(
        description="Title of the study, printed on the report. Empty: each report names its subject in its own words."
    )
    year: int = Field(ge=1990, le=2200, description="Year the study describes; responsibilities with dates follow it.")
    country: str = Field(
        default=DEFAULTS.country, description="Country folder of the taxonomy that says what is looked for."
    )
    languages: list[ReportLanguage] = Field(
        default=list(DEFAULTS.report_languages),
        min_length=1,
        description="Languages of the report, the first one is the main one.",
    )
    authors: list[str] = Field(
        default=[],
        description='Who made the study, persons as "Family, Given" and organisations by name; cited as authors. '
        "Empty: the makers of the study.",
    )
    publisher: str = Field(default="", description="Organisation that publishes the study. Empty: its authors.")
    licence: str = Field(
        default="CC-BY-4.0",
        pattern=r"^[A-Za-z0-9.+-]*$",
        description="SPDX identifier of the licence of report and dataset, such as CC-BY-4.0. Empty: none is given.",
    )
    doi: str = Field(
        default="", pattern=r"^(10\.\S+/\S+)?$", description="DOI of the dataset, such as 10.5281/zenodo.1234567."
    )
    shared_with_group: bool = Field(
        default=False,
        description="Files of the study may be read and written by your group on this machine too, not by you alone.",
    )
    earlier: list[str] = Field(
        default=[],
        description="Folders of earlier studies, oldest first, as seen from this one: the report tells what changed.",
    )
    taxonomy: str = Field(
        default="", description="Version of the taxonomy the study was made with; a newer one is used with a notice."
    )

    @property
    def day(self) -> date:
        """The day whose municipalities and responsibilities the study describes: the last of its year."""
        return date(self.year, 12, 31)


class CrawlSection(_Section):
    """How the sites are read. The defaults make a polite guest; change them with the municipality's consent."""

    max_pages: int = Field(default=400, ge=1, le=1_000_000, description="Most pages fetched per municipality.")
    delay_seconds: float = Field(
        default=1.0,
        ge=0,
        le=600,
        description="Seconds between two requests to one host. 0 is for test servers on this machine only.",
    )
    time_limit_minutes: float = Field(default=240.0, gt=0, description="Longest crawl of one municipality, in minutes.")
    run_limit_hours: float = Field(
        default=0.0,
        ge=0,
        description="Longest crawl of the whole study, in hours; what is left waits for the next run. 0 is no limit.",
    )
    max_response_mb: float = Field(
        default=20.0, gt=0, le=2000, description="A larger answer is cut off and recorded as a failure."
    )
    response_timeout_seconds: float = Field(
        default=45.0, ge=0.5, le=600, description="Longest time that one answer may take, from asking to its last byte."
    )
    contact: str = Field(
        default="",
        pattern=r"^[ -~]*$",  # a header of a request carries no other letters and no line break
        description="E-mail or web address of whoever runs the study; sent in the user agent. Please fill in.",
    )
    allow_private_hosts: list[str] = Field(
        default=[],
        description='Hosts on private networks or odd ports that may be read: "127.0.0.1:8000"; no port: 80 and 443.',
    )
    parallel_municipalities: int = Field(default=4, ge=1, le=64, description="Municipalities crawled side by side.")
    max_documents: int = Field(default=60, ge=0, description="Most PDF and office files fetched per municipality.")
    max_eservice_pages: int = Field(
        default=80, ge=0, description="Most landing pages of e-services fetched per municipality."
    )
    render: bool = Field(default=True, description="Open pages whose HTML is an empty shell in a browser.")
    max_rendered_pages: int = Field(default=400, ge=0, description="Most pages opened in the browser per municipality.")


class AuditSection(_Section):
    """The accessibility audit of a sample of pages."""

    sample_pages: int = Field(default=40, ge=1, le=10_000, description="Pages audited per municipality.")
    seed: int = Field(default=1, description="The same seed draws the same sample.")
    axe_script: str = Field(
        default="", description="Path of another axe-core script; empty means the one that comes with the program."
    )


class ReviewSection(_Section):
    """What people look at, and how the report names them."""

    control_sample: int = Field(
        default=100,
        ge=0,
        description="Cells drawn by lot that people look at whatever the machine says: they measure the others.",
    )
    reviewers: Literal["names", "initials", "none"] = Field(
        default="names", description="How the report names those who looked: names, initials or none."
    )


class ReaderSection(_Section):
    """A language model as one more reader of uncertain cells; only `kuntatutka ask` asks it. Off while url is empty."""

    url: str = Field(
        default="",
        pattern=r"^(https?://[!-~]+)?$",
        description='Address of an OpenAI-compatible interface, such as "http://localhost:11434/v1". Empty: none.',
    )
    model: str = Field(
        default="",
        pattern=r"^[ -~]*$",
        description="Name of the model there. Of the kept answers those of this model count, no others.",
    )
    key_env: str = Field(
        default="",
        pattern=r"^[A-Za-z_0-9]*$",
        description="Name of the environment variable that holds the key, never the key itself. Empty: none is sent.",
    )
    max_cost: float = Field(
        default=5.0,
        ge=0,
        description="Most that the answers kept in this study may cost together, in the currency of the prices below.",
    )
    input_price: float = Field(
        default=-1.0,
        ge=-1,
        description="Price of a million tokens that are sent; 0 where they cost nothing, -1: not said.",
    )
    output_price: float = Field(
        default=-1.0,
        ge=-1,
        description="Price of a million tokens that are answered; 0 where they cost nothing, -1: not said.",
    )
    timeout_seconds: float = Field(
        default=120.0, ge=0.1, le=3600, description="Longest time that one answer may take, to its last byte."
    )


class RegisterSection(_Section):
    """The service register in which municipalities declare their services; only `kuntatutka register` asks it."""

    url: str = Field(
        default="",
        pattern=r"^(https?://[!-~]+)?$",
        description="Address of the register's interface, with its version. Empty: the one that the country has.",
    )
    version: int = Field(default=11, ge=1, description="Version of the interface there: 11, or 12 with a key.")
    key_env: str = Field(
        default="",
        pattern=r"^[A-Za-z_0-9]*$",
        description="Name of the environment variable that holds the key, never the key itself. Empty: none is sent.",
    )
    key_header: str = Field(
        default="X-API-Key", pattern=r"^[A-Za-z0-9-]+$", description="Header of a request in which the key is sent."
    )
    check_addresses: bool = Field(
        default=True, description="Ask declared addresses that the crawl has not met whether they are alive."
    )
    max_checks: int = Field(default=400, ge=0, description="Most addresses asked so per municipality.")


class StudyConfig(_Section):
    """All of study.toml."""

    study: StudySection
    crawl: CrawlSection = CrawlSection()
    audit: AuditSection = AuditSection()
    review: ReviewSection = ReviewSection()
    reader: ReaderSection = ReaderSection()
    service_register: RegisterSection = RegisterSection()


def load_config(path: Path) -> StudyConfig:
    """Read study.toml; raises UserError that names file, key, what was expected and what to do."""
    if not path.is_file():
        raise UserError(
            f"{path}: there is no study here.",
            f"Make one with `kuntatutka new {path.parent} --municipalities top30`, "
            "or name the folder that holds study.toml.",
        )
    with storage_errors(path):
        raw = path.read_bytes()
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: is not UTF-8 text (byte {error.start}).", "Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            f"{path}: is not valid TOML: {error}.",
            "Texts need quotation marks, lists square brackets; correct that place.",
        ) from error
    found_format = data.get("study", {}).get("format", FORMAT_VERSION) if isinstance(data.get("study", {}), dict) else 1
    if isinstance(found_format, int) and found_format > FORMAT_VERSION:
        raise NewerStudyError(
            f"{path}: [study] format is {found_format}, this program knows formats up to {FORMAT_VERSION}.",
            "Install a newer Kuntatutka; the folder was left as it is.",
        )
    try:
        return StudyConfig.model_validate(data)
    except ValidationError as error:
        raise UserError(_explain(path, error)) from error


def _explain(path: Path, error: ValidationError) -> str:
    """One sentence per mistake, at most five."""
    sentences = []
    for item in error.errors()[:5]:
        where = [str(part) for part in item["loc"]]
        section, key = (where[0], ".".join(where[1:])) if len(where) > 1 else (where[0], "")
        label = f"[{section}] {key}".strip()
        if item["type"] == "missing":
            sentences.append(f"{path}: {label} is missing. {_expected(section, key)} Add it.")
        elif item["type"] == "extra_forbidden":
            sentences.append(f"{path}: {label} is not a known key.{_suggest(section, key)}")
        else:
            given = json.dumps(item.get("input"), ensure_ascii=False, default=str)[:60]
            sentences.append(f"{path}: {label} = {given} does not fit: {_fault(item)}. {_expected(section, key)}")
    return "\n".join(sentences)


def _fault(item: Mapping[str, Any]) -> str:
    """What is wrong, in words for people who read no patterns."""
    if item["type"] == "string_pattern_mismatch":
        return "it has a character that may not stand there (a line break, or a letter such as ä)"
    return str(item["msg"])


def _sections() -> dict[str, type[_Section]]:
    return {
        "study": StudySection,
        "crawl": CrawlSection,
        "audit": AuditSection,
        "review": ReviewSection,
        "reader": ReaderSection,
        "service_register": RegisterSection,
    }


def _expected(section: str, key: str) -> str:
    model = _sections().get(section)
    field = model.model_fields.get(key.split(".")[0]) if model and key else None
    if field is None:
        return "Expected a section such as the one `kuntatutka new` writes."
    return f"Expected {_type_words(field.annotation)}: {field.description}"


def _type_words(annotation: Any) -> str:
    words = {int: "a whole number", float: "a number", str: "a text in quotation marks", bool: "true or false"}
    if typing.get_origin(annotation) in (list, tuple):
        return "a list in square brackets"
    if typing.get_origin(annotation) in (types.UnionType, Literal):
        return "one of " + ", ".join(str(a) for a in typing.get_args(annotation))
    return words.get(annotation, "another value")


def _suggest(section: str, key: str) -> str:
    model = _sections().get(section)
    known = list(model.model_fields) if model and key else list(_sections())
    near = difflib.get_close_matches(key or section, known, n=1)
    return f" Did you mean {near[0]}?" if near else f" Known keys: {', '.join(known)}. Remove it."


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "[" + ", ".join(_toml(item) for item in value) + "]"


def render_config(config: StudyConfig) -> str:
    """study.toml as text, a comment above each key."""
    lines = ["# Settings of this study. Lines that start with # explain the key below them."]
    for name, model in _sections().items():
        section = getattr(config, name)
        lines += ["", f"[{name}]", f"# {(model.__doc__ or '').strip()}"]
        for key, field in model.model_fields.items():
            lines += [f"# {field.description}", f"{key} = {_toml(getattr(section, key))}"]
    return "\n".join(lines) + "\n"
