"""The backlog loses nothing that it does not say it lost."""

from __future__ import annotations

from assist.audio.frames import AudioFrame, Encoding, Leg
from assist.events import Role
from assist.run.backlog import Backlog

LEGS = (Leg(Encoding.PCM_S16LE, 8000, (Role.AGENT, Role.CALLER)),)


def second(start: int) -> AudioFrame:
    return AudioFrame(0, start * 8000, bytes([start]) * 32_000)


def starts(frames: list[AudioFrame]) -> list[float]:
    return [frame.start / 8000 for frame in frames]


def filled(seconds: int) -> Backlog:
    backlog = Backlog(LEGS)
    for start in range(seconds):
        backlog.put(second(start))
    return backlog


def test_long_frames_are_sent_in_pieces_and_no_more_than_allowed_at_a_time() -> None:
    backlog = filled(4)
    assert starts(list(backlog.send(2.0))) == [0, 0.5, 1, 1.5]
    assert list(backlog.send(2.0)) == []
    backlog.consume()
    assert starts(list(backlog.send(2.0))) == [2]


def test_what_is_dropped_is_the_oldest_and_the_next_frame_says_so() -> None:
    backlog = filled(4)
    backlog.drop_oldest(2.0, "overload")
    sent = list(backlog.send(9.0))
    assert starts(sent) == [2, 2.5, 3, 3.5]
    assert [frame.lost for frame in sent] == ["overload", "missing", "missing", "missing"]


def test_a_replacement_gets_everything_since_the_checkpoint() -> None:
    backlog = filled(4)
    for _ in backlog.send(3.0):
        pass
    for _ in range(4):
        backlog.consume()
    backlog.forget([8000], limit=60)
    backlog.rewind()
    assert starts(list(backlog.send(9.0))) == [1, 1.5, 2, 2.5, 3, 3.5]


def test_consumed_audio_is_kept_only_up_to_the_limit() -> None:
    backlog = filled(4)
    for _ in backlog.send(9.0):
        backlog.consume()
    backlog.forget([0], limit=1.0)
    backlog.rewind()
    assert starts(list(backlog.send(9.0))) == [3, 3.5]
