from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from assist.emotion.model import ToneModel
from assist.emotion.training import net, sequences
from assist.emotion.training.card import sequence_table
from assist.emotion.training.commands import app
from assist.emotion.training.dataset import CLASSES, read_manifest
from assist.emotion.training.evaluation import evaluate, load
from assist.emotion.training.export import export
from assist.emotion.training.learn import held_out_groups, learn, training_part
from assist.emotion.training.scores import calibration_error, score, uar
from assist.emotion.training.telephone import Line, _through_codec
from assist.emotion.training.train import train
from assist.errors import AudioError, ConfigError
from tests.emotion.voices import voice, write_corpus


@pytest.fixture(autouse=True)
def short_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up moods are learnt in a moment."""
    monkeypatch.setattr(net, "LEAST_STEPS", 100)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A manifest of synthetic moods, and the folder of its measures."""
    folder = tmp_path_factory.mktemp("corpus")
    return write_corpus(folder), folder / "training"


def test_training_end_to_end_writes_weights_that_tell_the_moods_apart(
    corpus: tuple[Path, Path], tmp_path: Path
) -> None:
    manifest, cache = corpus
    figures = train([manifest], tmp_path / "tone.onnx", folder=cache)
    assert figures["cross/3"]["corpora"]["made0"]["uar"] > 0.6
    report = evaluate(manifest, model=tmp_path / "tone.onnx", baseline=2, folder=cache)
    assert set(report["corpora"]) == {"made0", "made1"}
    assert report["corpora"]["made1"]["uar"] > 0.65
    assert report["left_out"] == {"surprise": 1}
    assert report["seen_in_training"] == ["made0", "made1"]
    card = (tmp_path / "tone.md").read_text()
    assert "made0" in card
    assert "surprise 1" in card


def test_calls_that_turn_are_made_and_judged_without_their_corpus(
    corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("HALF", 2.0), ("_LEAST_CALM", 3.0), ("_LEAST_ANGRY", 2.0)):
        monkeypatch.setattr(sequences, name, seconds)
    figures = sequences.turning_points([corpus[0]], folder=corpus[1], encoded=False)
    assert set(figures) == {"made0", "made1"}
    for part in figures.values():
        assert part["n"] == 2
        assert 0 <= part["soon"] <= part["ever"] <= 1
        assert set(part["next_call"]) == {"remembered", "first"}
    assert sequence_table(figures).count("\n") == 4


def test_the_same_seed_gives_the_same_weights(corpus: tuple[Path, Path], tmp_path: Path) -> None:
    data = load([corpus[0]], 0, corpus[1]).data
    files = []
    for name, seed in (("first", 3), ("second", 3), ("third", 4)):
        path = tmp_path / f"{name}.onnx"
        trained = learn(data, seed)
        export(trained, path, temperature=1.0, threshold=3.0, corpora=("made",), seed=seed)
        files.append(path.read_bytes())
        assert ToneModel.load(path).meta.seed == seed
    assert files[0] == files[1] != files[2]


@pytest.mark.parametrize("protocol", ["within", "cross"])
def test_no_speaker_is_in_training_and_evaluation_at_once(
    corpus: tuple[Path, Path], protocol: str
) -> None:
    data = load([corpus[0]], 0, corpus[1]).data
    groups = held_out_groups(data, protocol)
    assert np.sum(groups, axis=0).tolist() == [1] * len(data.labels)
    for group in groups:
        part = training_part(data, group, protocol)
        assert part.any()
        assert not set(data.speakers[group]) & set(data.speakers[part])
        if protocol == "cross":
            assert not set(data.corpora[group]) & set(data.corpora[part])


def test_evaluate_prints_the_json_of_its_figures(corpus: tuple[Path, Path], monkeypatch) -> None:
    monkeypatch.setenv("ASSIST_MODELS__DIRECTORY", str(corpus[1].parent))
    result = CliRunner().invoke(app, ["evaluate", str(corpus[0]), "--json"])
    report = json.loads(result.stdout)
    assert set(report["corpora"]["made0"]) >= {"uar", "n", "weighted_accuracy", "ece"}
    assert report["baseline"] == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,emotion\na.wav,angry\n", "lacks the column speaker"),
        ("path,speaker,emotion\na.wav,1,angry\n", "line 2: the recording a.wav does not exist"),
        ("path,speaker,emotion\na.wav,,angry\n", "line 2: speaker is empty"),
        ("path,speaker,emotion\na.wav,1,bored\n", "no recording labelled angry"),
        ("", "lacks the column path"),
    ],
)
def test_a_wrong_manifest_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_manifest(manifest)


