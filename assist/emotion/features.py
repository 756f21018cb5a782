"""Acoustic measures of a window of the caller's speech.

`extract` is stateless, deterministic and does not depend on the gain of the line: the level
is reported beside the measures and only ever used as a difference from the caller's own.
Which measures: after the Geneva minimalistic set (Eyben et al. 2016, doi
10.1109/TAFFC.2015.2457417), restricted to what a telephone carries and extended by cepstral
statistics, rhythm and the shape of the contours.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray
from swift_f0 import SwiftF0

from assist.emotion import spectrum
from assist.emotion.spectrum import BAND_HZ, FRAME_RATE, Floats
from assist.events import SAMPLE_RATE

Bools = NDArray[np.bool_]

MINIMUM = SAMPLE_RATE // 4
"""Samples (a quarter of a second) below which a window has no measures."""
_REFERENCE_RMS = 0.05
_ACTIVE_BELOW_PEAK = 24.0
_ABOVE_NOISE = 6.0
_PITCH_RANGE = (60.0, 650.0)
_MFCC = 16


_NO_ENCODING = np.zeros(0, np.float32)

Encoder = Callable[[Floats], Floats]
"""Audio (samples,) to an encoding (width,)."""


class WindowFeatures(msgspec.Struct, frozen=True):
    """Measures of one window.

    `values` (len(NAMES),) float32 are free of gain; `level` is the loudness of the active
    frames in dB full scale; `seconds` the window's length; `active` the share of frames with
    speech energy (0…1); `voiced` the share of active frames with a clear pitch (0…1);
    `contrast` the distance between loud and quiet frames in dB, a bound on the noise;
    `encoding` (width,) float32 what the first blocks of the recogniser's encoder made of it,
    empty without them.
    """

    values: Floats
    level: float
    seconds: float
    active: float
    voiced: float
    contrast: float
    encoding: Floats = _NO_ENCODING


class _Contours(msgspec.Struct, frozen=True):
    """Per-frame measures of a window; all arrays have the same first length."""

    energy: Floats  # dB
    active: Bools
    voiced: Bools
    pitch: Floats  # semitones above 55 Hz
    confidence: Floats
    power: Floats  # (frames, band)
    mel: Floats  # (frames, mels) dB
    hnr: Floats  # dB


def extract(audio: Floats, encode: Encoder | None = None) -> WindowFeatures:
    """Measure `audio` (samples,), 16 kHz, −1…1; best with 1–4 s of one person's speech.

    With `encode` it is encoded too, at a fixed loudness.

    Silence and windows shorter than a quarter of a second give zeros with `voiced` 0.
    """
    seconds = len(audio) / SAMPLE_RATE
    band = spectrum.telephone_band(audio) if len(audio) >= MINIMUM else audio
    rms = float(np.sqrt(np.mean(np.square(band, dtype=np.float64)))) if len(band) else 0.0
    if len(audio) < MINIMUM or rms < 1e-6:
        empty = np.zeros(len(NAMES), np.float32)
        encoding = encode(np.zeros(MINIMUM, np.float32)) if encode else _NO_ENCODING
        return WindowFeatures(empty, -120.0, seconds, 0.0, 0.0, 0.0, encoding)
    gain = np.float32(_REFERENCE_RMS / rms)
    contours = _contours(band * gain)
    values = measures(contours)
    scale = 20 * np.log10(rms / _REFERENCE_RMS)
    loud = float(10 * np.log10(np.mean(10 ** (contours.energy[contours.active] / 10))))
    high, low = np.percentile(contours.energy, [95, 5])
    return WindowFeatures(
        values=np.array([values[name] for name in NAMES], np.float32),
        level=float(loud + scale),
        seconds=seconds,
        active=float(contours.active.mean()),
        voiced=values["voiced_share"],
        contrast=float(high - low),
        encoding=encode(audio * gain) if encode else _NO_ENCODING,
    )


def _contours(band: Floats) -> _Contours:
    power = spectrum.power_spectra(band)
    energy = 10 * np.log10(power.sum(axis=1) * spectrum.POWER_SCALE + 1e-10)
    active = energy > _threshold(energy)
    # A peak far above full scale would be an artefact of the normalisation, not of the voice.
    pitch, confidence = _pitch(np.clip(band, -1, 1), len(energy))
    voiced = (confidence > 0.5) & active
    return _Contours(
        energy=energy.astype(np.float32),
        active=active,
        voiced=voiced,
        pitch=(12 * np.log2(np.maximum(pitch, 30) / 55)).astype(np.float32),
        confidence=confidence,
        power=power,
        mel=spectrum.log_mel(power),
        hnr=spectrum.harmonicity(band, pitch, voiced),
    )


def _threshold(energy: NDArray[np.floating]) -> float:
    """Energy in dB above which a frame is speech: well above the noise, not far below the peaks."""
    quiet, peak = np.percentile(energy, [5, 95])
    return float(max(peak - _ACTIVE_BELOW_PEAK, min(quiet + _ABOVE_NOISE, peak - 10)))


@cache
def _detector() -> SwiftF0:
    return SwiftF0(threads=1, spin=False)


def _pitch(band: Floats, count: int) -> tuple[Floats, Floats]:
    """Pitch in Hz and confidence per frame; the fundamental need not be in the band."""
    low, high = _PITCH_RANGE
    found = _detector().detect(band, SAMPLE_RATE, fmin=low, fmax=high)
    pitch = np.asarray(found.pitch_hz, np.float32)[:count]
    confidence = np.asarray(found.confidence, np.float32)[:count]
    return pitch, confidence


def measures(contours: _Contours) -> dict[str, float]:
    """All functionals by name."""
    spoken = contours.voiced if contours.voiced.sum() >= 4 else contours.active
    return {
        **_pitch_measures(contours),
        **_energy_measures(contours),
        **_rhythm_measures(contours),
        **_spectral_measures(contours.power, spoken),
        **_cepstral_measures(contours.mel, spoken, contours.active),
        **_voice_measures(contours),
        **_shape_measures(contours),
        **_modulation_measures(contours.mel),
    }


def _pitch_measures(contours: _Contours) -> dict[str, float]:
    voiced = contours.voiced
    pitch = contours.pitch[voiced]
    if len(pitch) < 4:
        pitch = np.zeros(4, np.float32)
    low, p25, middle, p75, high = np.percentile(pitch, [10, 25, 50, 75, 90])
    together = voiced[1:] & voiced[:-1]
    steps = np.diff(contours.pitch)[together] * FRAME_RATE
    steps = steps[np.abs(steps) < 250] if len(steps) else steps  # octave jumps are errors
    if len(steps) < 3:
        steps = np.zeros(3, np.float32)
    rising, falling = steps[steps > 0], steps[steps < 0]
    return {
        "pitch_median": float(middle),
        "pitch_low": float(low),
        "pitch_high": float(high),
        "pitch_range": float(high - low),
        "pitch_spread": float(p75 - p25),
        "pitch_deviation": float(np.std(pitch)),
        "pitch_skew": float((high + low - 2 * middle) / (high - low + 1)),
        "pitch_motion": float(np.mean(np.abs(steps))),
        "pitch_rising": float(rising.mean()) if len(rising) else 0.0,
        "pitch_falling": float(falling.mean()) if len(falling) else 0.0,
        "pitch_rising_share": len(rising) / len(steps),
        "pitch_confidence": float(contours.confidence[contours.active].mean()),
    }


def _energy_measures(contours: _Contours) -> dict[str, float]:
    energy = contours.energy[contours.active]
    low, middle, high = np.percentile(energy, [10, 50, 90])
    change = np.diff(contours.energy)[contours.active[1:]] * FRAME_RATE
    if len(change) < 2:
        change = np.zeros(2, np.float32)
    rising, falling = change[change > 0], change[change < 0]
    peak = float(contours.energy.max())
    return {
        "energy_deviation": float(energy.std()),
        "energy_range": float(high - low),
        "energy_skew": float((high + low - 2 * middle) / (high - low + 1)),
        "energy_rising": float(rising.mean()) if len(rising) else 0.0,
        "energy_falling": float(falling.mean()) if len(falling) else 0.0,
        "energy_peak": peak - float(middle),
    }


def _rhythm_measures(contours: _Contours) -> dict[str, float]:
    """Pace by peaks of the smoothed energy (after de Jong & Wempe 2009), pauses, segments."""
    smooth = np.convolve(contours.energy, np.hanning(9)[1:-1] / 4, mode="same")
    ahead, behind = np.roll(smooth, -3), np.roll(smooth, 3)
    peaks = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:])
    dips = np.minimum(smooth - ahead, smooth - behind)[1:-1]
    syllables = int((peaks & (dips > 1.0) & contours.active[1:-1]).sum())
    spoken = max(int(contours.active.sum()), 1) / FRAME_RATE
    voiced_runs, pause_runs = _runs(contours.voiced), _runs(~contours.active)
    inner = pause_runs[pause_runs >= 6]
    total = len(contours.active) / FRAME_RATE
    return {
        "pace": syllables / spoken,
        "voiced_share": float(contours.voiced.sum() / max(contours.active.sum(), 1)),
        "voiced_rate": len(voiced_runs) / spoken,
        "voiced_length": float(voiced_runs.mean() / FRAME_RATE) if len(voiced_runs) else 0.0,
        "voiced_longest": float(voiced_runs.max() / FRAME_RATE) if len(voiced_runs) else 0.0,
        "pause_share": 1.0 - spoken / total,
        "pause_rate": len(inner) / total,
    }


def _runs(flags: Bools) -> NDArray[np.int64]:
    """Lengths of the stretches of True."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    lengths: NDArray[np.int64] = np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0)
    return lengths


