"""Settings, defined once: defaults, limits and documentation come from here.

A value is taken from the environment (`ASSIST_SPEECH__LANGUAGE=tr`), else from the TOML file
named by `ASSIST_CONFIG` (`assist.toml` in the working directory by default), else the default.
`assist settings` prints this list; `docs/settings.md` is written from it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assist.errors import ConfigError

Language = Literal["tr", "en"]
_ORIGIN = re.compile(
    r"(?:https?|chrome-extension)://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?"
)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def _cache_dir() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "assist"


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _address(url: str, bare: str) -> str:
    """An http address or nothing; raises `ValueError`, with `bare` for one with more in it."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise ValueError(
            "it must begin with http:// or https:// and name a host, as in http://127.0.0.1:8000/v1"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(bare)
    return url


class ServerSettings(_Group):
    """The web server and its sockets."""

    host: str = Field(
        "127.0.0.1",
        description="Address to listen on; anything but the loopback address needs users (`assist administrator`).",
    )
    port: int = Field(8765, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    allowed_origins: tuple[str, ...] = Field(
        (),
        description="Other sites whose pages may embed the sidebar and talk to the server, each by its exact origin as a browser sends it, such as `https://crm.example`; none by default.",
    )
    workers: int = Field(
        0, ge=0, description="Inference processes; 0 means one for every two cores, at least one."
    )
    max_calls: int = Field(
        50, ge=1, description="Calls at a time; further ones are refused with one sentence."
    )
    start_timeout: float = Field(
        10.0, gt=0, description="Seconds a telephony client has to send its first message."
    )
    idle_timeout: float = Field(
        30.0, gt=0, description="Seconds without audio after which a silent connection is closed."
    )
    resume_timeout: float = Field(
        30.0,
        ge=0,
        description="Seconds a call waits for its dropped connection to come back before it ends.",
    )
    max_message_bytes: int = Field(
        1 << 20, ge=4096, description="Largest websocket message accepted."
    )
    audio_backlog: float = Field(
        10.0,
        gt=0,
        description="Seconds of audio kept per call for a busy worker; beyond it live audio is dropped with a Gap event, and files wait.",
    )
    recovery_backlog: float = Field(
        120.0,
        gt=0,
        description="Seconds of audio kept per call so that a replacement worker can go on from the last finished turn.",
    )
    worker_silence: float = Field(
        10.0,
        gt=1,
        description="Seconds without a sign of life after which an inference process counts as hung and is replaced.",
    )
    job_timeout: float = Field(
        60.0,
        gt=0,
        description="Seconds one inference may take before its worker counts as hung and is replaced.",
    )
    subscriber_backlog: int = Field(
        100,
        ge=1,
        description="Events a page may be behind before it is spared tone and mechanics that newer ones have replaced; it misses nothing else.",
    )
    shutdown_timeout: float = Field(
        20.0,
        gt=0,
        description="Seconds that running calls get for their last words when the server is stopped.",
    )
    samples: Path | None = Field(
        None, description="Folder of the sample calls; empty takes audio_samples/ of the project."
    )

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin!r} is no origin; write scheme, host and port as a browser does, in small letters and without a path, as in https://crm.example or http://127.0.0.1:3000"
                )
            if origin.endswith(_DEFAULT_PORTS.get(origin.partition(":")[0], " ")):
                raise ValueError(f"{origin!r} has the port that browsers leave out; leave it out")
        return origins


class WallSettings(_Group):
    """The supervisors' view of all running calls."""

    interval: float = Field(
        0.5, ge=0.1, le=10, description="Seconds between two messages to a page at least."
    )
    hold_alert: float = Field(
        90.0, gt=0, description="Seconds on hold after which supervisors are told of it."
    )
    again: float = Field(
        120.0, gt=0, description="Seconds of a call in which the same is not told twice."
    )


