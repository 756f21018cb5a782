from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assist.audio.files import Recording, open_recording
from assist.errors import AudioError
from tests.audio.signals import tones, write, write_compressed


def read(recording: Recording) -> NDArray[np.int16]:
    return np.concatenate(list(recording.blocks()))


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    shorter = path.with_name(f"cut-{path.name}")
    shorter.write_bytes(data[: int(len(data) * share)])
    return shorter


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.aiff", "a.au", "a.caf", "a.w64"])
@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_lossless_16_bit_files_come_back_bit_for_bit(tmp_path: Path, name: str, rate: int) -> None:
    samples = tones(0.5, rate)
    recording = open_recording(write(tmp_path / name, samples, rate, "PCM_16"))
    assert (recording.rate, recording.channels) == (rate, 2)
    np.testing.assert_array_equal(read(recording), samples)
    assert not recording.truncated
    assert recording.warning == ""


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp3", "libmp3lame"), ("a.ogg", "libopus"), ("a.m4a", "aac"), ("a.webm", "libopus")],
)
def test_compressed_files_sound_the_same(tmp_path: Path, name: str, codec: str) -> None:
    recording = open_recording(write_compressed(tmp_path / name, codec, tones(2, 48000), 48000))
    samples = read(recording)
    assert (recording.rate, recording.channels) == (48000, 2)
    assert len(samples) / 48000 == pytest.approx(2, abs=0.1)
    for channel, pitch in enumerate((300, 470)):
        spectrum = np.abs(np.fft.rfft(samples[24000:72000, channel].astype(float)))
        assert np.argmax(spectrum) == pitch
    assert not recording.truncated
    assert recording.warning == ""


@pytest.mark.parametrize(
    ("subtype", "tolerance"),
    [("PCM_24", 0), ("PCM_32", 0), ("FLOAT", 0), ("DOUBLE", 0), ("PCM_U8", 256), ("ALAW", 512)],
)
def test_other_sample_formats_become_16_bits(tmp_path: Path, subtype: str, tolerance: int) -> None:
    samples = tones(0.2, 8000)
    result = read(open_recording(write(tmp_path / "a.wav", samples, 8000, subtype)))
    assert np.abs(result.astype(int) - samples).max() <= tolerance


def test_a_24_bit_sample_is_rounded_and_never_wraps(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    import soundfile

    loudest = np.array([0x7FFFFF, -0x800000, 0x00017F, 0x000180]) << 8
    soundfile.write(path, loudest.astype(np.int32), 8000, subtype="PCM_24")
    assert read(open_recording(path))[:, 0].tolist() == [32767, -32768, 1, 2]


def test_an_8_khz_mulaw_recording_is_read(tmp_path: Path) -> None:
    samples = tones(1, 8000, 1)
    recording = open_recording(write(tmp_path / "a.wav", samples, 8000, "ULAW"))
    assert (recording.rate, recording.channels, recording.duration) == (8000, 1, 1.0)
    assert np.abs(read(recording).astype(int) - samples).max() <= 512


def test_values_that_are_not_numbers_become_silence(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "a.wav"
    soundfile.write(path, np.array([np.nan, np.inf, -np.inf, 0.5]), 8000, subtype="FLOAT")
    assert read(open_recording(path))[:, 0].tolist() == [0, 32767, -32768, 16384]


@pytest.mark.parametrize("channels", [1, 2, 8])
def test_one_to_eight_channels_are_kept_apart(tmp_path: Path, channels: int) -> None:
    samples = tones(0.2, 16000, channels)
    recording = open_recording(write(tmp_path / "a.wav", samples, 16000))
    assert recording.channels == channels
    np.testing.assert_array_equal(read(recording), samples)


@pytest.mark.parametrize(("rate", "becomes"), [(192000, 48000), (96000, 48000), (4000, 8000)])
def test_rates_outside_8_to_48_khz_are_converted(tmp_path: Path, rate: int, becomes: int) -> None:
    recording = open_recording(write(tmp_path / "a.wav", tones(1, rate), rate))
    samples = read(recording)
    assert (recording.rate, len(samples)) == (becomes, becomes)
    assert np.argmax(np.abs(np.fft.rfft(samples[:, 0].astype(float)))) == 300


def test_a_recording_can_be_read_twice(tmp_path: Path) -> None:
    recording = open_recording(write(tmp_path / "a.flac", tones(0.2, 16000), 16000))
    np.testing.assert_array_equal(read(recording), read(recording))


def test_an_hour_is_read_in_small_blocks(tmp_path: Path) -> None:
    hour = np.zeros((3600 * 8000, 1), np.int16)
    recording = open_recording(write(tmp_path / "a.wav", hour, 8000))
    first = next(recording.blocks())
    assert len(first) <= 8000
    assert recording.duration == 3600


def test_what_is_left_of_a_truncated_flac_is_used(tmp_path: Path) -> None:
    samples = tones(3, 16000)
    recording = open_recording(cut(write(tmp_path / "a.flac", samples, 16000), 0.6))
    result = read(recording)
    assert 1 < len(result) / 16000 < 2
    np.testing.assert_array_equal(result, samples[: len(result)])
    assert recording.truncated
    assert "of the 3.0 s it announces only 1." in recording.warning


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.wav", "pcm_s16le"), ("a.mp3", "libmp3lame"), ("a.ogg", "libopus"), ("a.webm", "libopus")],
)
def test_truncation_is_noticed_in_every_format(tmp_path: Path, name: str, codec: str) -> None:
    whole = write_compressed(tmp_path / name, codec, tones(3, 48000), 48000)
    recording = open_recording(cut(whole, 0.5))
    assert 0.5 < len(read(recording)) / 48000 < 2
    assert recording.truncated
    assert "is cut short" in recording.warning


def test_an_m4a_that_lost_its_end_is_used_when_its_index_is_there(tmp_path: Path) -> None:
    whole = write_compressed(
        tmp_path / "a.m4a", "aac", tones(3, 16000), 16000, movflags="faststart"
    )
    recording = open_recording(cut(whole, 0.6))
    assert 1 < len(read(recording)) / 16000 < 2
    assert recording.truncated


def test_a_wav_of_unknown_length_is_not_called_truncated(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.5, 8000), 8000)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"  # as a program writes into a pipe
    path.write_bytes(data)
    recording = open_recording(path)
    assert len(read(recording)) == 4000
    assert not recording.truncated


