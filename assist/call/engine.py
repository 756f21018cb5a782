"""The models of one worker: loaded once, shared by all its calls, never changed by any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from assist.call.jobs import Job, PartialJob, Result, ToneJob
from assist.config import Settings
from assist.emotion.features import Encoder, extract
from assist.emotion.model import ToneModel
from assist.events import SAMPLE_RATE
from assist.guidance.playbook import Playbook
from assist.guidance.shelf import Shelf
from assist.models import tone_model_paths
from assist.speech.shallow import ShallowEncoder, encoder_name
from assist.speech.turns import VadModel
from assist.speech.whisper import Recognizer


@dataclass(frozen=True)
class Engine:
    """Recogniser, voice activity, tone model and playbooks. Safe to use from several threads."""

    recognizer: Recognizer
    vad: VadModel
    tone: ToneModel
    encoder: Encoder | None
    playbooks: Mapping[str, Playbook]
    shelf: Shelf | None = None

    @classmethod
    def load(cls, settings: Settings) -> Engine:
        """Load everything; raises `ModelError` or `PlaybookError` with one sentence."""
        recognizer = Recognizer.load(settings.models, settings.speech)
        name = encoder_name(settings.models)
        tone = ToneModel.load_for(name, tone_model_paths(settings.models))
        guidance = settings.guidance
        shelf = Shelf(settings.speech.languages, guidance.playbooks, guidance.packs)
        return cls(
            recognizer=recognizer,
            vad=VadModel.load(),
            tone=tone,
            encoder=ShallowEncoder.load(settings.models) if tone.meta.encoder else None,
            playbooks=shelf.take(),
            shelf=shelf,
        )

    def for_new_call(self) -> Engine:
        """The same models with the playbooks as their files are now."""
        return replace(self, playbooks=self.shelf.take()) if self.shelf else self

    def warm_up(self) -> None:
        """Run every model once on a second of noise, so that no call pays for the first time.

        Silence would not do: its pitch is not even looked for.
        """
        second = np.random.default_rng(0).normal(0, 0.01, SAMPLE_RATE).astype(np.float32)
        extract(second, self.encoder)
        self.recognizer.partial(second, next(iter(self.playbooks)))

    @property
    def names(self) -> dict[str, str]:
        """What stands in `CallStarted.models`."""
        return {"recognizer": self.recognizer.name, "vad": self.vad.name, "tone": self.tone.name}

    def run(self, job: Job) -> Result:
        """Answer a job. The result depends on the job and the models alone."""
        if isinstance(job, ToneJob):
            return extract(job.window.audio, self.encoder)
        if isinstance(job, PartialJob):
            return self.recognizer.partial(job.turn.audio, job.language)
        return self.recognizer.transcribe(job.turn.audio, job.languages, languages_prior=job.prior)
