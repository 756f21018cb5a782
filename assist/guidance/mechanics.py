"""Conversation mechanics: who talks how much and how fast, who breaks in, where it is silent.

The meter is told two things apart: voice activity of every channel, block by block, and
finished utterances, later and in their order. What the one says never depends on the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from assist.events import SAMPLE_RATE, Role, Utterance

BLOCK = 512
"""Samples of one voice activity decision, 32 ms."""

_BLOCK_SECONDS = BLOCK / SAMPLE_RATE

Source = Annotated[str, Meta(min_length=1)]


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of the playbook (seconds unless its name says otherwise) and where it is from."""

    value: Annotated[float, Meta(gt=0)]
    source: Source


class MechanicsRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Definitions of the meter, from `[mechanics]` of a playbook.

    `dead_air`: silence on both channels that counts in the total. `backchannel`: speech over
    the other one's that is no longer than this is listening ("hı hı", "I see"), not breaking
    in. `overlap`: how long both must speak at once; shorter overlaps are ordinary changes of
    turn. `pause`: silence within the speech of one person. `floor`: silence after which
    nobody holds the floor any more. `pace_window`: seconds of speech the pace is taken over.
    `hold`: silence after the agent asked the caller to wait that counts as a hold;
    `hold_limit`: how long it may be where no length was promised. `question_overlap`: share
    (0…1) of the words of two questions from which on they are the same one.
    """

    dead_air: Threshold = Threshold(3.0, "default")
    backchannel: Threshold = Threshold(1.0, "default")
    overlap: Threshold = Threshold(0.5, "default")
    pause: Threshold = Threshold(0.25, "default")
    floor: Threshold = Threshold(3.0, "default")
    pace_window: Threshold = Threshold(20.0, "default")
    hold: Threshold = Threshold(5.0, "default")
    hold_limit: Threshold = Threshold(45.0, "default")
    question_overlap: Threshold = Threshold(0.75, "default")


class MechanicsSnapshot(msgspec.Struct, frozen=True):
    """What the audio says so far: the fields of `events.Mechanics` that need no words."""

    talk_ratio: float
    overtalk: dict[str, int]
    dead_air: float
    dead_air_total: float
    monologue: float
    monologue_channel: str


class _Voice(msgspec.Struct):
    """One channel: the run of speech it is in, positions in samples."""

    speech: int = 0
    run_start: int = -1
    run_speech: int = 0
    last_end: int = -1
    overlap: int = 0
    over: str = ""
    counted: bool = False


class MechanicsMeter:
    """State of one call; can be pickled."""

    def __init__(self, rules: MechanicsRules) -> None:
        self._dead_air = rules.dead_air.value
        self._backchannel = _samples(rules.backchannel)
        self._overlap = _samples(rules.overlap)
        self._pause = _samples(rules.pause)
        self._floor = _samples(rules.floor)
        self._voices: dict[str, _Voice] = {}
        self._position = 0
        self._last_speech = -1
        self._dead_air_total = 0.0
        self._holder = ""
        self._held_from = 0
        self._overtalk: dict[str, int] = {}
        self._pace = _Pace(rules.pace_window.value)

    def push(self, position: int, speech: Mapping[Role, bool]) -> None:
        """Voice activity of every channel in the block that begins at `position`."""
        end = position + BLOCK
        self._position = end
        self._silence_until(position, any(speech.values()))
        for role, active in speech.items():
            voice = self._voices.setdefault(role.value, _Voice())
            if active:
                self._start_run(role.value, voice, position)
                both = voice.over != "" and speech.get(Role(voice.over), False)
                self._speaks(role.value, voice, position, both)
            elif voice.run_start >= 0 and end - voice.last_end > self._pause:
                voice.run_start = -1
        self._update_floor()

    def utterance(self, utterance: Utterance) -> None:
        """A finished utterance, for the pace."""
        self._pace.add(utterance)

    def pace(self) -> dict[str, float]:
        """Words a minute of each channel over its recent speech."""
        return self._pace.recent()

    def pace_ratio(self) -> dict[str, float]:
        """Recent pace over the channel's own normal, once there is one: 1.25 is 25 % faster."""
        return self._pace.ratio()

    def snapshot(self) -> MechanicsSnapshot:
        """The mechanics up to the last block."""
        dead_air = 0.0
        if self._last_speech >= 0:
            dead_air = (self._position - self._last_speech) / SAMPLE_RATE
        total = self._dead_air_total + (dead_air if dead_air >= self._dead_air else 0.0)
        monologue = (self._position - self._held_from) / SAMPLE_RATE if self._holder else 0.0
        return MechanicsSnapshot(
            talk_ratio=self._talk_ratio(),
            overtalk=dict(self._overtalk),
            dead_air=round(dead_air, 3),
            dead_air_total=round(total, 3),
            monologue=round(monologue, 3),
            monologue_channel=self._holder,
        )

    def _talk_ratio(self) -> float:
        spoken = {role: voice.speech for role, voice in self._voices.items()}
        both = spoken.get(Role.AGENT.value, 0) + spoken.get(Role.CALLER.value, 0)
        return round(spoken.get(Role.AGENT.value, 0) / both, 3) if both else 0.0

    def _silence_until(self, position: int, anyone: bool) -> None:
        if anyone and self._last_speech >= 0:
            silence = (position - self._last_speech) / SAMPLE_RATE
            if silence >= self._dead_air:
                self._dead_air_total += silence
        if anyone:
            self._last_speech = position + BLOCK

    def _start_run(self, role: str, voice: _Voice, position: int) -> None:
        if voice.run_start < 0:
            voice.run_start = position
            voice.run_speech = 0
            voice.overlap = 0
            voice.counted = False
            voice.over = self._spoken_over(role, position)

    def _speaks(self, role: str, voice: _Voice, position: int, both: bool) -> None:
        voice.speech += BLOCK
        voice.last_end = position + BLOCK
        voice.run_speech += BLOCK
        voice.overlap += BLOCK * both
        breaks_in = voice.run_speech > self._backchannel and voice.overlap >= self._overlap
        if voice.over and breaks_in and not voice.counted:
            voice.counted = True
            self._overtalk[role] = self._overtalk.get(role, 0) + 1

    def _spoken_over(self, role: str, position: int) -> str:
        """Who was speaking when `role` began: not someone who began at the same moment."""
        for other, voice in self._voices.items():
            since = position - voice.run_start
            if other != role and voice.run_start >= 0 and since >= self._overlap:
                return other
        return ""

    def _update_floor(self) -> None:
        """The floor goes to whoever speaks longer than a back-channel, alone or on top."""
        for role, voice in self._voices.items():
            if role == Role.MIXED.value:
                continue
            if role != self._holder and voice.run_speech > self._backchannel:
                talking = voice.run_start >= 0
                holder = self._voices.get(self._holder)
                free = holder is None or holder.run_start < voice.run_start
                if talking and free:
                    self._holder, self._held_from = role, voice.run_start
        holder = self._voices.get(self._holder)
        if holder is not None and self._position - holder.last_end > self._floor:
            self._holder = ""


