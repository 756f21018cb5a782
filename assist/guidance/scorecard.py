"""The scorecard of a call: ten qualities of the agent, from the final events alone.

Only words, mechanics and what followed a change of the caller's tone count; the agent's voice
is never judged. What cannot be known has no score. The formulas are in `quality.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

import msgspec
from rapidfuzz import fuzz

from assist.events import (
    SAMPLE_RATE,
    CallEnded,
    CallStarted,
    Event,
    Evidence,
    Gap,
    Mechanics,
    Promise,
    Role,
    Situation,
    Tone,
    ToneLabel,
    Utterance,
)
from assist.guidance.attention import Questions, promised_length
from assist.guidance.due import is_dated
from assist.guidance.positive import NEGATIVE
from assist.guidance.quality import BASE, LIMITS, QUALITIES, RULES, formulas, quality_words
from assist.guidance.signals import Heard, hear
from assist.guidance.situations import classify

LANGUAGES = ("tr", "en")

_STRONG = frozenset({"abuse", "escalation", "legal_threat", "publicity_threat", "hardship"})
_MILD = frozenset({"complaint", "repeat_contact"})
_HEATED = frozenset({"abuse", "escalation", "legal_threat", "publicity_threat", "complaint"})
_ANSWERS = ("empathy", "apology", "ownership", "compensation")
_SHARP = ("refusal", "blame", "impatient", "unsure", "negative_phrasing")
"""What a sentence counts as, the plainest first: one sentence counts once."""

_FEELINGS = ("empathy", "apology", "greeting", "farewell")
_WELL = frozenset({"enough", "clear", "thanks", "pleased", "okay"})
_NO_END = frozenset({"disconnected", "fault", "shutdown", "interrupted"})
_LOOKS_AHEAD = 2
_NEXT_WORDS = 15.0
_ALIKE = 85.0
_RUN_ON = 1.0


class Piece(Evidence, frozen=True, kw_only=True):
    """A piece of evidence: the rule it falls under and the points it moved its quality by.

    `kind` may also be "outcome". `text` is a quote, empty for measures; `value` is the measure.
    """

    rule: str
    points: float
    value: float = 0.0


class Quality(msgspec.Struct, frozen=True):
    """One quality: `score` 0…100 is `base` and the points of the evidence, cut to that range.

    Where `score` is None there is not enough evidence, and `missing` says why.
    """

    id: str
    score: int | None
    base: float
    evidence: tuple[Piece, ...] = ()
    missing: str = ""


class Scorecard(msgspec.Struct, frozen=True):
    """The qualities of a call in their order; `version` is that of the formulas."""

    call_id: str
    version: str
    language: str
    qualities: tuple[Quality, ...]

    @property
    def score(self) -> float | None:
        """The mean of the qualities that are known, None when none is."""
        known = [quality.score for quality in self.qualities if quality.score is not None]
        return round(sum(known) / len(known), 1) if known else None

    def __getitem__(self, quality: str) -> Quality:
        return self.qualities[QUALITIES.index(quality)]


def scorecard(events: Iterable[Event]) -> Scorecard:
    """The scorecard of a call from its final events, in their order; any of them may be missing."""
    call = _Call(events)
    missing = call.why_not()
    pieces: dict[str, list[Piece]] = {quality: [] for quality in QUALITIES}
    if not missing:
        for piece in _weighed(_Findings(call).all(), call.duration):
            pieces[RULES[piece.rule].quality].append(piece)
    return Scorecard(
        call_id=call.call_id,
        version=formulas(),
        language=call.language,
        qualities=tuple(
            _quality(name, sorted(found, key=lambda one: one.start), missing)
            for name, found in pieces.items()
        ),
    )


def _quality(name: str, pieces: list[Piece], missing: str) -> Quality:
    if not pieces:
        return Quality(name, None, BASE[name], missing=missing or "nothing_found")
    total = BASE[name] + sum(piece.points for piece in pieces)
    return Quality(name, round(min(max(total, 0.0), 100.0)), BASE[name], tuple(pieces))


def _weighed(found: list[Piece], duration: float) -> list[Piece]:
    """The pieces with the points they moved: `points` comes in as a weight, mostly 1."""
    spent: Counter[str] = Counter()
    weighed = []
    for piece in found:
        rule = RULES[piece.rule]
        share = min(1.0, LIMITS.usual_length / duration) if rule.by_length and duration else 1.0
        wanted = abs(rule.points) * piece.points * share
        size = min(wanted, rule.most - spent[piece.rule] / 1000)
        spent[piece.rule] += round(1000 * size)  # in thousandths, so that sums stay exact
        points = round(size if rule.points > 0 else -size, 1)
        weighed.append(msgspec.structs.replace(piece, points=points + 0.0))
    return weighed


class _Sharp(msgspec.Struct, frozen=True):
    """What a sentence of the agent counts as, the words, and the second they began."""

    kind: str
    quote: str
    start: float


class _Turn:
    """An utterance with its situations."""

    def __init__(self, utterance: Utterance, situations: list[Situation]) -> None:
        self.utterance = utterance
        self.situations = situations
        self.heard: Heard = hear(utterance, ())
        self.start, self.end = utterance.start, utterance.end
        self.is_agent = utterance.channel is Role.AGENT
        self.clear = utterance.confidence >= LIMITS.heard
        self.sharp: dict[int, _Sharp] = _sharp(self) if self.is_agent and self.clear else {}

    def of(self, *names: str, least: float = LIMITS.in_favour) -> list[Situation]:
        return [
            one for one in self.situations if one.situation in names and one.confidence >= least
        ]

    def signal(
        self, *names: str, besides: Sequence[tuple[int, int]] = ()
    ) -> tuple[str, float] | None:
        """The words of the first clause with one of the signals, and when they began.

        What is only asked, or said in a sentence that counts against the agent, is left out, and
        so are clauses in which one of `besides` (characters) begins.
        """
        for clause in self.heard.clauses:
            if any(clause.start <= start < clause.end for start, _ in besides):
                continue
            against = "blocked" in clause.signals or clause.sentence in self.sharp
            if not (clause.asks or against or clause.signals.isdisjoint(names)):
                return self.heard.quote(clause.start, clause.end)
        return None


class _Call:
    """The final events of a call, put in order for looking at them."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.call_id = ""
        self.roles: tuple[Role, ...] = ()
        self.turns: list[_Turn] = []
        self.tones: list[Tone] = []
        self.mechanics: list[Mechanics] = []
        self.promises: list[Promise] = []
        self.gaps: list[Gap] = []
        self.ended: CallEnded | None = None
        self.has_situations = False
        said: list[tuple[Utterance, list[Situation]]] = []
        for event in events:
            self.call_id = self.call_id or event.call_id
            match event:
                case CallStarted():
                    self.roles = event.channels
                case Utterance() if event.language in LANGUAGES:
                    said.append((event, []))
                case Situation() if said:
                    said[-1][1].append(event)
                    self.has_situations = True
                case Tone():
                    self.tones.append(event)
                case Mechanics():
                    self.mechanics.append(event)
                case Promise():
                    self.promises.append(event)
                case Gap():
                    self.gaps.append(event)
                case CallEnded():
                    self.ended = event
                case _:
                    pass
        spoken = Counter(utterance.language for utterance, _ in said)
        self.language = spoken.most_common(1)[0][0] if spoken else ""
        said.sort(key=lambda one: (one[0].start, one[0].end, one[0].channel))
        self.turns = [_Turn(*one) for one in said]
        last = max((turn.end for turn in self.turns), default=0.0)
        self.duration = max(self.ended.duration if self.ended else 0.0, last)

    @property
    def agent(self) -> list[_Turn]:
        return [turn for turn in self.turns if turn.is_agent]

    @property
    def caller(self) -> list[_Turn]:
        return [turn for turn in self.turns if turn.utterance.channel is Role.CALLER]

    @property
    def closed(self) -> bool:
        """Whether the call came to an end of its own."""
        return self.ended is not None and self.ended.reason not in _NO_END

    @property
    def last_word(self) -> _Turn | None:
        """What the caller said last, in a call that came to an end of its own."""
        return self.caller[-1] if self.closed and self.caller else None

    def why_not(self) -> str:
        """The reason why nothing can be said of this call; empty when something can."""
        agent, caller = self.agent, self.caller
        if any(turn.utterance.channel is Role.MIXED for turn in self.turns):
            return "mixed_channel"
        words = sum(len(turn.utterance.text.split()) for turn in agent)
        few = len(agent) < LIMITS.agent_turns or len(caller) < LIMITS.caller_turns
        if few or words < LIMITS.agent_words:
            return "too_short"
        if 2 * sum(_echoed(turn, caller) for turn in agent) >= len(agent):
            return "channels_alike"
        return "" if self.has_situations else "no_situations"


