"""A service in memory: activities, values of days, logins, tokens that rotate, and whatever may go wrong.

`Service` is what stands over there, `ServiceAccount` our client of it: the same client works on a service in
another process (`fakes.service_http`). The tokens are the sort that rotate: the one before stays good until
the new one is used.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from coach.config import Settings
from coach.domain.activity import Recording
from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.errors import BadInput, CoachError, NeedsAthlete
from coach.providers.contract import (
    Auth,
    Days,
    Fetched,
    Granted,
    Listed,
    NeedsCode,
    Opening,
    Payload,
    Provider,
    Who,
)

PAGE = 5
PASSWORD, CODE = "correct horse", "123456"


@dataclass(frozen=True)
class Remote:
    """One activity over there: with a file it gives that, else the recording itself."""

    recording: Recording
    version: int = 1
    file: bytes | None = None
    echo_of: str = ""


Hook = Callable[[str], None]


def quiet(event: str) -> None:
    """Nobody listens."""


@dataclass
class Service:
    """What stands over there. `on` hears "before <call>" and "after <call>", and may raise."""

    source: Source = Source.garmin
    account_id: str = "4711"
    runs: dict[str, Remote] = field(default_factory=dict)
    values: dict[date, list[tuple[str, float]]] = field(default_factory=dict)
    incomplete: bool = False
    needs_code: bool = False
    hidden: set[str] = field(default_factory=set)  # not listed, though still there
    calls: Counter[str] = field(default_factory=Counter)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    on: Hook = quiet
    _faults: list[list[Any]] = field(default_factory=list)
    _tokens: list[str] = field(default_factory=list)
    _made: int = 0

    def fail(self, name: str, error: CoachError, *, times: int = 1, about: Any = None) -> None:
        """Have the next calls of a name fail (about one thing only, where that is given)."""
        self._faults.append([name, error, times, about])

    def well(self) -> None:
        """Have nothing fail any more."""
        self._faults.clear()

    def issue(self) -> str:
        """Return tokens as a login gives them."""
        self._made += 1
        self._tokens = [f"t{self._made}"]
        return self._tokens[0]

    def is_good(self, tokens: str) -> bool:
        """Return whether these tokens would still do."""
        return tokens in self._tokens

    def call(self, name: str, *args: Any) -> Any:
        """Answer a call."""
        self.on(f"before {name}")
        self.calls[name] += 1
        self.asked.append((name, args))
        for fault in self._faults:
            kind, error, times, about = fault
            if times > 0 and kind == name and (about is None or about in args):
                fault[2] -= 1
                raise error
        answer = getattr(self, f"_{name}")(*args)
        self.on(f"after {name}")
        return answer

    def _begin(self, email: str, password: str) -> tuple[str, str]:
        if password != PASSWORD:
            raise NeedsAthlete("fake_refused")
        return ("code", f"login of {email}") if self.needs_code else ("tokens", self.issue())

    def _finish(self, state: str, code: str) -> str:
        if not state.startswith("login of") or code != CODE:
            raise NeedsAthlete("fake_code_wrong")
        return self.issue()

    def _refresh(self, tokens: str) -> str:
        if tokens not in self._tokens:
            raise NeedsAthlete("fake_tokens_gone")
        self._made += 1
        new = f"t{self._made}"
        self._tokens = [tokens, new]
        return new

    def _use(self, tokens: str) -> None:
        if tokens not in self._tokens:
            raise NeedsAthlete("fake_tokens_gone")
        self._tokens = [tokens]

    def _who(self, tokens: str) -> Who:
        self._use(tokens)
        return Who(self.account_id, "하나")

    def _page(self, tokens: str, number: int) -> list[Listed]:
        self._use(tokens)
        newest = sorted(self.runs.items(), key=lambda run: run[1].recording.start, reverse=True)
        shown = [(key, run) for key, run in newest if key not in self.hidden]
        return [_listed(key, run) for key, run in shown[number * PAGE : (number + 1) * PAGE]]

    def _fetch(self, tokens: str, key: str) -> Remote | None:
        self._use(tokens)
        return self.runs.get(key)

    def _days(self, tokens: str, start: date, end: date, thorough: bool) -> Days:
        self._use(tokens)
        found = [
            DailyValue(day, name, value, self.source)
            for day, measured in sorted(self.values.items())
            for name, value in measured
            if start <= day <= end
        ]
        return Days(tuple(found), (), not self.incomplete)

    def _upload(self, tokens: str, name: str, data: bytes, external_id: str) -> str:
        self._use(tokens)
        return f"up-{external_id}"

    def _revoke(self, tokens: str) -> None:
        self._use(tokens)
        self._tokens = []


def _listed(key: str, run: Remote) -> Listed:
    summary = {"version": run.version, "name": run.recording.name}
    sha256 = hashlib.sha256(json.dumps([key, run.version]).encode()).digest()
    return Listed(key, run.recording.start, sha256, summary, run.echo_of)


class Callee(Protocol):
    """A service, here or in another process."""

    def call(self, name: str, *args: Any) -> Any: ...


@dataclass
class ServiceAccount:
    """Our client of a service: each time it is opened it begins with new tokens."""

    service: Callee
    opening: Opening
    tokens: str = ""
    closed: bool = False

    def _ask(self, name: str, *args: Any) -> Any:
        if not self.tokens:
            new: str = self.service.call("refresh", self.opening.tokens)
            self.opening.keep(new)
            self.tokens = new
        return self.service.call(name, self.tokens, *args)

    def who(self) -> Who:
        found: Who = self._ask("who")
        return found

    def listing(self, since: date | None = None) -> Iterator[Sequence[Listed]]:
        oldest = datetime.combine(since, time(), UTC) if since else datetime.min.replace(tzinfo=UTC)
        number = 0
        while page := self._ask("page", number):
            yield page
            if page[-1].start < oldest:
                return
            number += 1

    def fetch(self, item: Listed) -> Fetched | None:
        run: Remote | None = self._ask("fetch", item.external_id)
        if run is None:
            return None
        told = (Payload("activity", item.external_id, {"version": run.version}),)
        if run.file is not None:
            name = run.recording.name
            return Fetched(
                file=(f"{item.external_id}.fit", run.file),
                payloads=told,
                describe=lambda found: [replace(r, name=name or r.name) for r in found],
            )
        return Fetched((run.recording,), payloads=told)

    def days(self, start: date, end: date, *, thorough: bool) -> Days:
        found: Days = self._ask("days", start, end, thorough)
        return found

    def upload(self, name: str, data: bytes, external_id: str) -> str:
        if not data:
            raise BadInput("nothing_to_import", name=name)
        number: str = self._ask("upload", name, data, external_id)
        return number

    def close(self) -> None:
        self.closed = True


@dataclass
class Login:
    """Logging in to a service by e-mail and password, or on its page."""

    service: Callee
    scopes: tuple[str, ...] = ("read", "activity:write")

    def begin(self, settings: Settings, email: str, password: str) -> str | NeedsCode:
        kind, value = self.service.call("begin", email, password)
        return NeedsCode(value) if kind == "code" else str(value)

    def finish(self, settings: Settings, state: str, code: str) -> str:
        return str(self.service.call("finish", state, code))

    def page(self, settings: Settings, state: str, return_to: str, *, write: bool) -> str:
        return f"https://service.invalid/page?state={state}&write={write}&to={return_to}"

    def exchange(self, settings: Settings, code: str, scope: str) -> Granted:
        if "read" not in scope:
            raise NeedsAthlete("fake_scope_missing")
        tokens = self.service.call("finish", "login of code", code)
        return Granted(tokens, tuple(scope.split(",")), self.service.call("who", tokens))

    def revoke(self, settings: Settings, tokens: str) -> None:
        self.service.call("revoke", tokens)


def provider_of(
    service: Callee, *, name: str = "garmin", source: Source = Source.garmin, **changes: Any
) -> Provider:
    """Return the declaration of a service."""
    declared = Provider(
        name,
        source,
        Auth.password,
        open=lambda opening: ServiceAccount(service, opening),
        password=Login(service),
        every=timedelta(hours=1),
        jitter=timedelta(minutes=5),
    )
    return replace(declared, **changes)
