"""The lexicon's pattern language: what it says, and how it is matched on words.

    "hala gel-"              two words in this order, with up to two words between
    "kargo* .. gecik"        `..` allows up to six words between
    "iade|geri_ver* iste+"   alternatives; `_` joins words that stand side by side
    "fatura* & yüksek*"      in any order, in the same sentence
    "{can,may}_i_{pay,use}"  every combination: can_i_pay, can_i_use, may_i_pay, may_i_use
    "<money> iste+"          a group of the file, and polarity
    "rezil et @0.6"          weight of the pattern; 0.9 when it is not given

A word matches its lemma or itself; with `*` any word that begins so; with `=` only this very
form; with `^` in front only where a sentence begins; `#name` is a class of word forms
(`morphology.classes`). `+` wants the word not denied, `-` wants it denied. Words that no
dictionary knows are also matched without Turkish letters, and with one letter wrong, since
recognition errs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

WEIGHT = 0.9
_GAP = 2
_WIDE_GAP = 6
_WINDOW = 12
_PART = re.compile(r"\s*(\.\.|&|[^\s&.@]+)")
_ATOM = re.compile(r"((?:\^?[=#]?[^\W_](?:[^\W_]|')*)\*?)([+-]?)")
_BRACES = re.compile(r"\{([^{}]*)\}")
_GROUP = re.compile(r"<([a-z]+)>([+-]?)")


class PatternError(ValueError):
    """A pattern is not written in the language above."""


class Term(msgspec.Struct, frozen=True):
    """An atom ("gel", "kargo*", "=var", "#cannot") and its polarity.

    `denied` is `True` where the word must be denied, `False` where it must not be.
    """

    atom: str
    denied: bool | None


class Slot(msgspec.Struct, frozen=True):
    """A place in a sequence, at most `gap` words after the place before.

    It is filled by an atom of `free`, by one of `polar` that has the right polarity, or by
    one of `compounds`, whose words stand side by side, by their first atom. `starts` are all
    its first atoms, `singles` those that need no other; `joined` has all atoms of each compound.
    """

    free: frozenset[str]
    polar: tuple[Term, ...]
    compounds: dict[str, list[tuple[Term, ...]]]
    gap: int
    starts: frozenset[str]
    singles: frozenset[str]
    joined: dict[str, tuple[frozenset[str], ...]]


class Pattern(msgspec.Struct, frozen=True):
    """Sequences that must all occur in one sentence, and how much that says."""

    sequences: tuple[tuple[Slot, ...], ...]
    weight: float
    source: str

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All places of all sequences."""
        return tuple(slot for sequence in self.sequences for slot in sequence)

    @property
    def atoms(self) -> frozenset[str]:
        """All atoms the pattern speaks of."""
        singles = (slot.starts for slot in self.slots)
        compounds = (
            frozenset(term.atom for term in compound)
            for slot in self.slots
            for those in slot.compounds.values()
            for compound in those
        )
        return frozenset[str]().union(*singles, *compounds)


def parse(source: str, groups: dict[str, str]) -> Pattern:
    """Read a pattern; raises `PatternError`."""
    body, _, weight = source.partition("@")
    sequences: list[tuple[Slot, ...]] = []
    slots: list[Slot] = []
    gap = _GAP
    rest = body.strip()
    while rest:
        part = _PART.match(rest)
        if part is None:
            raise PatternError(f"cannot read {rest!r} in pattern {source!r}")
        rest = rest[part.end() :]
        match part[1]:
            case "..":
                gap = _WIDE_GAP
            case "&":
                sequences.append(tuple(slots))
                slots = []
            case word:
                slots.append(_slot(_choices(word, groups, source), gap))
                gap = _GAP
    sequences.append(tuple(slots))
    if not all(sequences):
        raise PatternError(f"pattern {source!r} has an empty part")
    try:
        return Pattern(tuple(sequences), float(weight or WEIGHT), source)
    except ValueError:
        raise PatternError(f"weight {weight!r} of pattern {source!r} is not a number") from None


def _slot(choices: list[tuple[Term, ...]], gap: int) -> Slot:
    single = [choice[0] for choice in choices if len(choice) == 1]
    compounds: dict[str, list[tuple[Term, ...]]] = {}
    for choice in choices:
        if len(choice) > 1:
            compounds.setdefault(choice[0].atom, []).append(choice)
    return Slot(
        free=frozenset(term.atom for term in single if term.denied is None),
        polar=tuple(term for term in single if term.denied is not None),
        compounds=compounds,
        gap=gap,
        singles=frozenset(term.atom for term in single),
        joined={
            first: tuple(frozenset(term.atom for term in one) for one in those)
            for first, those in compounds.items()
        },
        starts=frozenset(choice[0].atom for choice in choices),
    )


def _choices(word: str, groups: dict[str, str], source: str) -> list[tuple[Term, ...]]:
    choices: list[tuple[Term, ...]] = []
    for alternative in _spread(word):
        if group := _GROUP.fullmatch(alternative):
            if group[1] not in groups:
                raise PatternError(f"group {group[1]!r} of pattern {source!r} is not defined")
            for member in groups[group[1]].split():
                choices += _choices(member + group[2], {}, source)
        else:
            choices.append(tuple(_term(part, source) for part in alternative.split("_")))
    return choices