def _spectral_measures(power: Floats, spoken: Bools) -> dict[str, float]:
    chosen = power[spoken].astype(np.float64) + 1e-12
    share = chosen / chosen.sum(axis=1, keepdims=True)
    decibel = 10 * np.log10(chosen)
    hz = BAND_HZ.astype(np.float64)
    split, low_peak = hz < 1000, hz < 2000
    centroid = share @ hz
    kilohertz = np.log2(hz / 1000)
    measures = {
        "alpha_ratio": 10 * np.log10(chosen[:, split].sum(1) / chosen[:, ~split].sum(1)),
        "hammarberg": decibel[:, low_peak].max(axis=1) - decibel[:, ~low_peak].max(axis=1),
        "centroid": centroid / 1000,
        "spread": np.sqrt(np.maximum(share @ hz**2 - centroid**2, 0)) / 1000,
        "rolloff": hz[(np.cumsum(share, axis=1) < 0.85).sum(axis=1).clip(max=len(hz) - 1)] / 1000,
        "flatness": decibel.mean(axis=1) - 10 * np.log10(chosen.mean(axis=1)),
        "slope": _slope(decibel, kilohertz),
        "slope_low": _slope(decibel[:, split], kilohertz[split]),
        "slope_high": _slope(decibel[:, ~split], kilohertz[~split]),
    }
    result: dict[str, float] = {}
    for name, track in measures.items():
        result[name] = float(track.mean())
        result[f"{name}_deviation"] = float(track.std())
    # The long-term spectrum weighs loud frames, where effort is heard best.
    longterm = chosen.sum(axis=0)
    ratio = longterm[split].sum() / longterm[~split].sum()
    result["alpha_ratio_longterm"] = float(10 * np.log10(ratio))
    return result