class _Pace:
    """Words a minute by channel; "normal" is what the person did before the recent window."""

    _MIN_WORDS = 8
    _MIN_NORMAL_WORDS = 25

    def __init__(self, window: float) -> None:
        self._window = window
        self._recent: dict[str, deque[tuple[int, float]]] = {}
        self._before: dict[str, tuple[int, float]] = {}

    def add(self, utterance: Utterance) -> None:
        words = len(utterance.words) or len(utterance.text.split())
        length = utterance.end - utterance.start
        if utterance.words:
            length = utterance.words[-1].end - utterance.words[0].start
        if words == 0 or length <= 0:
            return
        channel = utterance.channel.value
        recent = self._recent.setdefault(channel, deque())
        recent.append((words, length))
        while len(recent) > 1 and sum(one for _, one in recent) - recent[0][1] >= self._window:
            old_words, old_length = recent.popleft()
            before_words, before_length = self._before.get(channel, (0, 0.0))
            self._before[channel] = (before_words + old_words, before_length + old_length)

    def recent(self) -> dict[str, float]:
        pace = {}
        for channel, said in self._recent.items():
            words = sum(count for count, _ in said)
            if words >= self._MIN_WORDS:
                pace[channel] = round(60 * words / sum(length for _, length in said), 1)
        return pace

    def ratio(self) -> dict[str, float]:
        ratios = {}
        for channel, pace in self.recent().items():
            words, length = self._before.get(channel, (0, 0.0))
            if words >= self._MIN_NORMAL_WORDS:
                ratios[channel] = round(pace / (60 * words / length), 3)
        return ratios


def _samples(threshold: Threshold) -> int:
    return round(threshold.value * SAMPLE_RATE)
