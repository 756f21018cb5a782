"""Events: the one language of sessions, stores, websockets, replay and batch.

Every event is a frozen struct tagged by `type`. `position` counts 16 kHz samples since the
call began; `start` and `end` are seconds on the same axis. `seq` rises by one from 1 on in
the final events of a call. Provisional events (`PROVISIONAL`: partial words) carry the `seq`
of the last final event, are never stored, and nothing is decided from them.

Adding a field with a default is compatible; anything else raises `VERSION`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

VERSION = 1
SAMPLE_RATE = 16_000
"""Samples per second of every position in the project."""


class Role(StrEnum):
    """Who is heard on a channel; `MIXED` is both parties on one channel."""

    AGENT = "agent"
    CALLER = "caller"
    MIXED = "mixed"


class ToneLabel(StrEnum):
    """What the caller's voice says; `UNSURE` is an answer, not an error."""

    ANGRY = "angry"
    HAPPY = "happy"
    SAD = "sad"
    NEUTRAL = "neutral"
    UNSURE = "unsure"


class CallPhase(StrEnum):
    """Where a conversation stands."""

    OPENING = "opening"
    DISCOVERY = "discovery"
    SOLUTION = "solution"
    CLOSING = "closing"


class Word(msgspec.Struct, frozen=True):
    """One recognised word: `start` and `end` in seconds of the call, `confidence` 0…1."""

    text: str
    start: float
    end: float
    confidence: float


class Evidence(msgspec.Struct, frozen=True):
    """What a suggestion came from: `kind` is "words", "tone" or "mechanics".

    `text` is the quoted span or the measure in plain words in the call's language; `start`
    is where in the call, in seconds; `channel` whose words or voice (empty for both).
    """

    kind: str
    text: str
    start: float
    channel: str = ""


class ChecklistItem(msgspec.Struct, frozen=True):
    """Something that belongs in a call; once `done`, `quote` began at `start` seconds."""

    id: str
    text: str
    done: bool = False
    start: float = 0.0
    quote: str = ""


class Due(msgspec.Struct, frozen=True):
    """When something is due, as said and in parts to be counted from the moment of saying.

    `text` is what was said; the other fields are empty where it does not say. `minutes` and
    `days` count from then (0 days is today; only working days where `working`), `weeks` from
    that week (1 is the next), `months` from that month. `weekday` is 1 (Monday) to 7, `date`
    is MM-DD or DD, `clock` is HH:MM, of either half of the day where it is before 13:00 and
    `part` is empty. `part` is "morning", "noon", "afternoon", "evening" or "night"; `end_of`
    is "day", "week" or "month".
    """

    text: str
    minutes: int | None = None
    days: int | None = None
    working: bool = False
    weeks: int | None = None
    months: int | None = None
    weekday: int | None = None
    date: str = ""
    clock: str = ""
    part: str = ""
    end_of: str = ""