def _slope(decibel: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = x - x.mean()
    slope: NDArray[np.float64] = decibel @ centred / (centred @ centred)
    return slope


def _cepstral_measures(mel: Floats, spoken: Bools, active: Bools) -> dict[str, float]:
    cepstra = spectrum.cepstrum(mel, _MFCC)
    change = np.abs(np.diff(cepstra, axis=0))[active[1:]]
    if not len(change):
        change = np.zeros((1, _MFCC), np.float32)
    flux = np.abs(np.diff(mel, axis=0)).mean(axis=1)
    columns = {
        "mfcc": cepstra[spoken].mean(axis=0),
        "mfcc_deviation": cepstra[active].std(axis=0),
        "mfcc_motion": change.mean(axis=0),
    }
    result = {
        f"{name}_{index + 1}": float(value)
        for name, column in columns.items()
        for index, value in enumerate(column)
    }
    result["flux"] = float(flux[active[1:]].mean()) if active[1:].any() else 0.0
    return result


def _voice_measures(contours: _Contours) -> dict[str, float]:
    """Harmonics-to-noise ratio; jitter and shimmer as second differences from frame to frame."""
    voiced = contours.voiced
    inside = voiced[2:] & voiced[1:-1] & voiced[:-2]
    hnr = contours.hnr[voiced] if voiced.any() else np.zeros(1, np.float32)
    measures = {
        "hnr": float(hnr.mean()),
        "hnr_deviation": float(hnr.std()),
        "hnr_low": float(np.percentile(hnr, 20)),
    }
    for name, track, limit in (
        ("jitter", contours.pitch, 6.0),
        ("shimmer", contours.energy, 20.0),
    ):
        bends = np.abs(track[2:] - 2 * track[1:-1] + track[:-2])[inside]
        measures[name] = float(np.minimum(bends, limit).mean()) if len(bends) else 0.0
    return measures


def _shape_measures(contours: _Contours) -> dict[str, float]:
    """How pitch, energy and brightness move over the thirds of the speech."""
    spoken = np.flatnonzero(contours.active)
    thirds = np.array_split(np.arange(spoken[0], spoken[-1] + 1), 3)
    brightness = contours.mel[:, spectrum.MELS // 2 :].mean(1) - contours.mel.mean(1)
    tracks = (
        ("pitch", contours.pitch, contours.voiced),
        ("energy", contours.energy, contours.active),
        ("brightness", brightness, contours.active),
    )
    result: dict[str, float] = {}
    for name, track, valid in tracks:
        centre = float(np.mean(track[valid])) if valid.any() else 0.0
        for index, third in enumerate(thirds):
            inside = track[third][valid[third]]
            value = float(inside.mean()) - centre if len(inside) else 0.0
            result[f"{name}_third_{index + 1}"] = value
    return result


def _modulation_measures(mel: Floats) -> dict[str, float]:
    """Share of slow, syllabic and fast energy changes in low, middle and high bands."""
    parts = np.array_split(mel, 3, axis=1)
    hz = np.fft.rfftfreq(256, 1 / FRAME_RATE)
    bands = {"slow": (0.5, 3), "syllabic": (3, 7), "fast": (7, 14), "rough": (14, 28)}
    result: dict[str, float] = {}
    for name, part in zip(("low", "middle", "high"), parts, strict=True):
        track = part.mean(axis=1)
        track = (track - track.mean()) * np.hanning(len(track))
        power = np.abs(np.fft.rfft(track, 256)) ** 2 / max(len(track), 1) + 1e-9
        for label, (low, high) in bands.items():
            inside = (hz >= low) & (hz < high)
            result[f"modulation_{name}_{label}"] = float(np.log(power[inside].mean()))
    return result


def _names() -> tuple[str, ...]:
    """Names of all measures in order, from measuring a short hum."""
    time = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
    count = len(time) // spectrum.HOP
    power = spectrum.power_spectra(np.sin(2 * np.pi * 500 * time).astype(np.float32))
    flags = np.ones(count, np.bool_)
    line = np.linspace(0, 1, count, dtype=np.float32)
    hum = _Contours(line, flags, flags, line, line, power, spectrum.log_mel(power), line)
    return tuple(measures(hum))


NAMES: tuple[str, ...] = _names()
"""Names of `WindowFeatures.values`, in order."""
