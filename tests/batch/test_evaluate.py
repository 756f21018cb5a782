"""Results are compared with what people say was said, felt and meant."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
from typer.testing import CliRunner

from assist.batch.commands import app
from assist.batch.evaluate import Evaluation, Transcripts, evaluate
from assist.batch.references import Row
from assist.emotion.training.scores import uar
from assist.errors import ConfigError
from assist.events import (
    SAMPLE_RATE,
    CallStarted,
    Event,
    Role,
    Situation,
    Tone,
    ToneLabel,
    Utterance,
    encode,
)
from assist.store.labels import hashed
from assist.text import compared_words

AGENT, CALLER, MIXED = Role.AGENT, Role.CALLER, Role.MIXED
LABELS = ("angry", "happy", "sad", "neutral")


def event(kind: type[Event], at: float = 0.0, /, **fields: Any) -> Any:
    return kind(call_id="c", seq=1, position=round(at * SAMPLE_RATE), **fields)


def said(channel: Role, start: float, end: float, text: str, language: str = "tr") -> Utterance:
    fields: dict[str, Any] = {"channel": channel, "start": start, "end": end, "text": text}
    return event(Utterance, end, language=language, confidence=0.9, words=(), **fields)


def shown(channel: Role, start: float, situation: str) -> Situation:
    return event(
        Situation, start, situation=situation, channel=channel, start=start, quote="", confidence=1
    )


def felt(start: float, end: float, label: str) -> Tone:
    fields = {"probabilities": {}, "valence": 0.0, "arousal": 0.0, "confidence": 0.5, "trend": 0.0}
    return event(Tone, end, start=start, end=end, label=ToneLabel(label), reasons=(), **fields)


def results(folder: Path, /, **calls: Iterable[Event]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, events in calls.items():
        lines = [encode(one) + b"\n" for one in events]
        (folder / f"{name}.events.jsonl").write_bytes(b"".join(lines))
    return folder


def compared(folder: Path, rows: list[Row], **more: Any) -> Evaluation:
    names = {path.name.removesuffix(".events.jsonl") for path in folder.glob("*.events.jsonl")}
    return evaluate(folder, names, rows, **more)


def words_of(found: Evaluation) -> Transcripts:
    assert found.words is not None
    return found.words


def test_word_and_character_error_rates_are_those_of_jiwer(tmp_path: Path) -> None:
    chance = random.Random(7)
    vocabulary = ["kargo", "geldi", "gelmedi", "ışık", "İPTAL", "çok", "hâlâ", "ABC'nin", "250"]
    pairs = []
    for number in range(200):
        truth = chance.choices(vocabulary, k=chance.randint(1, 30))
        heard = [word for word in truth if chance.random() > 0.1]
        for _ in range(chance.randint(0, 6)):
            heard.insert(chance.randint(0, len(heard)), chance.choice(vocabulary))
        pairs.append((f"call{number}", " ".join(truth), " ".join(heard) or "evet"))
    folder = results(tmp_path, **{name: [said(CALLER, 0, 9, heard)] for name, _, heard in pairs})
    rows = [Row(name, "caller", text=truth) for name, truth, _ in pairs]
    found = words_of(compared(folder, rows))
    plain = [
        (name, *(" ".join(compared_words(text, "tr")) for text in texts)) for name, *texts in pairs
    ]
    for name, truth, heard in plain:
        one = next(one for one in found.by_call if one.call == name)
        assert one.wer == pytest.approx(jiwer.wer(truth, heard), abs=1e-4)
        assert one.cer == pytest.approx(jiwer.cer(truth, heard), abs=1e-4)
    truths, heards = [truth for _, truth, _ in plain], [heard for _, _, heard in plain]
    everything = jiwer.process_words(truths, heards)
    assert found.all.wer.value == pytest.approx(everything.wer, abs=1e-4)
    assert found.all.cer.value == pytest.approx(jiwer.cer(truths, heards), abs=1e-4)
    edits = found.all.substituted + found.all.deleted + found.all.inserted
    assert edits == everything.substitutions + everything.deletions + everything.insertions


def test_the_interval_covers_what_whole_calls_differ_by(tmp_path: Path) -> None:
    even = {f"even{n}": "a b c x" for n in range(20)}  # one word in four is wrong in every call
    uneven = {f"uneven{n}": "a b c d" if n % 4 else "w x y z" for n in range(20)}
    folder = results(tmp_path, **{k: [said(CALLER, 0, 9, v)] for k, v in (even | uneven).items()})

    def rate(names: Iterable[str]) -> Any:
        return words_of(compared(folder, [Row(n, "caller", text="a b c d") for n in names])).all.wer

    assert rate(even) == type(rate(even))(0.25, 0.25, 0.25)
    wide = rate(uneven)
    assert wide.value == 0.25
    # of 20 calls 5 are wrong: the binomial's middle 95 % are 2 to 9 of them
    assert 0.05 <= wide.low <= 0.1 and 0.4 <= wide.high <= 0.5
    assert rate(list(uneven)[:2]).low is None
    assert rate(uneven) == wide  # the same every time


def test_calls_of_one_customer_are_drawn_together(tmp_path: Path) -> None:
    def begun(customer: str) -> Event:
        return event(CallStarted, channels=(AGENT, CALLER), language="tr", customer=customer)

    calls = {f"call{n}": "a b" if n % 2 else "x y" for n in range(20)}
    rows = [Row(name, "caller", text="a b") for name in calls]
    apart = results(tmp_path / "a", **{k: [said(CALLER, 0, 1, v)] for k, v in calls.items()})
    together = results(
        tmp_path / "b",
        **{
            k: [begun(f"c-{n // 2 % 2}{n % 2}"), said(CALLER, 0, 1, v)]
            for n, (k, v) in enumerate(calls.items())
        },
    )
    one, other = (words_of(compared(folder, rows)).all.wer for folder in (apart, together))
    assert one.value == other.value == 0.5
    assert (other.high or 0) - (other.low or 0) > (one.high or 0) - (one.low or 0)


def test_channels_languages_and_confusions_are_told_apart(tmp_path: Path) -> None:
    folder = results(
        tmp_path,
        one=[
            said(CALLER, 5, 9, "kargom geldi"),
            said(AGENT, 0, 2, "İyi günler"),
            said(CALLER, 0, 2, "Merhaba,"),
        ],
        two=[said(AGENT, 0, 2, "Good day", "en")],
    )
    rows = [
        Row("one", "agent", text="İYİ GÜNLER!"),
        Row("one", "caller", 6, 8, text="Kargom gelmedi"),
        Row("one", "caller", 1, 2, text="merhaba"),
        Row("two", "agent", text="Good morning", language="en"),
    ]
    found = words_of(compared(folder, rows))
    assert [(one.call, one.channel, one.wer) for one in found.by_call] == [
        ("one", "agent", 0.0),
        ("one", "caller", 0.3333),
        ("two", "agent", 0.5),
    ]
    assert found.by_channel["agent"].wer.value == 0.25
    assert found.by_language["tr"].words == 5
    assert {(one.truth, one.heard) for one in found.confused} == {
        ("gelmedi", "geldi"),
        ("morning", "day"),
    }


def test_numbers_count_by_value_only_where_that_is_asked_for(tmp_path: Path) -> None:
    folder = results(tmp_path, one=[said(CALLER, 0, 9, "1.250 liraya aldım, %10 indirimle")])
    truth = Row("one", "caller", text="bin iki yüz elli liraya aldım yüzde on indirimle")
    assert words_of(compared(folder, [truth])).all.wer.value != 0
    assert words_of(compared(folder, [truth], digits=True)).all.wer.value == 0


def test_one_channel_with_both_is_compared_as_a_whole(tmp_path: Path) -> None:
    folder = results(tmp_path, one=[said(MIXED, 0, 9, "iyi günler kargom gelmedi")])
    rows = [
        Row("one", "caller", 5, text="Kargom gelmedi."),
        Row("one", "agent", 0, text="İyi günler."),
    ]
    found = words_of(compared(folder, rows))
    assert [(one.channel, one.wer) for one in found.by_call] == [("mixed", 0.0)]


def test_tones_are_compared_by_the_second(tmp_path: Path) -> None:
    folder = results(
        tmp_path,
        one=[felt(0, 2, "angry"), felt(2, 4, "unsure"), felt(4, 8, "neutral"), felt(10, 12, "sad")],
        two=[felt(0, 10, "angry")],
    )
    rows = [
        Row("one", start=1, end=4, tone="angry"),
        Row("one", "caller", 4, 10, tone="neutral"),
        Row("two", start=2, end=4, tone="sad"),
    ]
    tone = compared(folder, rows).tone
    assert tone is not None
    assert tone.confusion == {
        "angry": {"angry": 1, "happy": 0, "sad": 0, "neutral": 0, "unsure": 2},
        "sad": {"angry": 2, "happy": 0, "sad": 0, "neutral": 0, "unsure": 0},
        "neutral": {"angry": 0, "happy": 0, "sad": 0, "neutral": 4, "unsure": 0},
    }
    assert (tone.seconds, tone.unjudged, tone.calls) == (9, 2, 2)
    assert tone.uar.value == pytest.approx((1 / 3 + 0 + 1) / 3, abs=1e-4)
    assert tone.uar_when_sure.value == pytest.approx((1 + 0 + 1) / 3, abs=1e-4)
    assert tone.unsure.value == pytest.approx(2 / 9, abs=1e-4)
    assert {label: one.value for label, one in tone.recall.items()} == {
        "angry": 0.3333,
        "sad": 0.0,
        "neutral": 1.0,
    }


def test_the_recall_of_tones_is_that_of_the_tone_models_own_evaluation(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    truth, answers = chance.integers(0, 4, 60), chance.integers(0, 4, 60)
    events = [felt(n, n + 1, LABELS[answer]) for n, answer in enumerate(answers)]
    rows = [Row("one", start=n, end=n + 1, tone=LABELS[label]) for n, label in enumerate(truth)]
    tone = compared(results(tmp_path, one=events), rows).tone
    assert tone is not None
    assert tone.uar.value == pytest.approx(uar(truth, answers), abs=1e-4)


def test_situations_of_a_channel_that_was_gone_through(tmp_path: Path) -> None:
    folder = results(
        tmp_path,
        one=[
            said(CALLER, 0, 6, "…"),
            shown(CALLER, 1, "delay"),
            shown(CALLER, 4, "complaint"),
            said(CALLER, 60, 66, "…"),
            shown(CALLER, 61, "delay"),  # nobody else found it there
            shown(CALLER, 62, "thanks"),  # no reference speaks of thanks
            said(AGENT, 70, 76, "…"),
            shown(AGENT, 71, "refusal"),  # the agent's words were not gone through
        ],
        two=[said(CALLER, 0, 6, "…"), shown(CALLER, 1, "refund")],
    )
    rows = [
        Row("one", "caller", 7, tags="delay,?complaint"),
        Row("one", "caller", 40, tags="refund"),
        Row("two", "caller", tags="-"),
    ]
    found = compared(folder, rows, tolerance=2.0).situations
    assert found is not None
    counts = {
        name: (one.found, one.right, one.wanted, one.recalled)
        for name, one in found.by_situation.items()
    }
    assert counts == {"delay": (2, 1, 1, 1), "refund": (1, 0, 1, 0)}
    assert (found.all.precision.value, found.all.recall.value) == (0.3333, 0.5)
    strict = compared(folder, rows, tolerance=0.5).situations
    assert strict is not None
    assert strict.by_situation["delay"].recalled == 0


def test_of_a_stretch_nothing_around_it_is_judged(tmp_path: Path) -> None:
    folder = results(
        tmp_path,
        one=[
            said(CALLER, 0, 6, "…"),
            shown(CALLER, 1, "delay"),
            said(CALLER, 60, 66, "…"),
            shown(CALLER, 61, "delay"),
            said(CALLER, 80, 86, "…"),
            shown(CALLER, 81, "delay"),
        ],
    )
    rows = [Row("one", "caller", 0, 6, tags="delay"), Row("one", "caller", 60, 66, tags="-")]
    found = compared(folder, rows).situations
    assert found is not None
    assert (found.all.found, found.all.right, found.all.recalled) == (2, 1, 1)


def test_calls_are_known_by_name_last_part_or_hash(tmp_path: Path) -> None:
    folder = results(tmp_path, one=[said(CALLER, 0, 1, "a")], two=[said(CALLER, 0, 1, "a")])
    rows = [Row(hashed("one"), "caller", text="a"), Row("none", "caller", text="a")]
    found = compared(folder, rows)
    assert (found.without_result, found.without_reference) == (("none",), 1)
    assert [one.call for one in words_of(found).by_call] == ["one"]
    with pytest.raises(ConfigError, match="about none of the results"):
        compared(folder, rows[1:])
    names = {"march/one", "april/one"}
    with pytest.raises(ConfigError, match="april/one or march/one"):
        evaluate(folder, names, [Row("one", "caller", text="a")])


def test_the_command_prints_tables_or_json(tmp_path: Path) -> None:
    folder = results(
        tmp_path / "out",
        **{
            "[one]": [
                said(CALLER, 0, 6, "kargom geldi"),
                shown(CALLER, 1, "delay"),
                felt(0, 6, "angry"),
            ]
        },
    )
    table = tmp_path / "own.csv"
    table.write_text(
        "call,channel,start,end,text,tone,tags\n"
        "[one],caller,0,6,kargom gelmedi,angry,delay\n"
        "two,caller,0,6,kargom gelmedi,,\n",
        encoding="utf-8",
    )
    command = ["evaluate", str(folder), "--references", str(table)]
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 3  # a reference has no result
    assert "gelmedi → geldi (1)" in told.output
    assert "[one]" in told.output
    assert "References without a result: two" in told.output
    assert "UAR 100.0 %" in told.output
    figures = json.loads(CliRunner().invoke(app, [*command, "--json"]).output)
    assert figures["words"]["all"]["wer"] == {"value": 0.5, "low": None, "high": None}
    assert figures["situations"]["by_situation"]["delay"]["right"] == 1
    (tmp_path / "empty").mkdir()
    command[1] = str(tmp_path / "empty")
    wrong = CliRunner().invoke(app, command)
    assert isinstance(wrong.exception, ConfigError)
