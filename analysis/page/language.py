"""Which language a text is in, by a vote of small words.

Short texts need the page's other signals, so the vote returns nothing when it has too little to go by, and
the reader falls back on what the page declares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from taxonomy import Taxonomy, page_markup

_WORD = re.compile(r"[^\W\d_]+")
# An ending is a weaker sign than a small word: languages share some.
_ENDING_VOTE = 0.4
# So is a letter that none of ours has; names bring single ones.
_LETTER_VOTE = 0.4
_REMEMBERED, _BLOCK = 100_000, 1_000
# Fewer signs than this of another language are names and titles.
_LEAST_FOREIGN = 5


class _Signs(dict[str, tuple[tuple[str, float], ...]]):
    """What words vote for, each worked out when it is first asked for."""

    def __init__(self, worked_out: Callable[[str], tuple[tuple[str, float], ...]]) -> None:
        super().__init__()
        self._worked_out = worked_out

    def __missing__(self, word: str) -> tuple[tuple[str, float], ...]:
        found = self._worked_out(word)
        if len(self) < _REMEMBERED:
            self[word] = found
        return found


class LanguageVote:
    """Votes with the stop words of the study languages and of a few others."""

    def __init__(
        self,
        ours: Mapping[str, frozenset[str]],
        foreign: Mapping[str, frozenset[str]],
        endings: Mapping[str, frozenset[str]],
        letters: Mapping[str, frozenset[str]],
        unspaced: Mapping[str, str],
    ) -> None:
        self.ours = tuple(ours)
        known = frozenset().union(*ours.values()) if ours else frozenset()
        lists = dict(ours) | {code: words - known for code, words in foreign.items() if code not in ours}
        self._foreign = dict(foreign)
        voters: dict[str, list[str]] = {}
        for code, words in lists.items():
            for word in words:
                voters.setdefault(word, []).append(code)
        self._voters = {word: tuple(codes) for word, codes in voters.items()}
        self._letters: dict[str, tuple[str, ...]] = {}
        for code, signs in letters.items():
            for sign in signs if code not in ours else ():
                self._letters[sign] = (*self._letters.get(sign, ()), code)
        self._any_sign = re.compile("[" + "".join(unspaced.values()) + "]")
        self._each_sign = {code: re.compile(f"[{signs}]") for code, signs in unspaced.items()}
        self._endings = {ending: code for code in ours for ending in endings.get(code, ())}
        # Most words come from few, and a site's blocks come on many of its pages.
        self._signs = _Signs(self._signs_of)
        self._of_block = lru_cache(maxsize=8_192)(self._of)

    def counts(self, text: str) -> dict[str, float]:
        """Votes per language; a word that several languages share is divided between them."""
        votes: dict[str, float] = {}
        signs = self._signs
        for word in _WORD.findall(text.lower()):
            for code, share in signs[word]:
                votes[code] = votes.get(code, 0.0) + share
        if self._any_sign.search(text):
            for code, sign in self._each_sign.items():
                votes[code] = votes.get(code, 0.0) + _LETTER_VOTE * len(sign.findall(text))
        return votes

    def _signs_of(self, word: str) -> tuple[tuple[str, float], ...]:
        """What one word votes for."""
        letters = {code for sign in self._letters.keys() & set(word) for code in self._letters[sign]}
        found = [(code, _LETTER_VOTE) for code in sorted(letters)]
        if codes := self._voters.get(word):
            found += [(code, 1.0 / len(codes)) for code in codes]
        elif len(word) > 5 and (ending := self._endings.get(word[-3:]) or self._endings.get(word[-4:])):
            found.append((ending, _ENDING_VOTE))
        return tuple(found)

    def _shared(self, text: str, ours: str, foreign: str) -> float:
        """The votes for one of ours by words that the other language has too: they tell neighbours from nobody."""
        both = self._foreign.get(foreign, frozenset())
        voters = ((word, self._voters.get(word, ())) for word in _WORD.findall(text.lower()))
        return sum(1.0 / len(codes) for word, codes in voters if ours in codes and word in both)

    def of(self, text: str, declared: str = "") -> str:
        """The language of ``text``; ``declared`` where the words do not say, empty where nothing does."""
        return (self._of_block if len(text) <= _BLOCK else self._of)(text, declared)

    def _of(self, text: str, declared: str) -> str:
        votes = self.counts(text[:6000])
        ours = max(self.ours, key=lambda code: votes.get(code, 0.0), default="")
        most = votes.get(ours, 0.0)
        others = [code for code in votes if code not in self.ours]
        foreign = max(sorted(others), key=lambda code: votes[code], default="")
        if (
            foreign
            and votes[foreign] >= _LEAST_FOREIGN
            and votes[foreign] > most - self._shared(text[:6000], ours, foreign)
        ):
            return foreign
        if most < 1.0:
            return declared or (ours if most > 0 else "")
        rival = votes.get(declared, 0.0)
        clearly = most >= rival + 1.5 and most > 1.4 * rival
        return ours if clearly or not declared else declared


@lru_cache(maxsize=8)
def vote_for(taxonomy: Taxonomy) -> LanguageVote:
    """The language vote with this taxonomy's languages, built once."""
    ours = {code: frozenset(w.lower() for w in language.stop_words) for code, language in taxonomy.languages.items()}
    markup = page_markup()
    return LanguageVote(ours, markup.foreign, markup.endings, markup.letters, markup.signs)