def _echoed(turn: _Turn, others: Sequence[_Turn]) -> bool:
    return any(
        other.start < turn.end
        and turn.start < other.end
        and fuzz.ratio(turn.utterance.text, other.utterance.text) >= _ALIKE
        for other in others
    )


class _Moment(msgspec.Struct):
    """The caller upset, from `start` to the `last` sign of it; `strong` beyond a complaint."""

    start: float
    last: float
    strong: bool
    sure: bool
    shown: Evidence


class _Findings:
    """Every piece of evidence of a call; `points` is still a weight."""

    def __init__(self, call: _Call) -> None:
        self._call = call
        self._found: list[Piece] = []
        self._heat = _heat(call)
        self._taken: set[tuple[str, float]] = set()

    def all(self) -> list[Piece]:
        """The pieces, those of one rule in the order of the call."""
        self._sharp_words()
        self._interruptions()
        self._pace()
        self._understanding()
        self._questions()
        self._share()
        self._silences()
        self._moments()
        self._end()
        self._goal()
        return self._found

    # Words

    def _sharp_words(self) -> None:
        count = negative = 0
        for turn in self._call.agent:
            count += max(len({clause.sentence for clause in turn.heard.clauses}), 1)
            for one in turn.sharp.values():
                negative += one.kind in NEGATIVE
                self._words(self._rule(one, turn), one.quote, one.start)
            for jargon in turn.of("jargon", least=LIMITS.against) if turn.clear else ():
                self._words("jargon", jargon.quote, jargon.start)
            for said in turn.of("interruption_apology"):
                self._words("interruption_apology", said.quote, said.start)
            for tag in _tags(turn, "courteous"):
                self._words("courteous", *turn.heard.quote(tag[0], tag[1]))
                break  # one a turn: courtesy is no matter of how often
        if not negative:
            self._measure("no_negative", count)
        if not self._any("jargon"):
            self._measure("plain", count)
        answers = sum(
            before.utterance.channel is Role.CALLER and turn.is_agent
            for before, turn in pairwise(self._call.turns)
        )
        if answers >= LIMITS.agent_turns and not self._any("unsure"):
            self._measure("sure", answers)

    def _rule(self, one: _Sharp, turn: _Turn) -> str:
        """Under pressure it is a matter of composure, except for what is not known."""
        if one.kind == "refusal" and self._shows_a_way(turn):
            return "refusal_with_way"
        name = "negative" if one.kind == "negative_phrasing" else one.kind
        pressed = name != "unsure" and self._pressed(one.start)
        return f"{name}_under_pressure" if pressed else name

    def _shows_a_way(self, turn: _Turn) -> bool:
        """Whether a refusal comes with what can be done, or by when."""
        until = turn.end + _NEXT_WORDS
        near = [one for one in self._call.agent if turn.start <= one.start <= until]
        promised = any(
            turn.start <= promise.start <= until and is_dated(promise.due)
            for promise in self._call.promises
        )
        return promised or any(
            one.signal("done", "answer") or one.of("compensation") for one in near
        )

    # Mechanics

    def _interruptions(self) -> None:
        if not self._call.mechanics:
            return
        times = _interruptions(self._call.mechanics)
        free = 1 + int(self._call.duration / LIMITS.free_interruptions)
        calm = [time for time in times if not self._pressed(time)]
        for number, time in enumerate(calm, 1):
            self._measure("interruption", number, time, weight=float(number > free))
        for number, time in enumerate((time for time in times if self._pressed(time)), 1):
            self._measure("interruption_under_pressure", number, time)
        if not times:
            self._measure("never_broke_in", 0)
        for turn in self._call.caller:
            whole = not any(turn.start <= time <= turn.end + _RUN_ON for time in times)
            if whole and turn.end - turn.start >= LIMITS.heard_out:
                self._words("heard_out", turn.heard.quote(0, 80)[0], turn.start, Role.CALLER)
        for start, length in _monologues(self._call.mechanics):
            self._measure("monologue", length, start)

    def _pace(self) -> None:
        agent = Role.AGENT.value
        paces = [event.pace[agent] for event in self._call.mechanics if agent in event.pace]
        usual = dict(LIMITS.words_a_minute)[self._call.language]
        if paces and median(paces) > usual:
            self._measure("fast", median(paces))
        faster = False
        for event in self._call.mechanics:
            ratio, time = event.pace_ratio.get(agent, 0.0), event.position / SAMPLE_RATE
            now = ratio >= LIMITS.faster and self._pressed(time)
            if now and not faster:
                self._measure("faster_under_pressure", ratio, time)
            faster = now
        pressed = [turn for turn in self._call.agent if self._pressed(turn.start)]
        if len(pressed) >= _LOOKS_AHEAD and not any(
            piece.rule.endswith("_under_pressure") for piece in self._found
        ):
            self._measure("steady", len(pressed), pressed[0].start)

    def _share(self) -> None:
        if not self._call.mechanics:
            return
        spoken = sum(turn.end - turn.start for turn in self._call.turns)
        share = self._call.mechanics[-1].talk_ratio
        if spoken >= LIMITS.talk_seconds and share > LIMITS.talk_share:
            self._measure("talk_share", 100 * share)

    def _silences(self) -> None:
        """Silence belongs to who owed the next word: answers to knowledge, the rest to timing."""
        pauses: list[float] = []
        unexplained = False
        for before, turn in pairwise(_floor(self._call.turns)):
            silence = turn.start - before.end
            if self._lost(before.end, turn.start):
                continue
            if before.is_agent and before.of("hold_request"):
                self._hold(before, silence)
            elif not before.is_agent and turn.is_agent:
                pauses.append(max(silence, 0.0))
                if silence >= LIMITS.slow_answer:
                    self._measure("slow_answer", silence, before.end, weight=silence / 10)
            elif before.is_agent and turn.is_agent and silence >= LIMITS.dead_air:
                unexplained = True
                self._measure("dead_air", silence, before.end, weight=(silence - 2) / 3)
        if not unexplained:
            self._measure("no_dead_air", 0)
        if len(pauses) >= LIMITS.agent_turns and median(pauses) > LIMITS.slow_rhythm:
            self._measure("slow_rhythm", median(pauses))

    def _hold(self, asked: _Turn, length: float) -> None:
        promised = promised_length(asked.utterance)
        request = asked.of("hold_request")[0]
        if promised:
            self._words("hold_with_length", request.quote, request.start)
        if length < LIMITS.hold:
            return
        if length > (promised or LIMITS.hold_limit):
            self._measure("hold_overrun", length, asked.end)
        elif promised:
            self._measure("hold_kept", length, asked.end)

    def _lost(self, start: float, end: float) -> bool:
        return any(gap.start < end and start < gap.start + gap.length for gap in self._call.gaps)

    # Understanding each other

    def _understanding(self) -> None:
        stepped = False
        for index, turn in enumerate(self._call.turns):
            if turn.is_agent:
                stepped = stepped or turn.signal("done", "answer") is not None
                stepped = stepped or bool(turn.of("clarification"))
                before = self._call.turns[index - 1] if index else turn
                if not before.is_agent and (answer := turn.signal("answer")):
                    self._words("answered", *answer)
                for rule, name in (("played_back", "summary"), ("clarified", "clarification")):
                    for one in turn.of(name, least=LIMITS.against)[:1]:
                        self._words(rule, one.quote, one.start)
                for one in turn.of("transfer", least=LIMITS.against)[:1]:
                    self._words("transfer", one.quote, one.start)
                continue
            if clear := turn.signal("clear"):
                self._words("understood", *clear, Role.CALLER)
            for one in turn.of("confusion", least=LIMITS.against)[:1] if stepped else ():
                self._words("caller_confused", one.quote, one.start, Role.CALLER)
                for told in self._call.turns[index + 1 : index + 2]:
                    if told.is_agent and len(told.utterance.text.split()) > 5:
                        self._words("explained_again", *told.heard.quote(0, 100))
            if turn is self._call.last_word:
                continue  # a matter of the closing
            for one in turn.of("unresolved", least=LIMITS.against)[:1] if stepped else ():
                self._words("did_not_help", one.quote, one.start, Role.CALLER)

    def _questions(self) -> None:
        questions = Questions()
        asked = again = 0
        for turn in self._call.turns:
            if not turn.is_agent:
                questions.answered(turn.utterance)
            elif not turn.of("closing_check", "greeting", "farewell"):
                holds = [one.quote.rstrip("…") for one in turn.of("hold_request")]
                for place, repeated in questions.ask(turn.utterance):
                    if any(words in turn.utterance.text[slice(*place)] for words in holds):
                        continue
                    asked += 1
                    if repeated and turn.clear:
                        again += 1
                        self._words("asked_again", *turn.heard.quote(*place))
        if asked >= 2 and not again:
            self._measure("asked_once", asked)

    # Reading the customer

    def _moments(self) -> None:
        """Each moment weighs the same; a doubtful one counts when it was answered only."""
        seen = []
        for moment in _moments(self._call):
            following = [turn for turn in self._call.agent if turn.end > moment.start]
            answer = next(
                (
                    one
                    for name in _ANSWERS
                    for turn in following[:_LOOKS_AHEAD]
                    for one in turn.of(name)
                ),
                None,
            )
            if answer or (moment.sure and (following or self._call.ended)):
                seen.append((moment, answer))
        for moment, answer in seen:
            mild = "" if moment.strong else "_mild"
            shown, weight = moment.shown, 1 / len(seen)
            if answer is None:
                self._add(f"passed_over{mild}", shown, weight)
                continue
            self._taken.add((answer.situation, answer.start))
            text = f"{shown.text} → {answer.quote}" if shown.text else answer.quote
            self._add(
                f"acknowledged{mild}", Evidence("words", text, answer.start, Role.AGENT), weight
            )
            self._calmed(answer.start)

    def _calmed(self, after: float) -> None:
        for tone in self._call.tones:
            if after < tone.start <= after + LIMITS.calm_down and tone.recovery:
                self._add("calmed", Evidence("tone", "", tone.start, Role.CALLER))
                return

    # The end

    def _end(self) -> None:
        ended = self._call.ended
        if ended is None or not self._call.closed:
            return
        turns = self._call.turns
        check = self._last("closing_check")
        after = [turn for turn in turns if check and not turn.is_agent and turn.end > check.start]
        said = next((found for turn in after if (found := turn.signal(*_WELL))), None)
        final = [turn for turn in self._call.caller if turn.start > 0.6 * self._call.duration]
        if check:
            self._words("closing_check", check.quote, check.start)
        elif not any(turn.of("closing_check", least=0.0) for turn in self._call.agent):
            self._measure("no_closing_check", 0, self._call.duration)
        against = next(
            (
                (one.quote, one.start)
                for turn in final[-1:]
                for one in turn.of("unresolved", "escalation", least=LIMITS.against)
            ),
            None,
        ) or (final[-1].signal("rejects") if final else None)
        if against and not final[-1].signal("enough"):
            self._words("left_against", *against, Role.CALLER)
        elif said:
            unsolved = ended.outcome == "unsolved"
            self._words("polite_end" if unsolved else "confirmed", *said, Role.CALLER)
        elif not check:
            own = next((found for turn in final if (found := turn.signal("enough", "clear"))), None)
            if own:
                self._words("confirmed_unasked", *own, Role.CALLER)
        if farewell := self._last("farewell"):
            self._words("farewell", farewell.quote, farewell.start)

    def _last(self, name: str) -> Situation | None:
        found = [one for turn in self._call.agent for one in turn.of(name)]
        return found[-1] if found else None

    def _goal(self) -> None:
        call = self._call
        for quote, start in self._steps_beside_promises():
            self._words("step_done", quote, start)
        for turn in call.agent:
            for owned in turn.of("ownership")[:1]:
                if (owned.situation, owned.start) not in self._taken:
                    self._words("ownership", owned.quote, owned.start)
        ended = call.ended
        if ended is None:
            return
        if ended.outcome in ("solved", "unsolved"):
            self._add(ended.outcome, Evidence("outcome", "", round(ended.duration, 1)))
        dated = any(one.kind == "promise" and is_dated(one.due) for one in call.promises)
        if ended.outcome != "solved" and not dated:
            self._measure("no_next_step", 0, call.duration)

    def _steps_beside_promises(self) -> list[tuple[str, float]]:
        """What was done, after the promises have been counted: the same words count once."""
        answered = {piece.start for piece in self._found if piece.rule == "answered"}
        steps = [one for turn in self._call.agent if (one := self._step(turn))]
        steps = [one for one in steps if one[1] not in answered]
        for promise in self._call.promises:
            if promise.start in answered:
                continue
            same = [one for one in steps if one[0] in promise.quote or one[1] == promise.start]
            if promise.kind == "compensation":
                if ("compensation", promise.start) not in self._taken:
                    self._words("made_good", promise.quote, promise.start)
            elif is_dated(promise.due):
                self._words("dated_promise", promise.quote, promise.start)
            elif same:
                continue  # what is being done needs no date
            else:
                self._words("undated_promise", promise.quote, promise.start)
            steps = [one for one in steps if one not in same]
        return steps

    def _step(self, turn: _Turn) -> tuple[str, float] | None:
        """What the agent did towards a result, once the caller has said what is wanted."""
        asked = any(one.end <= turn.start for one in self._call.caller)
        if not asked or turn.of(*_FEELINGS):
            return None
        return turn.signal("done", besides=_tags(turn, "notices"))

    # What is found

    def _words(self, rule: str, text: str, start: float, channel: Role = Role.AGENT) -> None:
        self._add(rule, Evidence("words", text, start, channel.value))

    def _measure(self, rule: str, value: float, start: float = 0.0, *, weight: float = 1.0) -> None:
        shown = Evidence("mechanics", "", round(max(start, 0.0), 3), Role.AGENT.value)
        self._add(rule, shown, weight, round(float(value), 2))

    def _add(self, rule: str, shown: Evidence, weight: float = 1.0, value: float = 0.0) -> None:
        self._found.append(
            Piece(
                kind=shown.kind,
                text=shown.text,
                start=shown.start,
                channel=str(shown.channel),
                rule=rule,
                points=weight,
                value=value,
            )
        )

    def _any(self, rule: str) -> bool:
        return any(piece.rule == rule for piece in self._found)

    def _pressed(self, time: float) -> bool:
        return any(start < time <= start + LIMITS.pressure for start in self._heat)


