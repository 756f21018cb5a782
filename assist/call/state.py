"""What a call is made of: everything that a checkpoint keeps, and no model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from assist.audio.frames import CallInfo
from assist.call.alignment import Alignment
from assist.call.crosstalk import Crosstalk
from assist.call.engine import Engine
from assist.call.signal import SignalCheck
from assist.config import Settings
from assist.emotion.tracker import ToneTracker
from assist.emotion.windows import SpeechWindows
from assist.events import Role
from assist.guidance.conversation import Conversation
from assist.guidance.guide import Guide
from assist.guidance.mechanics import MechanicsMeter
from assist.guidance.usage import Count
from assist.speech.language import LanguageGuard
from assist.speech.turns import TurnDetector


@dataclass(slots=True)
class Channel:
    """One channel's voice activity, turns and signal quality."""

    role: Role
    turns: TurnDetector
    signal: SignalCheck = field(default_factory=SignalCheck)


@dataclass(slots=True)
class CallerTone:
    """The tone machinery: it exists for a channel of role caller and for no other."""

    channel: int
    windows: SpeechWindows
    tracker: ToneTracker
    crosstalk: Crosstalk = field(default_factory=Crosstalk)


@dataclass(slots=True)
class CallState:
    """State of a call; `tone` is None where no tone may be estimated."""

    input: Alignment
    channels: list[Channel]
    tone: CallerTone | None
    meter: MechanicsMeter
    guide: Guide
    conversation: Conversation
    guard: LanguageGuard
    seq: int = 0
    job: int = 0


def fixed_language(settings: Settings, info: CallInfo) -> str | None:
    """The call's language, or None when it has to be found."""
    language = info.language if info.language != "auto" else settings.speech.language
    if language == "auto" and len(settings.speech.languages) == 1:
        return settings.speech.languages[0]
    return None if language == "auto" else language


def new_state(engine: Engine, settings: Settings, info: CallInfo) -> CallState:
    """The state of a call that begins."""
    rules = next(iter(engine.playbooks.values())).mechanics
    return CallState(
        input=Alignment(info.legs, settings.speech.max_skew),
        channels=[Channel(role, TurnDetector(settings.speech)) for role in info.roles],
        tone=_caller_tone(engine, settings, info),
        meter=MechanicsMeter(rules),
        guide=Guide(
            settings.guidance.model_copy(update={"style": info.style or settings.guidance.style}),
            engine.playbooks,
            {rule: Count(*counts) for rule, counts in info.usage.items()},
            info.history,
        ),
        conversation=Conversation(engine.playbooks),
        guard=LanguageGuard(settings.speech, fixed_language(settings, info)),
    )


def _caller_tone(engine: Engine, settings: Settings, info: CallInfo) -> CallerTone | None:
    if Role.CALLER not in info.roles or not info.consent or not settings.tone.enabled:
        return None
    voice = None
    if settings.tone.remember and info.voice and info.voice.model == engine.tone.name:
        voice = np.array(info.voice.measures, np.float32)
    tracker = ToneTracker(settings.tone, voice)
    return CallerTone(info.roles.index(Role.CALLER), SpeechWindows(), tracker)
