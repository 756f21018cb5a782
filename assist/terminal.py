"""A call in the terminal: what a sidebar shows, in lines of text."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.text import Text
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from assist.audio.files import Recording
from assist.errors import ProtocolError
from assist.events import (
    AnyEvent,
    CallEnded,
    Fault,
    Gap,
    Mechanics,
    Note,
    Partial,
    Promise,
    Suggestion,
    SuggestionWithdrawn,
    Tone,
    Utterance,
    decode,
)
from assist.run.summary import clock
from assist.sources.player import play

_LINES = 14
_TONE_STYLES = {
    "angry": "bold red",
    "sad": "blue",
    "happy": "green",
    "neutral": "default",
    "unsure": "dim",
}


async def call_events(server: str, call_id: str, token: str = "") -> AsyncIterator[AnyEvent]:
    """The events of a call from its first one on, until it has ended.

    `server` is the websocket address, as in ws://127.0.0.1:8765; `token` is what a server with
    users lets machines in with. Raises `ProtocolError` when
    the connection is lost.
    """
    headers = {"authorization": f"Bearer {token}"} if token else {}
    address = f"{server}/api/events?call={call_id}&after=0"
    try:
        async with connect(address, additional_headers=headers) as stream:
            async for message in stream:
                event = _event(message)
                if event is None or event.call_id != call_id:
                    continue
                yield event
                if isinstance(event, CallEnded):
                    return
    except (OSError, WebSocketException) as error:
        raise ProtocolError(f"The server at {server} stopped sending events: {error}.") from None


def _event(message: str | bytes) -> AnyEvent | None:
    try:
        return decode(message)
    except msgspec.ValidationError:
        return None  # what the server says to pages besides events


class CallView:
    """What is on the screen: fed with events, drawn by rich."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._lines: deque[Text] = deque(maxlen=_LINES)
        self._partials: dict[str, Text] = {}
        self._tone: Text = Text("…", style="dim")
        self._mechanics = ""
        self._suggestion: Suggestion | None = None

    def show(self, event: AnyEvent) -> None:
        """Take an event into the picture."""
        if isinstance(event, Partial):
            line = Text(f"      {event.channel:>6}  {event.stable} ", style="default")
            self._partials[event.channel] = line.append(event.pending, style="dim")
        elif isinstance(event, Utterance):
            self._partials.pop(event.channel, None)
        elif isinstance(event, Tone):
            self._tone = _tone_line(event)
        elif isinstance(event, Mechanics):
            self._mechanics = f"agent {event.talk_ratio:.0%} of speech"
            if event.dead_air >= 2:
                self._mechanics += f"   silence {event.dead_air:.0f} s"
        elif isinstance(event, Suggestion):
            self._suggestion = event
        elif isinstance(event, SuggestionWithdrawn) and self._suggestion:
            self._suggestion = None if self._suggestion.id == event.id else self._suggestion
        if line_text := event_line(event):
            self._lines.append(line_text)

    def __rich__(self) -> Panel:
        say = self._suggestion
        advice = Text("–", style="dim")
        if say:
            advice = Text(say.say, style="bold").append(f"\n{say.why}", style="dim not bold")
        return Panel(
            Group(
                self._tone,
                Text(self._mechanics, style="dim"),
                Panel(advice, title="say now", title_align="left"),
                *self._lines,
                *self._partials.values(),
            ),
            title=self._title,
            title_align="left",
        )


def _tone_line(tone: Tone) -> Text:
    line = Text("caller: ").append(tone.label, style=_TONE_STYLES[tone.label])
    if tone.confidence:
        line.append(f" {tone.confidence:.0%}")
    return line.append(f"  {', '.join(tone.reasons)}", style="dim")


def event_line(event: AnyEvent) -> Text | None:
    """A line for what stays on the page; None for what only changes its state."""
    if isinstance(event, Utterance):
        style = "cyan" if event.channel == "caller" else "default"
        return Text(f"{clock(event.start):>5} {event.channel:>6}  {event.text}", style=style)
    if isinstance(event, Note | Fault):
        return Text(event.text, style="yellow")
    if isinstance(event, Gap):
        return Text(f"{event.length:.1f} s of audio missing ({event.reason})", style="yellow")
    if isinstance(event, Promise):
        return Text(
            f"{'':12}  ↳ {event.kind}: {event.due.text if event.due else '–'}", style="green"
        )
    if isinstance(event, CallEnded) and event.outcome:
        return Text(f"{event.outcome}: {event.summary}", style="bold")
    return None


async def play_and_watch(
    recording: Recording, server: str, call_id: str, console: Console, *, token: str, **how: Any
) -> None:
    """Play a recording into the server (see `play` for `how`) and show what comes of it.

    Raises `AudioError` or `ProtocolError` with one sentence.
    """
    taken = asyncio.Event()
    playing = asyncio.create_task(
        play(
            recording,
            f"{server}/api/ingest",
            call_id=call_id,
            on_progress=lambda _: taken.set(),
            token=token,
            **how,
        )
    )
    waiting = asyncio.create_task(taken.wait())
    await asyncio.wait({playing, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not taken.is_set():
        await playing
        return
    watching = asyncio.create_task(watch(server, call_id, console, token))
    try:
        await playing
        await watching
    finally:
        watching.cancel()


async def watch(server: str, call_id: str, console: Console, token: str = "") -> None:
    """Show a call until it ends; plain lines where the output is not a terminal."""
    if not console.is_terminal:
        last = ""
        async for event in call_events(server, call_id, token):
            if isinstance(event, Tone) and event.label != last:
                last = event.label
                console.print(_tone_line(event))
            elif isinstance(event, Suggestion):
                console.print(f"→ {event.say}")
            elif line := event_line(event):
                console.print(line)
        return
    view = CallView(call_id)
    with Live(view, console=console, refresh_per_second=8):
        async for event in call_events(server, call_id, token):
            view.show(event)