def _sharp(turn: _Turn) -> dict[int, _Sharp]:
    """The sentences that count against the agent, by number, each as one thing."""
    found: dict[int, _Sharp] = {}

    def see(kind: str, quote: str, start: float, place: int) -> None:
        sentence = next((one.sentence for one in turn.heard.clauses if place < one.end), -1)
        known = found.get(sentence)
        if known is None or _SHARP.index(kind) < _SHARP.index(known.kind):
            found[sentence] = _Sharp(kind, quote, start)

    for one in turn.of("refusal", "blame", "negative_phrasing", least=LIMITS.against):
        place = turn.utterance.text.find(one.quote.removesuffix("…"))
        see(one.situation, one.quote, one.start, place)
    for kind in ("impatient", "unsure"):
        for start, end in _tags(turn, kind):
            see(kind, *turn.heard.quote(start, end), start)
    return found


def _tags(turn: _Turn, name: str) -> list[tuple[int, int]]:
    """Where the agent's words show it: characters."""
    said = turn.utterance
    tags = classify(
        said.text,
        speaker=Role.AGENT.value,
        language=said.language,
        spoken=said.words,
        book=quality_words(said.language),
    )
    return [(span.start, span.end) for tag in tags if tag.tag == name for span in tag.evidence]


def _interruptions(mechanics: Sequence[Mechanics]) -> list[float]:
    """When the agent broke in, in seconds, as exact as the measures come."""
    times: list[float] = []
    for event in mechanics:
        more = event.overtalk.get(Role.AGENT.value, 0) - len(times)
        times += [event.position / SAMPLE_RATE] * max(more, 0)
    return times


