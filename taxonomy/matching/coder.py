"""Words as characters: texts and phrases become strings with one character per word part, ready for an automaton."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from taxonomy.models import Grammar
from taxonomy.words import WORD, Analyser, analyser_for, learn, number_forms

from .entries import SIMPLE_WORD

_PIECE = re.compile(rf"({WORD.pattern})|([!?:;,\n()\[\]|•·/]|\.(?!\w))")
BREAK, UNKNOWN = "\x02", "\x01"
_LONGEST_WORD = 200
LOOKS_AHEAD = 3
"""Words in which the last part of a compound is looked for that ends in a hyphen."""
FIRST_CODE, _FIRST_STEM = 0x4E00, 0x3400


@dataclass(frozen=True, slots=True)
class Coded:
    """A text as a string of part codes, with the word that each code belongs to."""

    codes: str
    owner: Sequence[int]
    words: Sequence[tuple[int, int]]
    asking: frozenset[str] = frozenset()


class PartCoder:
    """Turns words into strings of one character per part; parts that no phrase uses become one and the same."""

    def __init__(self, grammar: Grammar, phrases: Sequence[str], asking: Sequence[str] = (), name: str = "") -> None:
        """With a name, what the words of the phrases are made of is kept under it for the next process."""
        self._grammar = grammar
        inflected = [
            phrase for phrase in phrases if phrase[-1] != "*" and phrase[0] != "=" and not self._by_form(phrase)
        ]
        words = [word for phrase in inflected for word in WORD.findall(phrase.lower())]
        self.analyser: Analyser = analyser_for(grammar, words)
        self._codes: dict[str, str] = {}
        bare = {word.rstrip("-") for word in words}
        if name:
            learn(self.analyser, name, {*bare, *(word.lower() for word in asking)})
        for word in sorted(bare):
            for part in self.analyser.readings(word)[0]:
                self._codes.setdefault(part, chr(FIRST_CODE + len(self._codes)))
        stems = sorted({phrase[:-1].lower() for phrase in phrases if phrase[-1] == "*"})
        self._stems = {stem: chr(_FIRST_STEM + number) for number, stem in enumerate(stems)}
        exact = sorted({phrase[1:].lower() for phrase in phrases if phrase[0] == "="})
        formed = sorted({phrase.lower() for phrase in phrases if self._by_form(phrase)} - set(exact))
        self._exact = {word: chr(_FIRST_STEM + len(stems) + number) for number, word in enumerate([*exact, *formed])}
        self._forms = {form: self._exact[word] for word in formed for form in number_forms(word, grammar)} | self._exact
        # "-hakemus", "-ansökan": what follows a service's name in the name of its form.
        self._asking = frozenset(
            self._codes.get(self.analyser.readings(word.lower())[0][-1], "") for word in asking
        ) - {""}
        self._cache: dict[str, str] = {}
        self._stemmed: dict[str, str] = {}

    def _by_form(self, phrase: str) -> bool:
        """Where stems throw too much together (park, parking), single words stand for themselves and their plural."""
        is_marked = phrase[0] == "=" or phrase[-1] == "*"
        return bool(self._grammar.plurals) and not is_marked and bool(SIMPLE_WORD.fullmatch(phrase.lower()))

    def phrase(self, phrase: str) -> str:
        """The codes of a phrase to look for; a final ``*`` marks the beginning of one word, ``=`` one exact form."""
        if phrase.startswith("="):
            return self._exact[phrase[1:].lower()]
        if self._by_form(phrase):
            return self._exact[phrase.lower()]
        if phrase.endswith("*"):
            return self._stems[phrase[:-1].lower()]
        return "".join(self.word(word.rstrip("-")) for word in WORD.findall(phrase.lower()))

    def word(self, word: str) -> str:
        """The codes of one lower-case word; of its readings the one that knows most."""
        codes = self._cache.get(word)
        if codes is None:
            known = self._codes
            # A row of hyphens that only a machine writes is no word: each of its parts would be put with each other.
            readings = self.analyser.readings(word) if len(word) <= _LONGEST_WORD else ((word,),)
            coded = ["".join(known.get(part, UNKNOWN) for part in parts) for parts in readings]
            codes = max(coded, key=lambda text: (len(text) - text.count(UNKNOWN)) / len(text) + (text != UNKNOWN))
            if len(self._cache) > 300_000:
                self._cache.clear()
            self._cache[word] = codes
        return codes

    def text(self, text: str) -> Coded:
        """The codes of a running text; punctuation breaks phrases, "aamu- ja iltapäivä" is read as two compounds."""
        codes: list[str] = []
        owner: list[int] = []
        words: list[tuple[int, int]] = []
        dangling: list[int] = []
        cache = self._cache
        for match in _PIECE.finditer(text.lower()):
            word = match.group(1)
            if word is None:
                codes.append(BREAK)
                owner.append(-1)
                continue
            if word[-1] == "-":
                word = word[:-1]
                dangling.append(len(words))
            coded = cache.get(word) or self.word(word)
            codes.append(coded)
            if len(coded) == 1:
                owner.append(len(words))
            else:
                owner.extend([len(words)] * len(coded))
            words.append(match.span(1))
        joined = "".join(codes)
        if dangling:
            joined += self._completed(dangling, joined, owner)
        if self._stems or self._exact:
            joined += self._begun(text, words, owner)
        return Coded(joined, owner, words, self._asking)

    def _begun(self, text: str, words: Sequence[tuple[int, int]], owner: list[int]) -> str:
        """One code for every stem that a word of the text begins with."""
        extra: list[str] = []
        lowered = text.lower()
        for index, (start, end) in enumerate(words):
            for code in self._stems_of(lowered[start:end]):
                extra.append(BREAK + code)
                owner.extend((-1, index))
        return "".join(extra)

    def _stems_of(self, word: str) -> str:
        found = self._stemmed.get(word)
        if found is None:
            found = "".join(code for stem, code in self._stems.items() if word.startswith(stem)) + self._forms.get(
                word, ""
            )
            if len(self._stemmed) > 300_000:
                self._stemmed.clear()
            self._stemmed[word] = found
        return found

    def _completed(self, dangling: Sequence[int], codes: str, owner: list[int]) -> str:
        """Compounds that share their last part: what the hyphen stands for, from the next compound."""
        extra: list[str] = []
        of_word: dict[int, str] = {}
        for code, word in zip(codes, owner, strict=False):
            of_word[word] = of_word.get(word, "") + code
        for index in dangling:
            own = of_word.get(index, "")
            for following in range(index + 1, index + 1 + LOOKS_AHEAD):
                parts = of_word.get(following, "")
                if len(parts) < 2:
                    continue
                for cut in range(1, len(parts)):
                    piece = BREAK + own + parts[cut:]
                    extra.append(piece)
                    owner.extend([-1] + [index] * len(own) + [following] * (len(parts) - cut))
                break
        return "".join(extra)