class SignInSettings(_Group):
    """People who sign in. A server without users answers on the loopback address alone."""

    session_hours: float = Field(12.0, gt=0, description="Hours until one has to sign in again.")
    link_hours: float = Field(
        72.0, gt=0, description="Hours that the one-time link for choosing a password is good."
    )
    min_password: int = Field(10, ge=8, le=100, description="Fewest characters of a password.")
    attempts: int = Field(
        10,
        ge=3,
        description="Wrong passwords for one name from one address in `attempts_window`, after which that address has to wait.",
    )
    attempts_window: float = Field(300.0, gt=0, description="Seconds that wrong passwords count.")
    https: bool = Field(
        False,
        description="A proxy in front of the server speaks https; cookies are then never sent without it.",
    )


class StoreSettings(_Group):
    """Where finished events are kept."""

    url: str = Field(
        "sqlite:///var/assist.db",
        description="Database URL: `sqlite:///path/to/file.db`, or `postgresql://user:password@host/database` for a database that is there and empty.",
    )
    queue: int = Field(
        10_000,
        ge=100,
        description="Events waiting for the writer before calls have to wait for it.",
    )
    analysis_calls: int = Field(
        20_000,
        ge=100,
        description="Calls that coaching and reasons look at, the latest of the time asked for; also reviews for the agreement.",
    )
    analysis_least: int = Field(
        5,
        ge=2,
        description="Calls in which something must have been done before it is told how often calm followed.",
    )
    export_rows: int = Field(
        100_000,
        ge=1,
        description="Calls of one export at most; a search that finds more has to be narrowed down.",
    )


class RecordingSettings(_Group):
    """The sound of calls, kept beside the database."""

    enabled: bool = Field(
        True, description="Record calls; one that came without the caller's consent never is."
    )
    format: Literal["flac", "opus"] = Field(
        "flac",
        description="How recordings are written: without any loss (some 65 MB an hour) or small (22 MB).",
    )
    url: str = Field(
        "",
        description="Where recordings are kept: a folder, or `s3://bucket/prefix` (with `pip install assist[s3]`, the keys where AWS tools look for them); empty takes `recordings` beside an SQLite database, else `var/recordings`.",
    )
    endpoint_url: str = Field(
        "", description="Address of an S3-compatible service that is not the one of AWS."
    )
    spool: Path | None = Field(
        None,
        description="Folder on a local disk where recordings of running calls grow; what a crash left there is taken over at the next start. Empty takes `recording` beside the database.",
    )
    backlog: float = Field(
        60.0,
        gt=0,
        description="Seconds of a call's sound waiting for the disk; beyond it live sound is left out of the recording as silence, and files wait.",
    )

    @field_validator("url")
    @classmethod
    def _is_place(cls, url: str) -> str:
        scheme, mark, rest = url.partition("://")
        if mark and (scheme != "s3" or not rest.strip("/")):
            raise ValueError("it must be a folder or s3://bucket/prefix")
        return url


class ModelSettings(_Group):
    """Which models are used and where they lie."""

    directory: Path = Field(default_factory=_cache_dir, description="Cache of fetched models.")
    recognizer: str = Field(
        "base",
        description="Whisper model: `base` (fetched by `assist models fetch`), a folder in CTranslate2 format, or a faster-whisper name such as `small` or `large-v3-turbo`.",
    )
    compute_type: str = Field("int8", description="CTranslate2 compute type.")
    lanes: int = Field(2, ge=1, description="Recognitions at a time in one inference process.")
    threads: int = Field(
        1, ge=1, description="CPU threads of one recognition; more pay off for large models alone."
    )
    tone: Path | None = Field(
        None, description="ONNX tone model; empty takes the one under models/."
    )
    tone_trained: bool = Field(
        True,
        description="Take the tone model trained on emotional speech, whose terms are not commercial; without it, rules of loudness, pitch, pace and timbre.",
    )


