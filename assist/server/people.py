"""Who may come in: users with passwords, machines with tokens, and one-time links.

All of them are held in memory, since one server has the database, and every change is on disk
before it is answered. Of passwords, cookies, tokens and links only hashes are kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import secrets
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from msgspec.structs import replace
from starlette.requests import HTTPConnection

from assist.config import Settings, SignInSettings
from assist.errors import AccessError, ConfigError
from assist.server.changes import Changes
from assist.server.permissions import ANYBODY, MACHINES, ROLES, Who
from assist.server.sockets import PROTOCOL, Peer
from assist.store import Store
from assist.store.people import (
    Done,
    Invitation,
    Session,
    Token,
    User,
    added_token,
    added_user,
    begun_session,
    changed_user,
    done,
    ended_session,
    ended_sessions,
    invited,
    links_used,
    revoked_token,
)

COOKIE: Final = "assist_session"
_LONGEST_PASSWORD: Final = 200
_NAME: Final = re.compile(r"[\w.@+-](?:[\w.@+' -]{0,98}[\w.@+-])?")
_REMEMBERED_ADDRESSES: Final = 10_000
_LOOKED_AT: Final = 60.0
"""Seconds after which a connection notices that its session is over."""
_AT_A_TIME: Final = 2
"""Passwords checked at once; each check takes 64 MiB."""


class UserInfo(msgspec.Struct, frozen=True):
    """A user as the list shows them; `agent` is the name that their calls carry."""

    name: str
    role: str
    team: str
    agent: str
    created_at: str
    disabled: bool
    has_password: bool


class TokenInfo(msgspec.Struct, frozen=True):
    """A machine's token as the list shows it, without what opens the door."""

    name: str
    role: str
    created_at: str
    revoked: bool


