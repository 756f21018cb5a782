"""References are read from three kinds of file, and what is wrong in one is named by its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assist.batch.references import Row, read_references
from assist.errors import ConfigError


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_may_hold_texts_tones_and_tags(tmp_path: Path) -> None:
    table = written(
        tmp_path / "own.csv",
        "\ufeffcall;channel;start;end;text;tone;tags\n"
        'march/7;caller;1,5;;"Kargom; hâlâ\ngelmedi.";;\n'
        "march/7;;0:10;1:02,5;;angry;\n"
        "march/7;caller;12;;;;delay, ?complaint\n"
        "march/8;agent;;;;;-\n",
    )
    text, tone, tags, none = read_references([table])
    assert text == Row("march/7", "caller", 1.5, text="Kargom; hâlâ\ngelmedi.")
    assert (tone.start, tone.end, tone.tone) == (10.0, 62.5, "angry")
    assert (tags.wanted, tags.allowed) == ({"delay"}, {"delay", "complaint"})
    assert (none.wanted, none.allowed, none.start) == (frozenset(), frozenset(), None)


def test_files_beside_recordings_are_called_as_their_results(tmp_path: Path) -> None:
    turns = [{"channel": "agent", "start": 0.5, "end": 2, "text": "Hello.", "mood": 0.3}]
    told = json.dumps({"language": "en", "title": "A call", "turns": turns})
    inside = written(tmp_path / "calls" / "march" / "seven.json", told)
    written(tmp_path / "calls" / "eight.json", '{"agent": "Elif"}')  # somebody else's
    written(tmp_path / "calls" / "nine.json", "not JSON")
    (row,) = read_references([tmp_path / "calls"])
    assert row == Row("march/seven", "agent", 0.5, 2.0, text="Hello.", language="en")
    assert read_references([inside, tmp_path / "calls"])[0].call == "seven"


BESIDE = '{"turns": [{"channel": "agent", "text": "Hello."}, %s]}'


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("own.csv", "name,text\nx,y\n", "own.csv, line 1: it must have a column call"),
        ("own.csv", "call,mood\nx,y\n", "it has call, mood"),
        ("own.csv", "call,channel,text\n1,agent,a,b\n", "line 2: it has more fields than columns"),
        ("own.csv", "call,text\n1,Hello\n", "line 2: a text needs its channel"),
        ("own.csv", "call,channel,text\n1,agent,a\n2,boss,b\n", "line 3: 'boss' is no channel"),
        ("own.csv", "call,start,end,tone\n1,soon,2,sad\n", "line 2: 'soon' is no time"),
        ("own.csv", "call,start,end,tone\n1,3,2,sad\n", "line 2: its times are not in order"),
        ("own.csv", "call,start,end,tone\n1,1,2,cross\n", "line 2: 'cross' is no tone"),
        ("own.csv", "call,start,end,tone\n1,1,2,unsure\n", "'unsure' is no tone"),
        ("own.csv", "call,start,end,tone\n1,1,,sad\n", "a tone needs start and end"),
        ("own.csv", "call,channel,start,end,tone\n1,agent,1,2,sad\n", "of the caller only"),
        ("own.csv", "call,channel,tags\n1,caller,apology\n", "is no situation of the caller"),
        ("own.csv", "call,tags\n1,delay\n", "tags need a channel"),
        ("own.csv", "call,channel,end,tags\n1,caller,3,delay\n", "need its start"),
        ("own.csv", "call,channel,tags\n,caller,delay\n", "line 2: it names no call"),
        ("own.csv", "call,channel\n1,caller\n", "line 2: it says nothing"),
        ("own.csv", "call,channel,tags\n", "has no references"),
        ("own.jsonl", '\n{"call": "1"}\n', "line 2: it says nothing"),
        ("own.jsonl", '{"call": "1", "mood": 2}\n', "line 1: Object contains unknown field"),
        ("own.jsonl", '{"call": 1}\n', "line 1: Expected `str`"),
        ("own.jsonl", "[]\n", "line 1: Expected `object`"),
        ("own.jsonl", "Hello\n", "line 1: it is no JSON"),
        ("own.json", "Hello", "own.json is no JSON"),
        ("own.json", "{}", 'a list "turns"'),
        ("own.json", BESIDE % '{"channel": "agent"}', "own.json, turn 2: it says nothing"),
        ("own.json", BESIDE % '{"text": "Hello"}', "own.json, turn 2: a text needs its channel"),
        ("own.json", BESIDE % "7", "own.json, turn 2: it is no object"),
        ("own.txt", "Hello", "ends in none of"),
        ("empty/other.json", "{}", "has no references"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    path = written(tmp_path / name, text)
    with pytest.raises(ConfigError) as caught:
        read_references([path.parent if "/" in name else path])
    assert sentence in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    missing: Any = tmp_path / "none.csv"
    with pytest.raises(ConfigError, match="cannot be read"):
        read_references([missing])


def test_nobody_says_twice_what_was_said(tmp_path: Path) -> None:
    lines = "call,channel,text\n1,agent,Hello.\n1,agent,Goodbye.\n"
    one = written(tmp_path / "one.csv", lines)
    assert len(read_references([one])) == 2
    other = written(tmp_path / "other.csv", lines)
    with pytest.raises(ConfigError, match=r"one.csv and .*other.csv both say"):
        read_references([one, other])
