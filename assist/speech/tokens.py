"""Whisper's tokens: prompts, text, and which tokens make up which word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_REPLACEMENT = "\ufffd"


class WhisperTokens:
    """The tokeniser of a Whisper model. `multilingual` models are told the language."""

    def __init__(self, tokenizer: Tokenizer, *, multilingual: bool) -> None:
        self._tokenizer = tokenizer
        self._multilingual = multilingual
        self._end_of_text = self._id("<|endoftext|>")
        self._no_timestamps = self._id("<|notimestamps|>")

    def start(self, language: str) -> list[int]:
        """The tokens that ask for a transcript in `language`."""
        asked = ["<|startoftranscript|>"]
        if self._multilingual:
            asked += [f"<|{language}|>", "<|transcribe|>"]
        return [self._id(name) for name in asked]

    def prompt(self, language: str) -> list[int]:
        """`start`, and that no time stamps are wanted."""
        return [*self.start(language), self._no_timestamps]

    def knows(self, language: str) -> bool:
        """True when the model can be asked for `language`."""
        if not self._multilingual:
            return language == "en"
        return self._tokenizer.token_to_id(f"<|{language}|>") is not None

    def words(self, tokens: Sequence[int]) -> list[tuple[str, int]]:
        """Each word, punctuation included, with the number of its tokens.

        A letter may be spread over several tokens, so these are decoded together.
        """
        words: list[tuple[str, int]] = []
        pending: list[int] = []
        for token in tokens:
            pending.append(token)
            piece = self._tokenizer.decode(pending)
            if piece.endswith(_REPLACEMENT) and len(pending) < len(tokens):
                continue
            if piece.startswith(" ") or not words:
                words.append((piece.strip(), len(pending)))
            else:
                text, count = words[-1]
                words[-1] = (text + piece, count + len(pending))
            pending = []
        return words

    def spoken(self, tokens: Sequence[int]) -> list[int]:
        """The tokens that are text."""
        return [token for token in tokens if token < self._end_of_text]

    def _id(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"the tokeniser has no {name}")
        return int(found)