class Event(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    """Base of all events."""

    call_id: str
    seq: int
    position: int


class CallStarted(Event, frozen=True, tag="call_started", kw_only=True):
    """The call began. `models` maps a model's part to its name and version or hash.

    `style` is the brand's tone of the suggestions, "warm" or "factual".
    """

    version: int = VERSION
    channels: tuple[Role, ...]
    language: str
    agent: str = ""
    customer: str = ""
    models: dict[str, str] = {}
    playbook: str = ""
    style: str = ""


class Note(Event, frozen=True, tag="note"):
    """Something the user should know about the call: a stable `code` and one sentence."""

    code: str
    text: str


class Partial(Event, frozen=True, tag="partial"):
    """Words while the person still speaks: `stable` will not change, `pending` may."""

    channel: Role
    start: float
    stable: str
    pending: str


class Utterance(Event, frozen=True, tag="utterance"):
    """A finished turn. `confidence` (0…1) estimates the share of words that are right."""

    channel: Role
    start: float
    end: float
    text: str
    language: str
    confidence: float
    words: tuple[Word, ...]


class Situation(Event, frozen=True, tag="situation", kw_only=True):
    """What the words of an utterance show, as in "cancellation" or "apology".

    It comes right after its `Utterance`, one event a situation. `channel` is whose words these
    are, `start` where `quote` begins, in seconds, `confidence` (0.5…1) how sure it is.
    """

    situation: str
    channel: Role
    start: float
    quote: str
    confidence: float


class Tone(Event, frozen=True, tag="tone"):
    """The caller's tone over `start`…`end` seconds, of a window of speech or of an utterance.

    `probabilities` has the four classes and sums to 1; `label` is the smoothed state, of voice
    and words together; `voice` is what the voice alone says, `words` what the words of the last
    minute say if they say anything, `quotes` which words. `since` is the second from which on
    the state has been the same; `recovery` names the situation of the agent after which an upset
    caller has just calmed down.
    `valence` and `arousal` are −1…1, the first with what the words say; `confidence` is the
    calibrated probability that `label` is right (0 when unsure); `trend` −1…1 is positive
    when the caller warms up or calms down; `reasons` are plain words in the call's language.
    """

    start: float
    end: float
    label: ToneLabel
    probabilities: dict[str, float]
    valence: float
    arousal: float
    confidence: float
    trend: float
    reasons: tuple[str, ...]
    voice: ToneLabel = ToneLabel.UNSURE
    words: ToneLabel | None = None
    quotes: tuple[Evidence, ...] = ()
    since: float = 0.0
    recovery: str = ""


class Mechanics(Event, frozen=True, tag="mechanics"):
    """Conversation mechanics so far; shares are 0…1, lengths in seconds.

    `talk_ratio` is the agent's share of all speech; `pace` maps a channel to words per
    minute over its recent speech; `overtalk` counts the times a channel broke in on the
    other; `dead_air` is the length of the present silence on both channels;
    `dead_air_total` sums silences longer than the playbook's threshold; `monologue` is how
    long the present speaker has held the floor and `monologue_channel` who that is;
    `pace_ratio` is a channel's recent pace over its own normal, once that is known.
    """

    talk_ratio: float
    pace: dict[str, float]
    overtalk: dict[str, int]
    dead_air: float
    dead_air_total: float
    monologue: float
    monologue_channel: str = ""
    pace_ratio: dict[str, float] = {}


class Suggestion(Event, frozen=True, tag="suggestion"):
    """One thing to say now. `id` is unique in the call; `why` is one sentence.

    `expires` is the position (samples) after which the moment has passed. `kind` is "say", or
    "rephrase" for the positive form of the agent's sentence in `original`. `rule` is the
    playbook's rule it came from.
    """

    id: str
    situation: str
    say: str
    why: str
    because: tuple[Evidence, ...]
    language: str
    expires: int
    alternatives: tuple[str, ...] = ()
    kind: str = "say"
    original: str = ""
    rule: str = ""


class SuggestionWithdrawn(Event, frozen=True, tag="suggestion_withdrawn"):
    """A suggestion is no longer wanted: `reason` is "said", "expired" or "replaced"."""

    id: str
    reason: str


class Rewording(Event, frozen=True, tag="rewording"):
    """The suggestion `id` in other words: `say`, as the language model `model` put it.

    Its words come from a machine and have to be marked as such. Live calls only, and only
    where the setting `language_model.url` names a model.
    """

    id: str
    say: str
    model: str


class Phase(Event, frozen=True, tag="phase", kw_only=True):
    """The conversation entered a phase."""

    phase: CallPhase


class Checklist(Event, frozen=True, tag="checklist", kw_only=True):
    """What belongs in the call and what of it has been done: all items, in order.

    It comes at the start, and again whenever something has been ticked.
    """

    items: tuple[ChecklistItem, ...]


class Promise(Event, frozen=True, tag="promise", kw_only=True):
    """The agent promised something: `quote` began at `start` seconds; `id` is unique in the call.

    `kind` is "promise", or "compensation" for what is given to make up for trouble. `due` is
    null when no time was named.
    """

    id: str
    kind: str
    quote: str
    start: float
    due: Due | None = None


class Gap(Event, frozen=True, tag="gap"):
    """Audio that never reached the models: `start` and `length` in seconds.

    `reason` is "overload" (dropped here), "missing" (never arrived), "discarded" (the
    telephone system said so) or "fault" (lost with a process); `channel` is empty when all
    channels are meant.
    """

    start: float
    length: float
    reason: str
    channel: str = ""


class Degraded(Event, frozen=True, tag="degraded"):
    """The server is behind: `what` gave way ("partials"), and no more when not `active`."""

    what: str
    active: bool


class Fault(Event, frozen=True, tag="fault"):
    """A part failed and was replaced: `part` and one sentence in `text`."""

    part: str
    text: str


class CallerVoice(Event, frozen=True, tag="caller_voice", kw_only=True):
    """How the caller sounded when calm: `measures` of the tone model `model`, and the level last.

    It comes before `call_ended`, only for a customer who is named and where the setting
    `tone.remember` is on; the customer's next call begins with it.
    """

    model: str
    measures: tuple[float, ...]


class CallEnded(Event, frozen=True, tag="call_ended"):
    """The call ended.

    `reason` is "stop", "disconnected", "end_of_file", "shutdown" or "fault"; `duration` is in
    seconds. `outcome` is "solved", "unsolved" or "open", by what was done and what the caller
    said of it; `topic` is what the call was about, as in "delivery/late"; `summary` is a few
    sentences in the call's language. Empty is unknown.
    """

    reason: str
    duration: float
    outcome: str = ""
    topic: str = ""
    summary: str = ""


class SummaryWritten(Event, frozen=True, tag="summary_written"):
    """The call in a few sentences, written by the language model `model` and marked as such.

    It comes after `call_ended`, when the model has finished; the summary there stays.
    """

    text: str
    model: str


FinalEvent = (
    CallStarted
    | Note
    | Utterance
    | Situation
    | Tone
    | Mechanics
    | Suggestion
    | SuggestionWithdrawn
    | Rewording
    | Phase
    | Checklist
    | Promise
    | Gap
    | Degraded
    | Fault
    | CallerVoice
    | CallEnded
    | SummaryWritten
)
AnyEvent = FinalEvent | Partial
PROVISIONAL: tuple[type[Event], ...] = (Partial,)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """The event as one JSON object without line breaks."""
    return _encoder.encode(event)


def decode(data: bytes | str) -> AnyEvent:
    """Read one event back; raises `msgspec.ValidationError` on anything else."""
    event: AnyEvent = _decoder.decode(data)
    return event


def seconds(position: int) -> float:
    """A position as seconds, rounded to the millisecond."""
    return round(position / SAMPLE_RATE, 3)