class SpeechSettings(_Group):
    """Turns and words."""

    language: Literal["tr", "en", "auto"] = Field(
        "auto",
        description="Language of calls that do not name theirs; `auto` finds it within `languages`.",
    )
    languages: tuple[Language, ...] = Field(
        ("tr", "en"),
        description="Languages that `auto` chooses from; the first one is taken until speech has decided.",
    )
    beam_size: Annotated[int, Field(ge=1, le=10)] = Field(
        5, description="Beam of the final recognition."
    )
    partials: bool = Field(True, description="Show words while a person is still speaking.")
    partial_interval: float = Field(
        0.8, gt=0, description="Seconds of new speech between two partial recognitions of a turn."
    )
    vad_threshold: float = Field(
        0.3, gt=0, lt=1, description="Speech probability at which a turn starts."
    )
    endpoint_silence: float = Field(0.7, gt=0, description="Seconds of silence that end a turn.")
    min_speech: float = Field(
        0.2, ge=0, description="Seconds of speech below which a turn is not recognised."
    )
    long_turn: float = Field(
        8.0,
        ge=1,
        le=28,
        description="Seconds of a turn from which on less and less silence ends it, down to a tenth of a second shortly before `max_turn`.",
    )
    max_turn: float = Field(
        15.0,
        gt=1,
        le=28,
        description="Seconds after which a turn is cut at its quietest recent point.",
    )
    max_skew: float = Field(
        2.0,
        gt=0,
        description="Seconds one leg may lag behind the other before its missing audio counts as silence.",
    )
    roles_margin: float = Field(
        2.0,
        gt=0,
        description="Where the roles of two channels are to be found out (`--channels detect`): log odds by which the words of one must sound like an agent's, and those of the other like a caller's; with less they stay unknown.",
    )
    roles_within: float = Field(
        300.0,
        gt=0,
        description="Seconds from the start of the call within which the roles must have been found out.",
    )


class ToneSettings(_Group):
    """The caller's tone."""

    enabled: bool = Field(True, description="Estimate the caller's tone at all.")
    min_confidence: float = Field(
        0.55, ge=0, le=1, description='Calibrated confidence below which the answer is "not sure".'
    )
    remember: bool = Field(
        False,
        description="Keep how a named customer's calm voice measures, so that the next call begins with it. These are personal data, kept and deleted with the call.",
    )


class GuidanceSettings(_Group):
    """What to say next."""

    enabled: bool = Field(True, description="Show suggestions.")
    style: Literal["warm", "factual"] = Field("warm", description="The brand's tone.")
    playbooks: Path | None = Field(
        None,
        description="Folder with your own playbooks (tr.toml, en.toml); the built-in one is taken where a file is not there. A changed file counts for calls that start afterwards.",
    )
    packs: tuple[str, ...] = Field(
        (),
        description="Playbooks of an industry that add to the general one: telecom, bank, ecommerce, health, or your own (tr.NAME.toml).",
    )
    max_per_minute: float = Field(4.0, gt=0, description="Suggestions a minute at most.")
    usage_shows: int = Field(
        12, gt=0, description="Showings of a rule after which its use decides about its priority."
    )
    usage_low: float = Field(
        0.15,
        ge=0,
        le=1,
        description="Use, (used + 1) / (shown + 3), below which a rule loses 20 of its priority; below a third of it the rule is not shown any more. Rules of priority 80 and more stay.",
    )
    snooze: float = Field(
        120.0,
        gt=0,
        description="Seconds of silence when an agent asks for it; rules of priority 80 and more still come.",
    )


class LanguageModelSettings(_Group):
    """A language model of your own that puts suggestions into the call's context and writes summaries; off without `url`."""

    url: str = Field(
        "",
        description="Base address of an OpenAI-compatible endpoint, such as http://127.0.0.1:8000/v1; empty asks none. What is said in calls goes there.",
    )
    model: str = Field("", description="Name of the model, as its endpoint knows it.")
    api_key: SecretStr | None = Field(
        None, description="Key of the endpoint, if it wants one; better in the environment."
    )
    api_key_file: Path | None = Field(None, description="File with the key, in place of `api_key`.")
    languages: tuple[Language, ...] = Field(
        ("tr", "en"), description="Languages that the model writes well; others are left alone."
    )
    rewordings: bool = Field(
        True, description="Have suggestions of live calls put into the call's context."
    )
    rewording_timeout: float = Field(
        1.5,
        gt=0,
        le=30,
        description="Seconds a rewording may take; later ones are of no use to the agent.",
    )
    concurrent: int = Field(
        4,
        ge=1,
        description="Rewordings asked for at a time; a further one is not asked for. Summaries are written one after the other.",
    )
    summaries: bool = Field(True, description="Have a summary written when a call has ended.")
    summary_timeout: float = Field(20.0, gt=0, le=600, description="Seconds a summary may take.")

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        return _address(
            url, "it must be a bare address; a key belongs into language_model.api_key_file"
        )

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if self.url and not self.model:
            raise ValueError("language_model.model must be given when language_model.url is")
        return self