def test_a_hole_in_a_flac_is_filled_with_silence_so_that_times_stay_right(tmp_path: Path) -> None:
    samples = tones(3, 16000)
    path = write(tmp_path / "a.flac", samples, 16000)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(64)
    path.write_bytes(data)
    recording = open_recording(path)
    result = read(recording)
    assert result.shape == samples.shape
    np.testing.assert_array_equal(result[-16000:], samples[-16000:])
    assert not recording.truncated
    assert "silence was put in their place" in recording.warning


def refusal(path: Path) -> str:
    with pytest.raises(AudioError) as caught:
        open_recording(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    assert "is empty (0 bytes)" in refusal(tmp_path / "a.wav")


def test_a_header_without_samples_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0, 8000), 8000)
    assert "holds no sound" in refusal(path)


def test_a_codec_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.5, 8000), 8000)
    data = bytearray(path.read_bytes())
    data[20:22] = b"\x34\x12"
    path.write_bytes(data)
    assert "holds no sound" in refusal(path)


def test_a_text_file_named_wav_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("Merhaba, size nasıl yardımcı olabilirim?\n" * 40)
    assert "cannot be read as audio" in refusal(path)


def test_a_playlist_does_not_make_the_decoder_open_other_files(tmp_path: Path) -> None:
    write(tmp_path / "secret.wav", tones(1, 8000), 8000)
    playlist = tmp_path / "a.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.wav\n")
    assert "cannot be read as audio" in refusal(playlist)


def test_more_than_eight_channels_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.1, 8000, 9), 8000)
    assert "has 9 channels" in refusal(path)


def test_a_rate_beyond_192_khz_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.1, 384000, 1), 384000)
    assert "384000 samples a second" in refusal(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "is not a file" in refusal(tmp_path)
    assert "There is no file" in refusal(tmp_path / "nothing.wav")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tones(0.1, 8000), 8000)
    path.chmod(0)
    assert "cannot be opened" in refusal(path)


def test_a_recording_that_vanishes_is_named(tmp_path: Path) -> None:
    recording = open_recording(write(tmp_path / "a.wav", tones(0.1, 8000), 8000))
    recording.path.unlink()
    with pytest.raises(AudioError, match="There is no file"):
        list(recording.blocks())


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("originals")
    samples = tones(0.5, 16000)
    return [
        write(folder / "a.wav", samples, 16000),
        write(folder / "a.flac", samples, 16000),
        write_compressed(folder / "a.mp3", "libmp3lame", samples, 16000),
        write_compressed(folder / "a.ogg", "libopus", samples, 48000),
        write_compressed(folder / "a.m4a", "aac", samples, 16000),
    ]


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_gives_samples_or_one_sentence(
    originals: list[Path], tmp_path: Path, data: st.DataObject
) -> None:
    original = data.draw(st.sampled_from(originals))
    content = bytearray(original.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        junk = data.draw(st.binary(min_size=1, max_size=30))
        content[place : place + len(junk)] = junk
    path = tmp_path / original.name
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        recording = open_recording(path)
        for block in recording.blocks():
            assert block.dtype == np.int16
            assert block.shape[1] == recording.channels
    except AudioError as error:
        assert "\n" not in str(error)