def test_json_lines_are_read_like_csv(corpus: tuple[Path, Path]) -> None:
    clips = read_manifest(corpus[0]).clips[:5]
    lines = [
        json.dumps({"key": c.path.name, "spk": c.speaker, "emo": CLASSES[c.label], "dataset": "x"})
        for c in clips
    ]
    manifest = corpus[0].with_suffix(".jsonl")
    manifest.write_text("\n".join(lines))
    again = read_manifest(manifest).clips
    assert [c.path for c in again] == [c.path for c in clips]
    assert [c.label for c in again] == [c.label for c in clips]


def test_a_recording_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no audio")
    (tmp_path / "manifest.csv").write_text("path,speaker,emotion\nbad.wav,1,angry\n")
    with pytest.raises(AudioError, match=r"bad\.wav cannot be read"):
        load([tmp_path / "manifest.csv"], 0, tmp_path / "cache")


def test_one_speaker_is_too_few(corpus: tuple[Path, Path], tmp_path: Path) -> None:
    lines = corpus[0].read_text().splitlines()
    few = corpus[0].with_name("few.csv")
    few.write_text("\n".join([lines[0], *[line for line in lines if ",0low," in line]]))
    with pytest.raises(ConfigError, match="1 speaker"):
        train([few], tmp_path / "tone.onnx", folder=corpus[1])


def test_a_telephone_line_carries_nothing_outside_its_band_and_is_reproducible() -> None:
    sound = voice(1.0)
    heard = []
    for _ in range(2):
        rng = np.random.default_rng(7)
        heard.append(Line(rng, (10, 10)).carry(sound, 0.05, rng))
    assert heard[0].tobytes() == heard[1].tobytes()
    power = np.abs(np.fft.rfft(heard[0])) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / 16_000)
    assert power[hz > 4200].sum() < 1e-3 * power.sum()


@pytest.mark.parametrize(("codec", "rate"), [("libopencore_amrnb", 4_750), ("libopus", 8_000)])
def test_a_codec_changes_the_sound_and_keeps_its_length(codec: str, rate: int) -> None:
    line = voice(1.0)[::2].astype(np.float64)
    heard = _through_codec(line, codec, rate)
    assert heard.shape == line.shape
    assert 0.3 < np.sqrt(np.mean(heard**2) / np.mean(line**2)) < 3
    assert np.abs(heard - line).max() > 0.001
    assert heard.tobytes() == _through_codec(line, codec, rate).tobytes()


def test_fewer_views_are_the_first_of_all(corpus: tuple[Path, Path], tmp_path: Path) -> None:
    few = load([corpus[0]], 0, tmp_path, views=2, encoded=False).data.measures
    every = load([corpus[0]], 0, corpus[1], encoded=False).data.measures
    assert few.shape[1] == 2
    np.testing.assert_array_equal(few, every[:, :2])


def test_scores_of_known_answers() -> None:
    labels = np.array([0, 0, 1, 2, 3, 3])
    logits = np.full((6, 4), -5.0)
    logits[np.arange(6), [0, 1, 1, 2, 3, 3]] = 5.0
    figures = score(labels, logits)
    assert figures["uar"] == pytest.approx((0.5 + 1 + 1 + 1) / 4)
    assert figures["weighted_accuracy"] == pytest.approx(5 / 6, abs=1e-4)
    assert figures["confusion"][0] == [1, 1, 0, 0]
    assert uar(labels, labels) == 1


def test_always_certain_and_often_wrong_is_badly_calibrated() -> None:
    labels = np.tile(np.arange(4), 50)
    certain = np.zeros((200, 4))
    certain[:, 0] = 20.0
    assert calibration_error(labels, certain) > 0.8
    assert calibration_error(labels, np.zeros((200, 4))) < 0.05
