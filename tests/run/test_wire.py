"""Messages between server and workers survive any cutting of the stream."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assist.audio.frames import AudioFrame, CallInfo, Encoding, Leg
from assist.call.session import Checkpoint
from assist.events import CallEnded, Role
from assist.run.wire import (
    Audio,
    Behind,
    Consumed,
    Events,
    Open,
    ReportReader,
    RequestReader,
    Saved,
    pack,
)

INFO = CallInfo("ç1", (Leg(Encoding.MULAW, 8000, (Role.CALLER,)),), "tr")
REQUESTS = [
    Open(INFO, True, Checkpoint((160,), 3, b"\x80\x00")),
    Audio("ç1", AudioFrame(0, 160, b"\xff" * 160, "overload")),
]
REPORTS = [
    Events("ç1", [CallEnded(call_id="ç1", seq=9, position=512, reason="stop", duration=0.032)]),
    Consumed("ç1"),
    Saved("ç1", Checkpoint((160,), 3, b"\x80\x00")),
    Behind("ç1", True),
]


@given(cuts=st.lists(st.integers(1, 50), max_size=30))
def test_messages_come_out_whole_and_in_order(cuts: list[int]) -> None:
    for messages, reader in ((REQUESTS, RequestReader()), (REPORTS, ReportReader())):
        stream = b"".join(pack(message) for message in messages)
        read = []
        for size in cuts:
            read += reader.push(stream[:size])
            stream = stream[size:]
        read += reader.push(stream)
        assert read == messages