def _monologues(mechanics: Sequence[Mechanics]) -> list[tuple[float, float]]:
    """The agent's long ones: where they began and how long they were, in seconds."""
    longest: dict[float, float] = {}
    for event in mechanics:
        if event.monologue_channel == Role.AGENT and event.monologue >= LIMITS.monologue:
            longest[round(event.position / SAMPLE_RATE - event.monologue, 1)] = event.monologue
    return list(longest.items())


def _floor(turns: Sequence[_Turn]) -> list[_Turn]:
    """The turns that move the end of speech on: what is said inside another's turn is no pause."""
    kept: list[_Turn] = []
    for turn in turns:
        if not kept or turn.end > kept[-1].end:
            kept.append(turn)
    return kept


def _heat(call: _Call) -> list[float]:
    """When the caller was angry, in voice or words; seconds."""
    words = [turn.end for turn in call.caller if any(_sure(one) for one in _signs(turn, _HEATED))]
    return sorted([*words, *(tone.end for tone in call.tones if _angry(tone))])


def _signs(turn: _Turn, names: Iterable[str]) -> list[Situation]:
    return turn.of(*names, least=LIMITS.against) if turn.clear else []


def _sure(sign: Situation) -> bool:
    """A complaint is easily heard in what is none, a threat is not."""
    return sign.situation in _STRONG or sign.confidence >= LIMITS.complaint


