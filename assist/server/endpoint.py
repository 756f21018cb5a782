"""The language model's endpoint: one question, one answer, in a given time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import Literal

import httpx
import msgspec

from assist.config import LanguageModelSettings
from assist.server.keys import secret_of

Trouble = Literal["late", "unreachable", "status", "answer"]

_LARGEST = 256 * 1024
_KEEP_ALIVE = 60.0


class Message(msgspec.Struct, frozen=True):
    """One part of a question; `role` is "system" or "user"."""

    role: str
    content: str


class EndpointError(Exception):
    """No answer; `kind` says in which way and the message is one sentence about it."""

    def __init__(self, kind: Trouble, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: Trouble = kind


class _Question(msgspec.Struct, frozen=True):
    model: str
    messages: Sequence[Message]
    max_tokens: int
    temperature: float = 0.0
    stream: bool = False


class _Said(msgspec.Struct, frozen=True):
    content: str


class _Choice(msgspec.Struct, frozen=True):
    message: _Said


class _Answer(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...]


class Endpoint:
    """An OpenAI-compatible `chat/completions`.

    It goes straight to the address of the settings: no proxy of the environment and no redirect
    may lead the words of a call elsewhere. Certificates are checked against the machine's own.
    """

    def __init__(self, settings: LanguageModelSettings) -> None:
        self.address = chat_address(settings.url)
        self._model = settings.model
        headers = {"content-type": "application/json", "accept-encoding": "identity"}
        if key := secret_of(settings.api_key, settings.api_key_file, "language_model.api_key"):
            headers["authorization"] = f"Bearer {key}"
        self._client = httpx.AsyncClient(
            headers=headers,
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - the whole question has one, see `ask`
            limits=httpx.Limits(max_connections=None, keepalive_expiry=_KEEP_ALIVE),
        )

    async def ask(self, messages: Sequence[Message], *, seconds: float, longest: int) -> str:
        """The model's answer to `messages`, of at most `longest` tokens.

        Raises `EndpointError` when there is none after `seconds`, or none at all.
        """
        question = msgspec.json.encode(_Question(self._model, messages, longest))
        try:
            async with asyncio.timeout(seconds):
                return _content(await self._post(question))
        except TimeoutError:
            raise EndpointError(
                "late", f"The language model did not answer within {seconds:g} seconds."
            ) from None
        except (httpx.HTTPError, OSError) as error:
            raise EndpointError(
                "unreachable",
                f"The language model at {self.address} cannot be reached ({type(error).__name__}); "
                "check that it runs and that language_model.url is right.",
            ) from None

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def _post(self, question: bytes) -> bytes:
        body = bytearray()
        async with self._client.stream("POST", self.address, content=question) as response:
            if response.status_code != httpx.codes.OK:
                raise EndpointError(
                    "status",
                    f"The language model answered with the HTTP status {response.status_code}; "
                    "its own log tells why.",
                )
            async for part in response.aiter_raw():
                body += part
                if len(body) > _LARGEST:
                    raise EndpointError(
                        "answer", f"The language model sent more than {_LARGEST} bytes."
                    )
        return bytes(body)


def chat_address(url: str) -> str:
    """Where questions go: `url` is the base, as in http://llm:8000/v1, or the full address."""
    base = url.rstrip("/")
    return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


def _content(body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        answer = _Answer(())
    if not answer.choices:
        raise EndpointError(
            "answer",
            "The language model's answer is not one of an OpenAI-compatible endpoint; "
            "check language_model.url.",
        )
    return answer.choices[0].message.content
