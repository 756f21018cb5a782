"""Signals a telephone line carries that are not speech: mono float32 at 16 kHz, within −1…1.

Every function is deterministic: the same arguments give the same samples. Levels are RMS over
the sounding part in dB below full scale. Tones and cadences follow ITU-T E.180 (call progress)
and Q.23 (DTMF).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000

Signal = NDArray[np.float32]

_DTMF_ROWS = (697.0, 770.0, 852.0, 941.0)
_DTMF_COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
_DTMF_KEYS = ("123A", "456B", "789C", "*0#D")
_CHORDS = (  # C, a minor, F, G as MIDI note numbers
    (48, 55, 60, 64),
    (45, 52, 60, 64),
    (41, 53, 57, 60),
    (43, 50, 59, 62),
)
_MELODY = (76, 79, 84, 83, 81, 79, 76, 72, 77, 76, 74, 72, 74, 79, 77, 74)


def silence(seconds: float) -> Signal:
    """Digital silence."""
    return np.zeros(_samples(seconds), dtype=np.float32)


def white_noise(seconds: float, level_db: float = -30.0, seed: int = 0) -> Signal:
    """Gaussian noise with a flat spectrum."""
    return _at_level(np.random.default_rng(seed).standard_normal(_samples(seconds)), level_db)


def pink_noise(seconds: float, level_db: float = -30.0, seed: int = 0) -> Signal:
    """Noise that falls by 3 dB an octave above 20 Hz: closer to a room or a street than white."""
    count = _samples(seconds)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    return _at_level(np.fft.irfft(spectrum / np.sqrt(frequency), count), level_db)


def ringback_eu(seconds: float, level_db: float = -20.0) -> Signal:
    """The European ringing tone: 425 Hz, one second on and four off."""
    return _cadence(_tones(seconds, 425.0), on=1.0, off=4.0, level_db=level_db)


def ringback_tr(seconds: float, level_db: float = -20.0) -> Signal:
    """The Turkish ringing tone: 450 Hz, two seconds on and four off."""
    return _cadence(_tones(seconds, 450.0), on=2.0, off=4.0, level_db=level_db)


def ringback_us(seconds: float, level_db: float = -20.0) -> Signal:
    """The North American ringing tone: 440 and 480 Hz, two seconds on and four off."""
    return _cadence(_tones(seconds, 440.0, 480.0), on=2.0, off=4.0, level_db=level_db)


def busy_tone(seconds: float, level_db: float = -20.0) -> Signal:
    """The European busy tone: 425 Hz, half a second on and half a second off."""
    return _cadence(_tones(seconds, 425.0), on=0.5, off=0.5, level_db=level_db)


def dtmf(keys: str, on: float = 0.1, off: float = 0.1, level_db: float = -15.0) -> Signal:
    """Touch tones of `keys` (0-9, A-D, * and #), each `on` seconds long with `off` between."""
    parts = [
        part
        for key in keys
        for part in (_at_level(_tones(on, *_dtmf_pair(key)), level_db), silence(off))
    ]
    return np.concatenate(parts) if parts else silence(0.0)


def hold_music(seconds: float, level_db: float = -22.0) -> Signal:
    """Soft chords with a melody above them, four beats a chord at 96 beats a minute."""
    count, beat = _samples(seconds), 60.0 / 96.0
    music = np.zeros(count)
    for index in range(int(np.ceil(seconds / beat))):
        start = _samples(index * beat)
        if index % 4 == 0:
            for note in _CHORDS[index // 4 % len(_CHORDS)]:
                _add(music, start, _plucked(note, 4 * beat, decay=1.6))
        _add(music, start, 1.5 * _plucked(_MELODY[index % len(_MELODY)], 2 * beat, decay=0.5))
    return _at_level(music, level_db)


def voiced_tone(
    seconds: float, pitch: float = 140.0, level_db: float = -20.0, syllables: float = 4.0
) -> Signal:
    """A buzz with vowel-like resonances that swells `syllables` times a second.

    `pitch` is its fundamental in Hz, gently falling by two semitones; no words are in it.
    """
    time = np.arange(_samples(seconds)) / RATE
    contour = pitch * 2 ** (-2 / 12 * time / max(seconds, 1e-9))
    phase = 2 * np.pi * np.cumsum(contour) / RATE
    voice = np.zeros_like(time)
    for harmonic in range(1, int(3800 / pitch) + 1):
        voice += _resonance(harmonic * pitch) * np.sin(harmonic * phase)
    return _at_level(voice * (0.55 - 0.45 * np.cos(2 * np.pi * syllables * time)), level_db)


def clipped_voice(seconds: float, pitch: float = 140.0, drive_db: float = 20.0) -> Signal:
    """`voiced_tone` driven `drive_db` over full scale and cut off there, as by a hot input."""
    voice = voiced_tone(seconds, pitch)
    peak = max(float(np.max(np.abs(voice), initial=0.0)), 1e-9)
    driven = voice.astype(np.float64) / peak * 10 ** (drive_db / 20)
    return np.clip(driven, -1.0, 1.0).astype(np.float32)


def level_db(signal: Signal) -> float:
    """RMS of the whole signal in dB below full scale; −inf for silence."""
    power = float(np.mean(np.square(signal, dtype=np.float64))) if len(signal) else 0.0
    return 10 * float(np.log10(power)) if power > 0 else -float("inf")


def _samples(seconds: float) -> int:
    return round(seconds * RATE)


def _tones(seconds: float, *frequencies: float) -> NDArray[np.float64]:
    time = np.arange(_samples(seconds)) / RATE
    total = np.zeros_like(time)
    for frequency in frequencies:
        total += np.sin(2 * np.pi * frequency * time)
    return total


def _cadence(tone: NDArray[np.float64], *, on: float, off: float, level_db: float) -> Signal:
    time = np.arange(len(tone)) / RATE
    steady = _at_level(tone, level_db)
    return np.where(time % (on + off) < on, steady, np.float32(0.0)).astype(np.float32)


def _dtmf_pair(key: str) -> tuple[float, float]:
    for row, keys in enumerate(_DTMF_KEYS):
        if key in keys:
            return _DTMF_ROWS[row], _DTMF_COLUMNS[keys.index(key)]
    raise ValueError(f"{key!r} is no touch-tone key: use 0-9, A-D, * or #.")


def _plucked(note: int, seconds: float, *, decay: float) -> NDArray[np.float64]:
    time = np.arange(_samples(seconds)) / RATE
    frequency = 440.0 * 2 ** ((note - 69) / 12)
    attack = np.minimum(time / 0.01, 1.0)
    release = np.minimum((seconds - time) / 0.02, 1.0)
    wave = sum(np.sin(2 * np.pi * k * frequency * time) / k**2 for k in (1, 2, 3, 4))
    return np.asarray(wave * attack * release * np.exp(-time / decay))


def _add(target: NDArray[np.float64], start: int, part: NDArray[np.float64]) -> None:
    room = max(min(len(part), len(target) - start), 0)
    target[start : start + room] += part[:room]


def _resonance(frequency: float) -> float:
    formants = ((600.0, 90.0, 1.0), (1200.0, 120.0, 0.5), (2500.0, 180.0, 0.25))
    return sum(gain / (1 + ((frequency - centre) / width) ** 2) for centre, width, gain in formants)


def _at_level(signal: NDArray[np.float64], level: float) -> Signal:
    rms = float(np.sqrt(np.mean(np.square(signal)))) if len(signal) else 0.0
    scaled = signal * (10 ** (level / 20) / rms) if rms > 0 else signal
    return np.clip(scaled, -1.0, 1.0).astype(np.float32)