def _angry(tone: Tone) -> bool:
    return tone.label is ToneLabel.ANGRY and tone.confidence >= LIMITS.angry


def _moments(call: _Call) -> list[_Moment]:
    """The moments in which the caller was upset, in order, near signs as one."""
    signs: list[_Moment] = []
    for turn in call.caller:
        for one in _signs(turn, _STRONG | _MILD):
            shown = Evidence("words", one.quote, one.start, Role.CALLER)
            signs.append(_Moment(one.start, turn.end, one.situation in _STRONG, _sure(one), shown))
    for tone in call.tones:
        if _angry(tone):
            shown = Evidence("tone", "; ".join(tone.reasons), tone.start, Role.CALLER)
            signs.append(_Moment(tone.start, tone.end, True, True, shown))
    moments: list[_Moment] = []
    for sign in sorted(signs, key=lambda one: one.start):
        known = moments[-1] if moments else None
        if known is None or sign.start - known.last > LIMITS.episode:
            moments.append(sign)
            continue
        told = sign.shown.kind == "words" and known.shown.kind == "tone"
        if (sign.strong, sign.sure, told) > (known.strong, known.sure, False):
            known.shown, known.strong, known.sure = sign.shown, sign.strong, sign.sure
        known.last = max(known.last, sign.last)
    return moments
