"""Turns of one channel: where a person begins to speak, and where the turn ends.

A turn begins at the first block whose speech probability reaches the threshold and lasts while
the probability stays above a lower one (hysteresis). It ends after `endpoint_silence` seconds
without speech, a turn longer than `long_turn` after less and less; at `max_turn` it is cut at
its quietest recent point and goes on as the next one. Positions are samples at 16 kHz since the
call began.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from assist.config import SpeechSettings
from assist.events import SAMPLE_RATE
from assist.speech.vad import BLOCK, BLOCK_SECONDS, Samples, VadModel, VadState

__all__ = ["BLOCK", "BlockResult", "Turn", "TurnDetector", "VadModel"]

_STAYS = 0.3
"""A turn goes on down to this share of the threshold: noise on a line lowers the probability."""
_PADDING_BEFORE = 0.32
_PADDING_AFTER = 0.24
_LEAST_SILENCE = SAMPLE_RATE // 10
_CUT_SEARCH = 3.0
_CUT_WIDTH = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """Speech of one person from `start` to `end` (samples of the call).

    `audio` (float32, 16 kHz) begins at `audio_start`, a little before `start`, and reaches a
    little beyond `end`. `cut` says that the person went on speaking.
    """

    start: int
    end: int
    audio: Samples
    audio_start: int
    cut: bool = False

    @property
    def seconds(self) -> float:
        """Length of the speech without the padding."""
        return (self.end - self.start) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class BlockResult:
    """What one block told.

    `speech` is the decision with hysteresis, `probability` the network's answer, `started` the
    position at which a turn began (told once, as soon as the turn has `min_speech`), `paused`
    the turn as it will be if nothing more is said, `ended` a finished turn.
    """

    speech: bool
    probability: float
    started: int | None = None
    paused: Turn | None = None
    ended: Turn | None = None


@dataclass(slots=True)
class _Block:
    audio: Samples
    position: int
    speech: bool

    @property
    def end(self) -> int:
        return self.position + BLOCK


@dataclass(slots=True)
class _Open:
    """The turn that is being spoken: its blocks, with the padding before the first speech."""

    blocks: list[_Block]
    announced: bool = False
    spoken: list[_Block] = field(init=False)

    def __post_init__(self) -> None:
        self.spoken = [block for block in self.blocks if block.speech]

    def add(self, block: _Block) -> None:
        self.blocks.append(block)
        if block.speech:
            self.spoken.append(block)

    @property
    def start(self) -> int:
        return self.spoken[0].position

    @property
    def end(self) -> int:
        return self.spoken[-1].end


class TurnDetector:
    """State of one channel; it can be pickled, because the network is passed to every call."""

    def __init__(self, settings: SpeechSettings, position: int = 0) -> None:
        self._threshold = settings.vad_threshold
        self._endpoint = _samples(settings.endpoint_silence)
        self._long_turn = _samples(settings.long_turn)
        self._min_speech = settings.min_speech
        self._max_turn = _samples(settings.max_turn)
        self._position = position
        self._vad = VadState()
        self._speaking = False
        self._before: deque[_Block] = deque(maxlen=round(_PADDING_BEFORE / BLOCK_SECONDS))
        self._open: _Open | None = None

    def push(self, vad: VadModel, block: Samples) -> BlockResult:
        """Take the next 512 samples."""
        probability = vad.probability(self._vad, block)
        level = self._threshold * (_STAYS if self._speaking else 1.0)
        self._speaking = probability >= level
        ended = self._advance(_Block(block.copy(), self._position, self._speaking))
        self._position += BLOCK
        return BlockResult(self._speaking, probability, self._announce(), self._paused(), ended)

    def finish(self) -> Turn | None:
        """End the channel: the turn that is still open, if it has enough speech."""
        turn = self.open_turn()
        self._close()
        return turn

    def open_turn(self) -> Turn | None:
        """The turn so far, or None while nobody speaks or too little was said."""
        if self._open is None or not self._enough(self._open):
            return None
        return _turn(self._open, self._open.end)

    def _advance(self, block: _Block) -> Turn | None:
        if self._open is None:
            if block.speech:
                self._open = _Open([*self._before, block])
                self._before.clear()
            else:
                self._before.append(block)
            return None
        self._open.add(block)
        if block.end - self._open.end >= self._silence_after(self._open):
            return self.finish()
        if block.end - self._open.start >= self._max_turn:
            return self._cut(self._open)
        return None

    def _silence_after(self, turn: _Open) -> int:
        """The silence that ends a turn: the longer it has become, the less.

        The words of a long turn cost time, and waiting for a long pause would add to it.
        """
        lengths = self._long_turn, max(self._max_turn - _samples(_CUT_SEARCH) // 2, self._long_turn)
        return int(np.interp(turn.end - turn.start, lengths, (self._endpoint, _LEAST_SILENCE)))

    def _announce(self) -> int | None:
        if self._open is None or self._open.announced or not self._enough(self._open):
            return None
        self._open.announced = True
        return self._open.start

    def _paused(self) -> Turn | None:
        """The open turn, when its last speech has just got all the padding that it will have."""
        if self._open is None:
            return None
        silence = self._position - self._open.end
        if not 0 <= silence - _samples(_PADDING_AFTER) < BLOCK:
            return None
        return self.open_turn()

    def _enough(self, turn: _Open) -> bool:
        return len(turn.spoken) * BLOCK_SECONDS >= self._min_speech

    def _close(self) -> None:
        if self._open is not None:
            end = self._open.end
            self._before.extend(block for block in self._open.blocks if block.position >= end)
            self._open = None

    def _cut(self, turn: _Open) -> Turn | None:
        """End the turn at its quietest recent point; what follows becomes the next turn."""
        index = _quietest(turn.blocks)
        head, tail = _Open(turn.blocks[:index]), turn.blocks[index:]
        self._open = _Open(tail) if any(block.speech for block in tail) else None
        if self._open is None:
            self._before.extend(tail)
        if not head.spoken or not self._enough(head):
            return None
        return _turn(head, head.end, cut=True)


def _turn(turn: _Open, end: int, *, cut: bool = False) -> Turn:
    limit = end + _samples(_PADDING_AFTER)
    blocks = [block for block in turn.blocks if block.position < limit]
    audio = np.concatenate([block.audio for block in blocks])
    return Turn(turn.start, end, audio, blocks[0].position, cut)


def _quietest(blocks: list[_Block]) -> int:
    """Index of the block with the least power around it in the last seconds."""
    width = round(_CUT_SEARCH / BLOCK_SECONDS)
    first = max(len(blocks) - width, len(blocks) // 2)
    power = [float(np.mean(np.square(block.audio))) for block in blocks[first:]]
    smooth = np.convolve(power, np.ones(_CUT_WIDTH) / _CUT_WIDTH, mode="valid")
    return first + _CUT_WIDTH // 2 + int(np.argmin(smooth))


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)