class People:
    """Users, tokens, sessions and links. Used from one event loop."""

    def __init__(self, store: Store, settings: SignInSettings) -> None:
        self._store = store
        self._settings = settings
        self._users: dict[str, User] = {}
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, Token] = {}
        self._links: dict[str, Invitation] = {}
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex())
        self._checking = asyncio.Semaphore(_AT_A_TIME)
        self._changing = asyncio.Lock()
        self._wrong: dict[tuple[str, str], deque[float]] = {}
        self.changes = Changes()
        """Announced when somebody may do less than before, or is not signed in any more."""
        self.own_token = secrets.token_urlsafe(32)
        """With this the server connects to itself to play a sample."""

    async def start(self) -> None:
        """Read who there is."""
        kept = await self._store.people()
        now = datetime.now(UTC)
        self._users = {user.name: user for user in kept.users}
        self._tokens = {token.name: token for token in kept.tokens}
        self._sessions = {one.key: one for one in kept.sessions if one.expires_at > now}
        over = [one.key for one in kept.sessions if one.key not in self._sessions]
        if over:
            await self._store.write(*map(ended_session, over))
        self._links = {one.key: one for one in kept.invitations if one.expires_at > now}

    @property
    def any(self) -> bool:
        """Whether there are users, so that everyone has to sign in."""
        return bool(self._users)

    # Who is there

    def identify(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Who | None:
        """Whose request this is; `None` for somebody unknown. Without users it is `ANYBODY`."""
        sent = _sent(headers)
        if sent and (machine := self._machine(sent)):
            return machine
        if not self._users:
            return None if sent else ANYBODY
        session = self._sessions.get(_hash(sent or cookies.get(COOKIE, "")))
        if session is None or session.expires_at <= datetime.now(UTC):
            return None
        user = self._users.get(session.user)
        return self._who(user) if user is not None and user.disabled_at is None else None

    def _machine(self, secret: str) -> Who | None:
        if secrets.compare_digest(secret.encode(), self.own_token.encode()):
            return Who("", "telephony")
        key = _hash(secret)
        for token in self._tokens.values():
            if token.revoked_at is None and secrets.compare_digest(token.key, key):
                return Who(token.name, token.role)
        return None

    def _who(self, user: User) -> Who:
        return Who(user.name, user.role, user.agent, self.team(user.team))

    def team(self, name: str) -> frozenset[str]:
        """The agents' names of a team; nobody's for the empty name."""
        if not name:
            return frozenset()
        return frozenset(one.agent for one in self._users.values() if one.team == name)

    async def watch(self, asked: HTTPConnection, peer: Peer) -> None:
        """Close a connection whose side is not who it was any more; returns when that is done."""
        before = self.identify(asked.headers, asked.cookies)
        wake = asyncio.Event()
        with self.changes.listen(wake):
            while self.identify(asked.headers, asked.cookies) == before:
                with contextlib.suppress(TimeoutError):  # sessions end by themselves, too
                    await asyncio.wait_for(wake.wait(), _LOOKED_AT)
                wake.clear()
        await peer.refuse(AccessError("You are not signed in as before; sign in again.", 401))

    # In and out

    async def sign_in(self, name: str, password: str, address: str) -> str:
        """What the browser has to hold from now on.

        Raises `AccessError` for a wrong name or password, which takes as long as a right one,
        and for too many of them.
        """
        self._refuse_after_many(name, address)
        user = self._users.get(name)
        usable = user is not None and user.disabled_at is None and user.password
        right = await self._is_right(user.password if usable and user else self._nobody, password)
        if user is None or not usable or not right:
            self._remember_wrong(name, address)
            await self._store.write(done(name[:100], "sign_in_refused", detail=address))
            raise AccessError("The name or the password is wrong.", 401)
        self._wrong.pop((name, address), None)
        return await self._begin_session(user, address)

    async def _begin_session(self, user: User, address: str) -> str:
        secret = secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        end = now + timedelta(hours=self._settings.session_hours)
        session = Session(_hash(secret), user.name, now, end)
        await self._store.write(
            begun_session(session), done(user.name, "signed_in", detail=address)
        )
        self._sessions[session.key] = session
        return secret

    async def sign_out(self, secret: str) -> None:
        """End one session; harmless when it is over already."""
        session = self._sessions.pop(_hash(secret), None)
        if session is not None:
            self.changes.announce()
            await self._store.write(ended_session(session.key), done(session.user, "signed_out"))

    def _refuse_after_many(self, name: str, address: str) -> None:
        since = time.monotonic() - self._settings.attempts_window
        wrong = self._wrong.get((name, address))
        while wrong and wrong[0] < since:
            wrong.popleft()
        if wrong and len(wrong) >= self._settings.attempts:
            minutes = max(1, round(self._settings.attempts_window / 60))
            raise AccessError(
                f"There were {len(wrong)} wrong passwords; try again in {minutes} minutes.", 429
            )

    def _remember_wrong(self, name: str, address: str) -> None:
        wrong = self._wrong.setdefault((name, address), deque())
        wrong.append(time.monotonic())
        while len(self._wrong) > _REMEMBERED_ADDRESSES:
            self._wrong.pop(next(iter(self._wrong)))

    async def _is_right(self, kept: str, password: str) -> bool:
        async with self._checking:
            return await asyncio.to_thread(self._verify, kept, password)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password[: _LONGEST_PASSWORD + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False

    # One-time links

    async def first_link(self) -> str | None:
        """The secret of a new link that makes the first administrator; `None` if there is one."""
        if self._users:
            return None
        return await self._link("")

    def invitation(self, secret: str) -> Invitation:
        """Whose link this is; raises `AccessError` when it is used up or too old."""
        link = self._links.get(_hash(secret))
        if link is None or link.expires_at <= datetime.now(UTC):
            raise AccessError(
                "This link has been used or is too old; ask an administrator for a new one.", 403
            )
        return link

    async def accept(self, secret: str, name: str, password: str, address: str) -> str:
        """Choose a password by a link, and for the first one a name; signs in.

        Raises `ConfigError` for a name or password that cannot be, `AccessError` for the link.
        """
        self._check_password(password)
        kept = await asyncio.to_thread(self._hasher.hash, password)
        async with self._changing:
            link = self.invitation(secret)
            if link.user:
                user = replace(self._users[link.user], password=kept)
                change = changed_user(user)
            else:
                user = self._new(name, "administrator", "", name)
                user = replace(user, password=kept)
                change = added_user(user)
            await self._store.write(
                change,
                links_used(link.user),
                ended_sessions(user.name),
                done(user.name, "password_chosen"),
            )
            self._users[user.name] = user
            self._forget_links(link.user)
            self._forget_sessions(user.name)
            self.changes.announce()
        return await self._begin_session(user, address)

    async def administrator(self, name: str, password: str) -> None:
        """An administrator of this name with this password, new or not; raises `ConfigError`."""
        self._check_password(password)
        known = self._users.get(name)
        if known is not None and (known.role != "administrator" or known.disabled_at is not None):
            raise ConfigError(f"{name} is not an administrator; name another user.")
        user = known or self._new(name, "administrator", "", name)
        user = replace(user, password=await asyncio.to_thread(self._hasher.hash, password))
        change = changed_user(user) if known else added_user(user)
        await self._store.write(
            change, links_used(""), ended_sessions(name), done("", "administrator_made", name)
        )
        self._users[name] = user
        self._forget_sessions(name)

    async def _link(self, user: str) -> str:
        """A link for a user, in place of earlier ones."""
        secret = secrets.token_urlsafe(24)
        end = datetime.now(UTC) + timedelta(hours=self._settings.link_hours)
        link = Invitation(_hash(secret), user, end)
        await self._store.write(links_used(user), invited(link))
        self._forget_links(user)
        self._links[link.key] = link
        return secret

    def _forget_links(self, user: str) -> None:
        self._links = {key: link for key, link in self._links.items() if link.user != user}

    def _forget_sessions(self, user: str) -> None:
        self._sessions = {key: one for key, one in self._sessions.items() if one.user != user}

    def _check_password(self, password: str) -> None:
        least = self._settings.min_password
        if not least <= len(password) <= _LONGEST_PASSWORD:
            raise ConfigError(f"A password has {least} to {_LONGEST_PASSWORD} characters.")

    # Managing

    def users(self) -> list[UserInfo]:
        """Everyone, by name."""
        return [
            UserInfo(
                name=user.name,
                role=user.role,
                team=user.team,
                agent=user.agent,
                created_at=user.created_at.isoformat(),
                disabled=user.disabled_at is not None,
                has_password=bool(user.password),
            )
            for user in sorted(self._users.values(), key=lambda user: user.name.casefold())
        ]

    async def add(self, by: Who, name: str, role: str, team: str, agent: str) -> str:
        """Add a user; the secret of the link to choose a password with.

        `agent` is the name in the calls, the user's own where empty. Raises `ConfigError`.
        """
        async with self._changing:
            if not self._users:
                raise ConfigError(
                    "The first user is made by the link that the server printed at its start."
                )
            user = self._new(name, role, team, agent or name)
            detail = f"{role}, {team}"
            await self._store.write(added_user(user), done(by.name, "user_added", name, detail))
            self._users[user.name] = user
            return await self._link(user.name)

    async def change(
        self, by: Who, name: str, *, role: str, team: str, agent: str, disabled: bool
    ) -> None:
        """What a user may do, whose calls are theirs, and whether they may come in at all.

        Raises `ConfigError`, also when no administrator would be left.
        """
        async with self._changing:
            before = self._known(name)
            disabled_at = (before.disabled_at or datetime.now(UTC)) if disabled else None
            user = replace(
                self._new(name, role, team, agent or name, known=True),
                password=before.password,
                created_at=before.created_at,
                disabled_at=disabled_at,
            )
            self._keep_an_administrator(user)
            what = f"{role}, {team}{', disabled' if disabled else ''}"
            writes = [changed_user(user), done(by.name, "user_changed", name, what)]
            if disabled:
                writes += [ended_sessions(name), links_used(name)]
            await self._store.write(*writes)
            self._users[name] = user
            if disabled:
                self._forget_sessions(name)
                self._forget_links(name)
            self.changes.announce()

    async def invite(self, by: Who, name: str) -> str:
        """The secret of a new link to choose a password with; the old password stays until then."""
        async with self._changing:
            if self._known(name).disabled_at is not None:
                raise ConfigError(f"{name} is disabled; enable the user first.")
            await self._store.write(done(by.name, "link_made", name))
            return await self._link(name)

    def _new(self, name: str, role: str, team: str, agent: str, *, known: bool = False) -> User:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                "A user's name has 1 to 100 letters, digits, spaces and any of . @ + ' - _."
            )
        if name in self._users and not known:
            raise ConfigError(f"There is a user {name} already.")
        if role not in ROLES:
            raise ConfigError(f"{role[:40]!r} is no role; it is one of {', '.join(ROLES)}.")
        if len(team) > 100 or len(agent) > 200:
            raise ConfigError("A team's name has up to 100 letters, an agent's up to 200.")
        return User(name, role, team.strip(), agent.strip(), "", datetime.now(UTC))

    def _known(self, name: str) -> User:
        if name not in self._users:
            raise ConfigError(f"There is no user {name[:40]!r}.")
        return self._users[name]

    def _keep_an_administrator(self, changed: User) -> None:
        after = {**self._users, changed.name: changed}.values()
        if not any(
            one.role == "administrator" and one.disabled_at is None and one.password
            for one in after
        ):
            raise ConfigError("One administrator has to stay who can sign in.")

    def tokens(self) -> list[TokenInfo]:
        """All that there ever were, by name."""
        return [
            TokenInfo(one.name, one.role, one.created_at.isoformat(), one.revoked_at is not None)
            for one in sorted(self._tokens.values(), key=lambda one: one.name.casefold())
        ]

    async def add_token(self, by: Who, name: str, role: str) -> str:
        """A token for a machine; what it has to send is told this once. Raises `ConfigError`."""
        async with self._changing:
            if not _NAME.fullmatch(name) or name in self._tokens:
                raise ConfigError("A token has a name of its own, of 1 to 100 letters and digits.")
            if role not in MACHINES:
                raise ConfigError(f"A token is for one of {', '.join(MACHINES)}.")
            secret = f"assist_{secrets.token_urlsafe(32)}"
            token = Token(name, _hash(secret), role, datetime.now(UTC))
            await self._store.write(added_token(token), done(by.name, "token_added", name, role))
            self._tokens[name] = token
            return secret

    async def revoke(self, by: Who, name: str) -> None:
        """Let a token open nothing any more; raises `ConfigError` when there is none."""
        async with self._changing:
            token = self._tokens.get(name)
            if token is None:
                raise ConfigError(f"There is no token {name[:40]!r}.")
            now = datetime.now(UTC)
            await self._store.write(revoked_token(name, now), done(by.name, "token_revoked", name))
            self._tokens[name] = replace(token, revoked_at=now)
            self.changes.announce()

    async def record(self, before: int, limit: int) -> list[Done]:
        """What people did, newest first."""
        return await self._store.record_of_people(before, limit)


async def administer(settings: Settings, name: str, password: str) -> None:
    """Make an administrator, or give one a new password, in the database of a stopped server.

    Raises `StoreError` while a server has the database, `ConfigError` for a user who is no
    administrator and for a name or password that cannot be.
    """
    store = Store.open(settings.store)
    try:
        people = People(store, settings.sign_in)
        await people.start()
        await people.administrator(name, password)
    finally:
        await store.close()


def _sent(headers: Mapping[str, str]) -> str:
    """What was sent to sign in with: as a bearer, or by a websocket as a subprotocol."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()
    for offered in headers.get("sec-websocket-protocol", "").split(","):
        name, _, secret = offered.strip().partition(".")
        if name == PROTOCOL and secret:
            return secret
    return ""


def _hash(secret: str) -> str:
    """Secrets of 24 random bytes and more need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
