"""The lexicon of a language: which patterns speak for which situation, ready to be matched.

A file `lexicon/<language>.toml` has `[groups]` of words (separated by spaces) and, for each
speaker and situation, `match` and `except` lists of patterns (see `patterns.py`). `yields`
names situations of the same speaker that explain the words better: "sorry to interrupt" is an
apology for that alone. What a single hint (a weight below 0.9) says gives way to what several
patterns say in the same sentence, except for the situations in `in_passing`; a file without
that list has no such rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assist.errors import PlaybookError
from assist.guidance.morphology import Form, Word, analyse, classes, is_negated, openings
from assist.guidance.patterns import Line, Pattern, PatternError, parse
from assist.text import ascii_tr

LANGUAGES = ("tr", "en")
SPEAKERS = ("caller", "agent")
_PLAIN_QUALITY = 0.95
_FUZZY_QUALITY = 0.85
_PLAIN_FROM = 5
_FUZZY_FROM = 6
_TWO_ERRORS_FROM = 11
_SOFTENED = {"ğ": ("k", 3), "b": ("p", 5), "c": ("ç", 5), "d": ("t", 5)}
_CACHE = 20_000


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The patterns of one situation, as written in the file."""

    match: tuple[str, ...]
    except_: tuple[str, ...] = msgspec.field(default=(), name="except")
    yields: tuple[str, ...] = ()


class LexiconFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lexicon file as written."""

    caller: dict[str, Entry]
    agent: dict[str, Entry]
    groups: dict[str, str] = {}
    in_passing: tuple[str, ...] | None = None


class Rule(msgspec.Struct, frozen=True):
    """A compiled pattern: for which situation it speaks, or what it takes back."""

    speaker: str
    tag: str
    pattern: Pattern
    is_exception: bool


class Lexicon:
    """Compiled patterns of one language, and which words each of them needs."""

    def __init__(self, language: str, file: LexiconFile) -> None:
        self.language = language
        self.tags = {"caller": frozenset(file.caller), "agent": frozenset(file.agent)}
        self.in_passing = None if file.in_passing is None else frozenset(file.in_passing)
        self.yields: dict[tuple[str, str], tuple[str, ...]] = {}
        self._rules: list[Rule] = []
        self._of_speaker = dict.fromkeys(SPEAKERS, 0)
        self._needed: list[dict[str, int]] = []
        self._shorter: list[int] = []
        self._atoms: set[str] = set()
        self._opening: dict[str, str] = {}
        self._plain: dict[str, list[str]] = {}
        self._fuzzy: dict[int, dict[str, list[str]]] = {}
        self._found: dict[str, dict[str, float]] = {}
        for speaker in SPEAKERS:
            entries: dict[str, Entry] = getattr(file, speaker)
            for tag, entry in entries.items():
                if entry.yields:
                    self.yields[speaker, tag] = entry.yields
                for sources, is_exception in ((entry.match, False), (entry.except_, True)):
                    for source in sources:
                        pattern = parse(source, file.groups)
                        self._add(Rule(speaker, tag, pattern, is_exception))

    def _add(self, rule: Rule) -> None:
        bit = 1 << len(self._rules)
        self._of_speaker[rule.speaker] |= bit
        self._rules.append(rule)
        for place, slot in enumerate(rule.pattern.slots):
            if place == len(self._needed):
                self._needed.append({})
                self._shorter.append(bit - 1)
            longest = (max(atoms, key=len) for those in slot.joined.values() for atoms in those)
            for atom in slot.singles.union(longest):
                self._needed[place][atom] = self._needed[place].get(atom, 0) | bit
        for place in range(len(rule.pattern.slots), len(self._needed)):
            self._shorter[place] |= bit
        for atom in sorted(rule.pattern.atoms - self._atoms):
            self._atoms.update((atom, atom.removeprefix("^")))
            self._register(atom)

    def _register(self, atom: str) -> None:
        """Make the atom known to the comparison of misheard words."""
        if atom.startswith("^"):
            self._opening[atom[1:]] = atom
            self._register(atom[1:])
            return
        if atom.startswith(("=", "#")):
            return
        plain = self._plain_of(atom.removesuffix("*"))
        if atom.endswith("*") or len(plain) >= 3:
            self._plain.setdefault(plain, []).append(atom)
        if len(plain) >= _FUZZY_FROM:
            self._fuzzy.setdefault(len(plain), {}).setdefault(plain, []).append(atom)

    def _plain_of(self, word: str) -> str:
        return ascii_tr(word) if self.language == "tr" else word

    def line(self, words: list[Word]) -> Line:
        """The words as patterns see them."""
        denied: dict[tuple[int, int], bool] = {}

        def is_denied(index: int, atom: str) -> bool:
            stem = _shared(words[index].form.folded, atom)
            if (index, stem) not in denied:
                denied[index, stem] = is_negated(words, index, stem, self.language)
            return denied[index, stem]

        atoms = [self.atoms_of(word.form) for word in words]
        for index in openings(words, self.language):
            found = atoms[index]
            first = {self._opening[atom]: found[atom] for atom in found if atom in self._opening}
            atoms[index] = found | first
        return Line(atoms, [word.sentence for word in words], is_denied)

    def possible(self, line: Line, speakers: Iterable[str]) -> Iterator[Rule]:
        """The rules that have a word of the line for each of their places; no other can match.

        Rules are the bits of a number: for each place, those that some word of the line fills.
        Of words that must stand side by side the longest one is asked for first, since it is
        mostly the rarest.
        """
        found = sum(self._of_speaker[speaker] for speaker in speakers)
        for needed, shorter in zip(self._needed, self._shorter, strict=True):
            filled = shorter
            for atom in line.present & needed.keys():
                filled |= needed[atom]
            found &= filled
        while found:
            lowest = found & -found
            rule = self._rules[lowest.bit_length() - 1]
            if line.has_compounds(rule.pattern):
                yield rule
            found ^= lowest

    def atoms_of(self, form: Form) -> dict[str, float]:
        """Every atom the word fits, with the quality of the fit (0…1)."""
        found = self._found.get(form.folded)
        if found is None:
            if len(self._found) >= _CACHE:
                self._found.clear()
            found = self._found[form.folded] = self._look_up(form)
        return found

    def _look_up(self, form: Form) -> dict[str, float]:
        candidates = [
            form.folded,
            form.lemma,
            f"={form.folded}",
            *(f"#{name}" for name in classes(form, self.language)),
            *(f"{form.folded[:size]}*" for size in range(1, len(form.folded) + 1)),
        ]
        if self.language == "tr":
            candidates += _hardened(form.folded)
        found = {atom: 1.0 for atom in candidates if atom in self._atoms}
        if not form.known:
            self._look_up_misheard(form, found)
        elif form.plain == form.folded and len(form.plain) >= _PLAIN_FROM:
            self._look_up_unmarked(form, found)
        return found

    def _look_up_unmarked(self, form: Form, found: dict[str, float]) -> None:
        """A word that a dictionary has may still be another one without its Turkish letters."""
        for size in range(_PLAIN_FROM, len(form.plain) + 1):
            for atom in self._plain.get(form.plain[:size], ()):
                if atom.endswith("*") or size == len(form.plain):
                    found.setdefault(atom, _PLAIN_QUALITY)

    def _look_up_misheard(self, form: Form, found: dict[str, float]) -> None:
        """Words in no dictionary: compared without Turkish letters, then with an error."""
        for size in range(2, len(form.plain) + 1):
            for atom in self._plain.get(form.plain[:size], ()):
                found.setdefault(atom, _PLAIN_QUALITY)
        if len(form.plain) < _FUZZY_FROM:
            return
        for size, stems in self._fuzzy.items():
            errors = 1 if size < _TWO_ERRORS_FROM else 2
            for cut in (size, size + 1, size - 1):
                for stem, _, _ in process.extract(
                    form.plain[:cut],
                    stems.keys(),
                    scorer=Levenshtein.distance,
                    score_cutoff=errors,
                    limit=None,
                ):
                    # a wrong first letter is rarer than another word that sounds alike
                    for atom in stems[stem] if stem[0] == form.plain[0] else ():
                        found.setdefault(atom, _FUZZY_QUALITY)


def _hardened(folded: str) -> list[str]:
    """Beginnings of a Turkish word as they are without the suffix: "kulaklığı" → kulaklık*."""
    return [
        f"{folded[:place]}{_SOFTENED[letter][0]}*"
        for place, letter in enumerate(folded)
        if letter in _SOFTENED and place + 1 >= _SOFTENED[letter][1]
    ]


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common at their beginning."""
    return next(
        (
            place
            for place, (left, right) in enumerate(zip(one, other, strict=False))
            if left != right
        ),
        min(len(one), len(other)),
    )


@cache
def lexicon(language: str) -> Lexicon:
    """The built-in lexicon; raises `PlaybookError` for a language there is none for.

    The dictionary is loaded with it, so that no utterance of a call has to wait for that.
    """
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise PlaybookError(
            f"There is no guidance for the language {language!r}; use one of: {known}."
        )
    source = resources.files("assist.guidance") / "lexicon" / f"{language}.toml"
    try:
        file = msgspec.convert(tomllib.loads(source.read_text("utf-8")), LexiconFile)
        analyse("a", language)
        return Lexicon(language, file)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, PatternError) as error:
        raise PlaybookError(f"The lexicon {source} is wrong: {error}.") from error


def situations(speaker: str | None = None) -> frozenset[str]:
    """The names of all situations, of one speaker or of both."""
    speakers = SPEAKERS if speaker is None else (speaker,)
    every = [lexicon(language).tags[who] for language in LANGUAGES for who in speakers]
    return frozenset[str]().union(*every)