def _spread(word: str) -> list[str]:
    """The alternatives of a word, with every `{one,other}` in them written out."""
    braces = _BRACES.search(word)
    if braces is None:
        return word.split("|")
    # the alternative the braces stand in is spread by itself
    start = word.rfind("|", 0, braces.start()) + 1
    end = word.find("|", braces.end())
    end = len(word) if end < 0 else end
    here = [
        f"{word[start : braces.start()]}{choice}{word[braces.end() : end]}"
        for choice in braces[1].split(",")
    ]
    before = word[: max(start - 1, 0)]
    spread = [part for one in here for part in _spread(one)]
    after = word[end + 1 :]
    return [*(_spread(before) if before else []), *spread, *(_spread(after) if after else [])]


def _term(part: str, source: str) -> Term:
    atom = _ATOM.fullmatch(part)
    if atom is None:
        raise PatternError(f"cannot read {part!r} in pattern {source!r}")
    return Term(atom[1], {"+": False, "-": True, "": None}[atom[2]])


class Hit(msgspec.Struct, frozen=True):
    """Where a pattern matched: word indices in order, and how well the words matched."""

    words: tuple[int, ...]
    quality: float


class Line:
    """The words of an utterance as patterns see them.

    `atoms` maps, per word, the atoms it fits to the quality of the fit; `sentence_of` numbers
    the sentences; `is_denied(index, atom)` tells a word's polarity. `present` are the atoms
    that some word fits.
    """

    def __init__(
        self,
        atoms: list[dict[str, float]],
        sentence_of: list[int],
        is_denied: Callable[[int, str], bool],
    ) -> None:
        self.atoms = atoms
        self.sentence_of = sentence_of
        self._is_denied = is_denied
        self._where: dict[str, list[int]] = {}
        for index, fitting in enumerate(atoms):
            for atom in fitting:
                self._where.setdefault(atom, []).append(index)
        self.present = frozenset(self._where)

    def has_compounds(self, pattern: Pattern) -> bool:
        """Whether no place needs words side by side of which one is missing."""
        return all(
            self._may_fill(slot)
            for sequence in pattern.sequences
            for slot in sequence
            if slot.joined
        )

    def _may_fill(self, slot: Slot) -> bool:
        if not slot.singles.isdisjoint(self.present):
            return True
        return any(
            needed <= self.present
            for first in slot.joined.keys() & self.present
            for needed in slot.joined[first]
        )

    def beginnings(self, pattern: Pattern) -> list[int]:
        """The words that the pattern may begin with, in order."""
        found = set[int]()
        for atom in pattern.sequences[0][0].starts & self.present:
            found.update(self._where[atom])
        return sorted(found)

    def match_at(self, pattern: Pattern, index: int) -> Hit | None:
        """The pattern with its first word at `index`; time is bounded by the pattern alone."""
        first = self._sequence_at(pattern.sequences[0], 0, index)
        if first is None:
            return None
        used = list(first.words)
        quality = first.quality
        for sequence in pattern.sequences[1:]:
            other = self._nearby(sequence, index, frozenset(used))
            if other is None:
                return None
            used += other.words
            quality = min(quality, other.quality)
        return Hit(tuple(sorted(used)), quality)

    def _nearby(self, sequence: tuple[Slot, ...], index: int, used: frozenset[int]) -> Hit | None:
        low = max(0, index - _WINDOW)
        high = min(len(self.atoms), index + _WINDOW)
        for place in sorted(range(low, high), key=lambda other: abs(other - index)):
            if place in used or self.sentence_of[place] != self.sentence_of[index]:
                continue
            hit = self._sequence_at(sequence, 0, place)
            if hit is not None and used.isdisjoint(hit.words):
                return hit
        return None

    def _sequence_at(self, sequence: tuple[Slot, ...], step: int, index: int) -> Hit | None:
        slot = sequence[step]
        if slot.starts.isdisjoint(self.atoms[index]):
            return None
        for size, quality in self._fits(index, slot).items():
            taken = tuple(range(index, index + size))
            if step + 1 == len(sequence):
                return Hit(taken, quality)
            first = index + size
            last = min(first + sequence[step + 1].gap, len(self.atoms) - 1)
            for place in range(first, last + 1):
                if self.sentence_of[place] != self.sentence_of[index]:
                    break
                rest = self._sequence_at(sequence, step + 1, place)
                if rest is not None:
                    return Hit((*taken, *rest.words), min(quality, rest.quality))
        return None

    def _fits(self, index: int, slot: Slot) -> dict[int, float]:
        """The slot at the word: how many words it takes there, and how well they fit."""
        found = self.atoms[index]
        fits: dict[int, float] = {}
        best = max((found[atom] for atom in found.keys() & slot.free), default=0.0)
        for term in slot.polar:
            best = max(best, self._quality(index, term))
        if best:
            fits[1] = best
        for atom in found.keys() & slot.compounds.keys():
            for compound in slot.compounds[atom]:
                if index + len(compound) > len(self.atoms):
                    continue
                quality = self._compound_quality(index, compound)
                if quality > fits.get(len(compound), 0.0):
                    fits[len(compound)] = quality
        return fits

    def _compound_quality(self, index: int, compound: tuple[Term, ...]) -> float:
        lowest = 1.0
        for at, term in enumerate(compound):
            quality = self._quality(index + at, term)
            if not quality:
                return 0.0
            lowest = min(lowest, quality)
        return lowest

    def _quality(self, index: int, term: Term) -> float:
        quality = self.atoms[index].get(term.atom, 0.0)
        if quality and term.denied is not None and self._is_denied(index, term.atom) != term.denied:
            return 0.0
        return quality