class WebhookSettings(_Group):
    """Telling another system how calls ended; off without `url`."""

    url: str = Field(
        "",
        description="Address that is told, such as https://crm.example/hooks/calls; empty tells nobody.",
    )
    secret: SecretStr | None = Field(
        None, description="Secret that messages are signed with; better in the environment."
    )
    secret_file: Path | None = Field(
        None, description="File with the secret, in place of `secret`."
    )
    timeout: float = Field(10.0, gt=0, le=120, description="Seconds the other side has to answer.")
    attempts: int = Field(
        15, ge=1, le=100, description="Attempts, ever further apart, before a message is given up."
    )

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        return _address(url, "it must be a bare address; messages are signed with webhooks.secret")

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if self.url and not (self.secret or self.secret_file):
            raise ValueError(
                "webhooks.secret or webhooks.secret_file must be given with webhooks.url"
            )
        return self


class Settings(BaseSettings):
    """All settings of the program."""

    model_config = SettingsConfigDict(
        env_prefix="ASSIST_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    server: ServerSettings = ServerSettings()
    sign_in: SignInSettings = SignInSettings()
    wall: WallSettings = WallSettings()
    store: StoreSettings = StoreSettings()
    recordings: RecordingSettings = RecordingSettings()
    models: ModelSettings = ModelSettings()
    speech: SpeechSettings = SpeechSettings()
    tone: ToneSettings = ToneSettings()
    guidance: GuidanceSettings = GuidanceSettings()
    language_model: LanguageModelSettings = LanguageModelSettings()
    webhooks: WebhookSettings = WebhookSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the TOML file."""
        path = Path(os.environ.get("ASSIST_CONFIG", "assist.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)


def load_settings() -> Settings:
    """Read the settings; raises `ConfigError` naming the first wrong one."""
    named = os.environ.get("ASSIST_CONFIG")
    if named and not Path(named).is_file():
        raise ConfigError(
            f"The settings file {named} (ASSIST_CONFIG) does not exist; create it or unset ASSIST_CONFIG."
        )
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"Setting {name}: {reason}. See docs/settings.md.") from None
    except ValueError as error:  # a TOML file that cannot be read
        raise ConfigError(
            f"The settings file {named or 'assist.toml'} cannot be read: {error}."
        ) from None


def settings_markdown() -> str:
    """The settings' page of the documents, from the definitions above."""
    lines = [
        "# Settings",
        "",
        "Written by `assist settings --markdown`; do not edit by hand.",
        "",
        "A setting comes from the environment, else from the TOML file named by `ASSIST_CONFIG`"
        " (`assist.toml` in the working directory by default), else it has its default.",
        "`speech.language`, for instance, is `ASSIST_SPEECH__LANGUAGE=tr` in the environment,"
        " and in the file:",
        "",
        "```toml",
        "[speech]",
        'language = "tr"',
        "```",
        "",
        "Defaults are shown as they would stand in the file. In the environment a text has no quotes,"
        ' and a list looks as in the file: `ASSIST_SPEECH__LANGUAGES=["tr"]`.',
    ]
    for group_name, info in Settings.model_fields.items():
        group = info.default
        lines += ["", f"## {group_name}", "", (type(group).__doc__ or "").strip(), ""]
        lines += ["| setting | default | meaning |", "|---|---|---|"]
        for name, field in type(group).model_fields.items():
            lines.append(f"| `{group_name}.{name}` | {_default(field)} | {_meaning(field)} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    """A default as it would stand in the TOML file."""
    if field.default_factory:
        return "the user's cache folder"
    return "empty" if field.default is None else f"`{json.dumps(field.default)}`"


def _meaning(field: FieldInfo) -> str:
    if get_origin(field.annotation) is not Literal:
        return field.description or ""
    values = ", ".join(f"`{value}`" for value in get_args(field.annotation))
    return f"{field.description} One of {values}."
