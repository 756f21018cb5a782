"""What a source hands to a call: legs, frames, and who is heard where."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from assist.events import CallerVoice, Role


class Encoding(StrEnum):
    """How samples are written on the wire."""

    PCM_S16LE = "pcm_s16le"
    MULAW = "mulaw"
    ALAW = "alaw"

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample of one channel."""
        return 2 if self is Encoding.PCM_S16LE else 1


class Leg(msgspec.Struct, frozen=True):
    """One audio stream of a call: a mono leg, or several interleaved channels.

    `rate` is 8000…48000 samples a second; `roles` names the interleaved channels in order.
    """

    encoding: Encoding
    rate: int
    roles: tuple[Role, ...]

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of all channels of the leg."""
        return self.encoding.sample_bytes * len(self.roles)


class AudioFrame(msgspec.Struct, frozen=True):
    """Audio of one leg: `start` counts sample frames at the leg's own rate since the call began.

    `data` holds whole sample frames in the leg's encoding. Frames of one leg may repeat or
    skip; the session drops what it already has and reports what is missing, with `lost` as the
    reason.
    """

    leg: int
    start: int
    data: bytes
    lost: str = "missing"


class CallInfo(msgspec.Struct, frozen=True):
    """What is known of a call when it starts.

    `language` is "tr", "en" or "auto". Without the caller's `consent` the call has words and
    mechanics, but no tone. `usage` says how often each rule of the playbook was shown to this
    agent, and how often used; `history` how the customer's earlier calls ended, newest first;
    `voice` how the customer sounded in the latest of them where that is remembered; `style`
    the brand's tone that suits the customer, empty for that of the settings. With `roles_unsure`
    two people's channels were put into one because nobody could tell who is who.
    """

    call_id: str
    legs: tuple[Leg, ...]
    language: str = "auto"
    agent: str = ""
    customer: str = ""
    consent: bool = True
    usage: dict[str, tuple[int, int]] = {}
    history: tuple[str, ...] = ()
    voice: CallerVoice | None = None
    style: Literal["", "warm", "factual"] = ""
    roles_unsure: bool = False

    @property
    def roles(self) -> tuple[Role, ...]:
        """Every channel's role, leg by leg."""
        return tuple(role for leg in self.legs for role in leg.roles)
