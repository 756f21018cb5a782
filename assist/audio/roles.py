"""Who is heard on which channel: what may be combined, and what a recording gets by default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assist.errors import AudioError
from assist.events import Role

if TYPE_CHECKING:
    from assist.audio.files import Recording

MAX_CHANNELS = 2
"""Channels of a call: the agent and the caller."""

_DEFAULTS = {1: (Role.MIXED,), 2: (Role.AGENT, Role.CALLER)}


def role_problem(roles: Sequence[Role]) -> str | None:
    """Why these roles cannot make up a call, as the end of a sentence; None when they can."""
    if not 1 <= len(roles) <= MAX_CHANNELS:
        return f"it has {len(roles)} channels; send one or two (agent and caller)"
    if len(set(roles)) < len(roles):
        return f'the role "{roles[0]}" is given twice; every channel needs its own'
    if len(roles) > 1 and Role.MIXED in roles:
        return '"mixed" means both parties on one channel and stands alone'
    return None


def channel_roles(recording: Recording, names: str | None = None) -> tuple[Role, ...]:
    """The role of each channel: `names` as in "agent,caller", or the default.

    One channel is `mixed` by default, two are the agent and the caller. Raises `AudioError`
    when the names are wrong or do not fit the recording.
    """
    if names is None:
        if recording.channels not in _DEFAULTS:
            raise AudioError(
                f"{recording.path} has {recording.channels} channels; export the agent's and the "
                "caller's channel to a file with two."
            )
        return _DEFAULTS[recording.channels]
    roles = tuple(_role(name.strip()) for name in names.split(","))
    if len(roles) != recording.channels:
        raise AudioError(
            f"{recording.path} has {recording.channels} channel(s), but {len(roles)} role(s) are "
            f'given ("{names}"); name one role for each channel.'
        )
    if problem := role_problem(roles):
        raise AudioError(f"{recording.path} cannot be used as {names}: {problem}.")
    return roles


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise AudioError(f'"{name}" is no role of a channel; use agent, caller or mixed.') from None
