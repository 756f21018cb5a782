from __future__ import annotations

from pathlib import Path

import pytest

from assist.audio.files import Recording
from assist.audio.roles import channel_roles
from assist.errors import AudioError
from assist.events import Role


def recording(channels: int) -> Recording:
    return Recording(Path("call.wav"), 8000, channels, 1.0)


def test_two_channels_are_the_agent_and_the_caller_unless_named() -> None:
    assert channel_roles(recording(2)) == (Role.AGENT, Role.CALLER)
    assert channel_roles(recording(2), "caller, agent") == (Role.CALLER, Role.AGENT)


def test_one_channel_is_mixed_unless_named() -> None:
    assert channel_roles(recording(1)) == (Role.MIXED,)
    assert channel_roles(recording(1), "caller") == (Role.CALLER,)


@pytest.mark.parametrize(
    ("channels", "names", "sentence"),
    [
        (8, None, "call.wav has 8 channels; export the agent's and the caller's"),
        (2, "agent", r"has 2 channel\(s\), but 1 role\(s\)"),
        (2, "agent,agent", 'the role "agent" is given twice'),
        (2, "agent,mixed", "stands alone"),
        (2, "agent,customer", '"customer" is no role'),
        (3, "agent,caller,mixed", "it has 3 channels"),
    ],
)
def test_wrong_roles_are_refused(channels: int, names: str | None, sentence: str) -> None:
    with pytest.raises(AudioError, match=sentence):
        channel_roles(recording(channels), names)
