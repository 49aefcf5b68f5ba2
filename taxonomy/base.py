"""What every taxonomy model is built on: ids, lines, words in several languages, and the frozen record itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Words = Annotated[tuple[Line, ...], Field(min_length=1)]


class Model(BaseModel):
    """Base of all taxonomy models: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(RootModel[dict[str, Line]]):
    """The same words in several languages, in the order of the file."""

    model_config = ConfigDict(frozen=True)

    def get(self, lang: str) -> str:
        """Returns the words in `lang`, else in the first language the file gives, else an empty string."""
        return self.root.get(lang) or next(iter(self.root.values()), "")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have words, in file order."""
        return tuple(self.root)

    def __hash__(self) -> int:
        return hash(tuple(self.root.items()))


class Example(Model):
    """A made-up page in two lines: a title and a sentence. It proves what a service's terms find or leave."""

    title: Line
    text: str = ""
    language: str
