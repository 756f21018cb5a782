"""Which channel of a recording is the agent's, where nobody said."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from assist.audio.files import open_recording
from assist.batch.inputs import Item, info_of
from assist.batch.manifest import UNSURE
from assist.call import Engine
from assist.config import Settings
from assist.events import Role, Utterance
from assist.guidance.speakers import AgentFinder
from assist.run.inline import recording_frames, recording_leg, run_call
from assist.speech.transcript import Transcript
from assist.speech.whisper import Recognizer

_Samples = NDArray[np.float32]
_ROLES: Final = ("agent,caller", "caller,agent")


def found_roles(
    engine: Engine, settings: Settings, path: Path, item: Item, language: str
) -> str | None:
    """The roles by what is said: "agent,caller", "caller,agent" or `UNSURE`.

    Reads the call from its beginning until they are certain, at most `speech.roles_within`
    seconds of it, words only. None when it does not have two channels, so that there is nothing
    to be found out. Raises `AudioError`.
    """
    recording = open_recording(path)
    if recording.channels != len(_ROLES):
        return None
    leg = recording_leg(recording, _ROLES[0])
    info = replace(info_of(item, [leg], language), consent=False)
    end = settings.speech.roles_within * recording.rate
    frames = takewhile(lambda frame: frame.start < end, recording_frames(recording))
    finder = AgentFinder(settings.speech.roles_margin)
    for event in run_call(engine, settings, info, frames):
        if isinstance(event, Utterance):
            channel = 0 if event.channel is Role.AGENT else 1
            finder.observe(channel, event.text, event.language)
            if finder.agent is not None:
                break
    return UNSURE if finder.agent is None else _ROLES[finder.agent]


def remembering(engine: Engine) -> Engine:
    """The same models for one recording, of which no turn is then recognised twice."""
    recognizer = cast(Recognizer, _Remembering(engine.recognizer))
    return dataclasses.replace(engine, recognizer=recognizer)


class _Remembering:
    """A recogniser with the transcripts it has given; turns do not depend on the roles."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._known: dict[tuple[object, ...], Transcript] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recognizer, name)

    def transcribe(self, audio: _Samples, languages: tuple[str, ...], **more: Any) -> Transcript:
        """As `Recognizer.transcribe`."""
        return self.transcribe_all([audio], languages, **more)[0]

    def transcribe_all(
        self,
        turns: Sequence[_Samples],
        languages: tuple[str, ...],
        *,
        languages_prior: Mapping[str, float] | None = None,
    ) -> list[Transcript]:
        """As `Recognizer.transcribe_all`, which gives each turn the transcript it has alone."""
        prior = tuple(sorted((languages_prior or {}).items()))
        keys = [(hashlib.sha256(turn.tobytes()).digest(), languages, prior) for turn in turns]
        new = [place for place, key in enumerate(keys) if key not in self._known]
        heard = self._recognizer.transcribe_all(
            [turns[place] for place in new], languages, languages_prior=languages_prior
        )
        self._known |= {keys[place]: found for place, found in zip(new, heard, strict=True)}
        return [self._known[key] for key in keys]
