"""The web application: routes, and what starts and stops with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute

from assist.config import Settings
from assist.errors import AssistError
from assist.server.answers import failed
from assist.server.api import api_routes
from assist.server.calls import call_routes
from assist.server.customers import customer_routes
from assist.server.feed import Feed
from assist.server.hub import Hub
from assist.server.ingest import Ingest
from assist.server.insights import insight_routes
from assist.server.language_model import LanguageModel
from assist.server.metrics import Metrics
from assist.server.openapi import openapi_routes
from assist.server.pages import page_routes
from assist.server.people import People
from assist.server.pool import CallPool
from assist.server.readiness import Readiness
from assist.server.reanalysis import Reanalyses, reanalysis_routes
from assist.server.running import RunningCalls, Services
from assist.server.samples import FOLDER, Samples
from assist.server.scoring import Scorer
from assist.server.security import Guard
from assist.server.sign_in import KnownOnly, people_routes
from assist.server.stall import measure_stalls
from assist.server.wall import Wall
from assist.server.webhooks import Webhooks
from assist.store import Recordings, Store


def create_app(settings: Settings, *, pool: CallPool, store: Store) -> Starlette:
    """The application; its lifespan starts the pool and closes pool and store.

    Raises `ConfigError` when the key of the language model or the secret of the webhooks cannot be
    read, or recordings cannot be kept where the settings want them.

    `app.state` has `calls` (`RunningCalls`), `samples` (`Samples`), `people` (`People`),
    `metrics` (`Metrics`) and, while the application runs, `loading`: the task that waits for the
    models.
    """
    metrics = Metrics()
    webhooks = Webhooks(store, settings.webhooks)
    hub = Hub(store, webhooks)
    model = LanguageModel(settings.language_model, metrics) if settings.language_model.url else None
    recordings = Recordings(settings)
    scorer = Scorer(store)
    services = Services(
        settings.server,
        settings.wall,
        pool,
        store,
        hub,
        webhooks,
        metrics,
        recordings,
        scorer,
        model,
    )
    calls = RunningCalls(services)
    again = Reanalyses(pool, store, recordings)
    people = People(store, settings.sign_in)
    samples = Samples(settings.server.samples or FOLDER, people.own_token)
    readiness = Readiness(pool, store)
    metrics.watch(lambda: len(calls), lambda: pool.restarts)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(store.close)
            stack.push_async_callback(recordings.close)
            if model is not None:
                stack.push_async_callback(model.close)
            stack.push_async_callback(calls.close)  # those that the pool had to give up
            stack.push_async_callback(pool.close)
            stack.push_async_callback(calls.close)
            stack.push_async_callback(samples.close)
            stack.push_async_callback(again.close)
            recordings.start()
            await pool.start()
            await people.start()
            stack.push_async_callback(webhooks.close)
            webhooks.start()
            if model is not None:
                model.start()
            app.state.loading = _background(stack, readiness.wait())
            _background(stack, measure_stalls(metrics.loop_stall.observe))
            _background(stack, scorer.run())
            yield

    app = Starlette(
        routes=[
            WebSocketRoute("/api/ingest", Ingest(settings.server, calls).connection),
            WebSocketRoute(
                "/api/events", Feed(hub, people, backlog=settings.server.subscriber_backlog).page
            ),
            *call_routes(hub, settings.store, recordings),
            *reanalysis_routes(hub, again),
            WebSocketRoute("/api/wall", Wall(hub, people, interval=settings.wall.interval).page),
            *api_routes(samples, metrics, readiness),
            *openapi_routes(),
            *customer_routes(store, webhooks),
            *insight_routes(store, hub, people, scorer, settings.store),
            *people_routes(people, settings.sign_in),
            *page_routes(),
        ],
        middleware=[
            Middleware(
                Guard,
                signs_in=lambda: people.any,
                allowed_origins=settings.server.allowed_origins,
            ),
            Middleware(KnownOnly, people=people),
        ],
        exception_handlers={AssistError: failed},
        lifespan=lifespan,
    )
    app.state.calls = calls
    app.state.samples = samples
    app.state.people = people
    app.state.metrics = metrics
    return app


def _background(
    stack: contextlib.AsyncExitStack, work: Coroutine[Any, Any, None]
) -> asyncio.Task[None]:
    task = asyncio.create_task(work)

    async def stop() -> None:
        task.cancel()
        await asyncio.wait({task})

    stack.push_async_callback(stop)
    return task
