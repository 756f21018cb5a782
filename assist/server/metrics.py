"""Figures for Prometheus. None of them says anything about what was spoken."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assist.events import AnyEvent, Gap, Partial, Tone, Utterance
from assist.server.arrivals import Arrivals

_LATENCY = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
_STALL = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics:
    """All figures of one server, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._running = Gauge(
            "assist_calls_running", "Calls that are taken in now.", registry=self.registry
        )
        self._restarts = Gauge(
            "assist_worker_restarts",
            "Inference processes that had to be replaced since the start.",
            registry=self.registry,
        )
        self.calls = Counter(
            "assist_calls", "Calls that ended, by reason.", ["reason"], registry=self.registry
        )
        self.audio = Counter(
            "assist_audio_seconds", "Audio received, summed over channels.", registry=self.registry
        )
        self._gaps = Counter(
            "assist_gaps", "Gaps in the audio, by reason.", ["reason"], registry=self.registry
        )
        self._lost = Counter(
            "assist_gap_seconds",
            "Audio that never reached the models, by reason; dropped here is overload.",
            ["reason"],
            registry=self.registry,
        )
        self._partials = Counter(
            "assist_partials", "Partial hypotheses delivered.", registry=self.registry
        )
        self._latency = Histogram(
            "assist_event_latency_seconds",
            "From the arrival of the last sample an event speaks of to the event; live calls.",
            ["type"],
            buckets=_LATENCY,
            registry=self.registry,
        )
        self.loop_stall = Histogram(
            "assist_event_loop_stall_seconds",
            "How much later than asked for the event loop wakes a timer.",
            buckets=_STALL,
            registry=self.registry,
        )

        self._written = Counter(
            "assist_language_model_answers",
            "What the language model was to write, by result and by the reason for it.",
            ["purpose", "result", "reason"],
            registry=self.registry,
        )
        self.writing = Histogram(
            "assist_language_model_seconds",
            "From a question to the language model to its answer.",
            ["purpose"],
            buckets=_LATENCY,
            registry=self.registry,
        )

    def watch(self, running: Callable[[], float], restarts: Callable[[], float]) -> None:
        """Where the gauges take their values from."""
        self._running.set_function(running)
        self._restarts.set_function(restarts)

    def event(self, event: AnyEvent, arrivals: Arrivals | None, now: float) -> None:
        """Count an event; `arrivals` is given for live calls, `now` in seconds of its clock."""
        if isinstance(event, Partial):
            self._partials.inc()
        elif isinstance(event, Gap):
            self._gaps.labels(event.reason).inc()
            self._lost.labels(event.reason).inc(event.length)
        elif isinstance(event, Utterance | Tone) and arrivals is not None:
            arrived = arrivals.when(event.end)
            if arrived is not None:
                kind = "utterance" if isinstance(event, Utterance) else "tone"
                self._latency.labels(kind).observe(now - arrived)

    def written(self, purpose: str, result: str, reason: str) -> None:
        """Count what became of a text: "shown", "rejected", "failed" or "left_out", and why."""
        self._written.labels(purpose, result, reason).inc()

    def page(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self.registry)
