"""Whatever Strava answers: one of three troubles, rotated tokens kept, no secret in a log."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fakes.strava import Strava
from strava_accounts import NOW, Line, connected, settings

from coach.errors import ComeBackLater, NeedsAthlete, ProviderTrouble, ServiceBroken
from coach.providers.contract import Account, Auth, providers
from coach.providers.strava import library, mapping
from coach.providers.strava.tokens import Tokens


@pytest.fixture(scope="module")
def served() -> Iterator[Line]:
    with connected(Strava()) as line:
        yield line


@pytest.fixture
def line(served: Line) -> Line:
    """The account, freshly logged in and untroubled."""
    fake = served.fake
    fake.activities.clear()
    fake.streams.clear()
    fake.requests.clear()
    fake._faults.clear()
    fake.usage, fake.reading_usage = [0, 0], [0, 0]
    fake.add(77)
    said = fake.tokens()
    served.now, served.used, served.reserve = NOW, {}, 0.0
    served.kept[:] = [Tokens(said["access_token"], said["refresh_token"], said["expires_at"], "1").dumps()]
    return served


CALLS = {
    "who": lambda account: account.who(),
    "listing": lambda account: [*account.listing()],
    "fetch": lambda account: account.fetch(mapping.listed({"id": 77, "start_date": "2026-10-01T21:00:00Z"})),
}
OUTCOMES: list[tuple[str, type[ProviderTrouble], str]] = [
    ("401", NeedsAthlete, "strava_login_expired"),
    ("403", NeedsAthlete, "strava_forbidden"),
    ("inactive", NeedsAthlete, "strava_application_inactive"),
    ("429", ComeBackLater, "strava_limit"),
    ("429_retry_after", ComeBackLater, "strava_limit"),
    ("400", ServiceBroken, "strava_refused"),
    ("500", ServiceBroken, "strava_broken"),
    ("503", ServiceBroken, "strava_broken"),
    ("cut", ServiceBroken, "strava_unreachable"),
    ("html", ServiceBroken, "strava_unreadable"),
    ("empty", ServiceBroken, "strava_unreadable"),
    ("list", ServiceBroken, "strava_unreadable"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("kind", "trouble", "key"), OUTCOMES)
def test_every_fault_is_one_of_three(
    line: Line, call: str, kind: str, trouble: type[ProviderTrouble], key: str
) -> None:
    line.fake.fault("/athlete" if call != "fetch" else "/activities/77", kind, times=9)
    with pytest.raises(trouble) as error:
        CALLS[call](line.open())
    assert error.value.key == key
    assert type(error.value).__mro__.count(trouble) == 1
    limit = 1 if kind != "401" else 2  # nothing is retried, but what new tokens may mend
    assert line.fake.count("/api/v3/") == limit


def test_too_slow_is_broken(line: Line) -> None:
    line.fake.fault("/athlete", "slow")
    with pytest.raises(ServiceBroken, match="strava_slow"):
        line.open(timeout_s=(1.0, 0.2)).who()


def test_nobody_there_is_broken(line: Line) -> None:
    line.settings, before = settings(line.fake, "http://127.0.0.1:9"), line.settings
    try:
        with pytest.raises(ServiceBroken, match="strava_unreachable"):
            line.open().who()
    finally:
        line.settings = before


def test_tokens_are_renewed_shortly_before_they_expire_and_kept_first(line: Line) -> None:
    old = line.newest()
    line.now = NOW + timedelta(hours=5, minutes=54)
    line.open().who()
    assert len(line.kept) == 1
    line.now += timedelta(minutes=2)
    line.fake.fault("/api/v3/athlete", "500")
    with pytest.raises(ServiceBroken):  # kept also when what they were got for fails
        line.open().who()
    new = line.newest()
    assert new.refresh_token != old.refresh_token
    assert (new.athlete_id, new.scopes) == (old.athlete_id, old.scopes)
    line.open().who()
    assert [s.path for s in line.fake.requests].count("/oauth/token") == 1


def test_a_refused_token_is_renewed_once_in_the_middle(line: Line) -> None:
    account = line.open()
    account.who()
    line.fake.expire()
    account.who()
    assert len(line.kept) == 2
    line.fake.fault("/api/v3/athlete", "401", times=2)
    with pytest.raises(NeedsAthlete, match="strava_login_expired"):
        account.who()
    assert len(line.kept) == 3
    account.who()


def test_tokens_that_cannot_be_kept_are_kept_before_the_next_call(line: Line) -> None:
    account = line.open()
    line.fake.expire()
    kept, line.kept = line.kept, _Full(line.kept)
    account._wire._opening.__dict__["keep"] = line.kept.append
    with pytest.raises(OSError, match="full"):
        account.who()
    assert line.fake.count("/api/v3/athlete") == 1  # not asked again with tokens that nobody kept
    line.kept = kept
    account._wire._opening.__dict__["keep"] = kept.append
    account.who()
    assert len(kept) == 2
    assert line.fake.count("/oauth/token", "POST") == 1


class _Full(list[str]):
    def append(self, _: str) -> None:
        raise OSError("disk full")


def test_a_permission_taken_back_needs_the_athlete(line: Line) -> None:
    line.fake.lock_out()
    with pytest.raises(NeedsAthlete, match="strava_login_expired"):
        line.open().who()
    assert line.fake.count("/oauth/token", "POST") == 1


@pytest.mark.parametrize(
    ("kind", "trouble", "key"),
    [
        ("429", ComeBackLater, "strava_limit"),
        ("500", ServiceBroken, "strava_broken"),
        ("cut", ServiceBroken, "strava_unreachable"),
        ("html", ServiceBroken, "strava_unreadable"),
        ("missing_fields", ServiceBroken, "strava_unreadable"),
        ("inactive", NeedsAthlete, "strava_application_inactive"),
    ],
)
def test_a_token_endpoint_in_trouble_ends_no_login(
    line: Line, kind: str, trouble: type[ProviderTrouble], key: str
) -> None:
    line.fake.expire()
    line.fake.fault("/oauth/token", kind)
    with pytest.raises(trouble, match=key):
        line.open().who()


def test_a_wrong_application_is_the_operators(line: Line) -> None:
    line.settings, before = settings(line.fake, line.settings.strava_url, STRAVA_CLIENT_ID=1), line.settings
    line.fake.expire()
    try:
        with pytest.raises(NeedsAthlete, match="strava_application_refused"):
            line.open().who()
    finally:
        line.settings = before


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"access_token": "x"}', '{"expires_at": "soon"}'])
def test_tokens_that_are_none(text: str) -> None:
    with pytest.raises(NeedsAthlete, match="strava_login_expired"):
        Tokens.loads(text)


def test_limits_are_told_to_everybody_and_looked_at_before_a_call(line: Line) -> None:
    line.open().who()
    assert line.used["reading"] == {"quarter": [1, 100], "day": [1, 1000]}
    assert line.used["overall"] == {"quarter": [1, 200], "day": [1, 2000]}
    line.fake.reading_usage = [79, 79]
    line.open().who()
    line.reserve = 0.2
    with pytest.raises(ComeBackLater) as error:
        line.open().who()
    assert error.value.until == NOW.replace(minute=15, second=5)
    assert line.fake.count("/athlete") == 2
    line.reserve = 0.0
    line.open().who()


@pytest.mark.parametrize(("kind", "minutes"), [("429", 7.5), ("429_retry_after", 2)])
def test_over_the_limit_nobody_asks_until_it_is_over(line: Line, kind: str, minutes: float) -> None:
    line.fake.fault("/athlete", kind)
    with pytest.raises(ComeBackLater) as error:
        line.open().who()
    assert error.value.until == NOW + timedelta(minutes=minutes, seconds=5)
    with pytest.raises(ComeBackLater) as again:
        line.open().who()
    assert again.value.until == error.value.until
    assert line.fake.count("/athlete") == 1
    line.now = error.value.until
    line.open().who()


def test_the_day_is_used_up(line: Line) -> None:
    line.fake.reading_usage = [5, 1000]
    with pytest.raises(ComeBackLater) as error:
        line.open().who()
    assert error.value.until == (NOW + timedelta(days=1)).replace(hour=0, minute=0, second=5)


def test_no_secret_is_logged_or_told(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[BaseException] = []
    for kind in ("", "401", "429", "500", "cut", "html", "missing_fields"):
        line.used.clear()
        line.fake.expire()
        for path in ("/oauth/token", "/api/v3/athlete"):
            line.fake._faults.clear()
            line.fake.fault(path, kind)
            try:
                line.open().who()
            except ProviderTrouble as error:
                errors.append(error)
    assert len(errors) > 6
    chain = [repr(e) + repr(e.__cause__) + repr(e.__context__) for e in errors]
    told = caplog.text + "".join(chain) + repr(line.newest()) + repr(line.open())
    for secret in (*line.fake.secrets, line.fake.client_secret):
        assert secret not in told


def test_importing_the_library_leaves_no_trace() -> None:
    filters, shown_by = list(warnings.filters), warnings.showwarning
    handlers = list(logging.getLogger().handlers)
    made = library.client(settings(Strava(), None))
    assert made.protocol.client_secret is None
    assert warnings.filters == filters
    assert warnings.showwarning is shown_by
    assert logging.getLogger().handlers == handlers


def test_the_library_takes_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch, line: Line) -> None:
    """With these it would renew tokens by itself, and nobody would keep them."""
    monkeypatch.setenv("STRAVA_CLIENT_ID", str(line.fake.client_id))
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", line.fake.client_secret)
    line.now = NOW + timedelta(hours=7)
    account = line.open()
    account.who()
    assert line.newest().access_token == account._wire.client.access_token
    assert line.fake.count("/oauth/token", "POST") == 1


def test_it_is_found_as_a_provider(line: Line) -> None:
    found = providers()["strava"]
    assert (found.auth, found.cap, found.uploads, found.every) == (Auth.oauth, 2, True, timedelta(days=1))
    assert found.history == timedelta(days=365)
    assert found.open is not None
    account: Account = found.open(line.open()._wire._opening)
    assert account.who().account_id == "19840101"
    account.close()


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch, line: Line) -> None:
    monkeypatch.setattr(library, "ANSWER_BYTES", 10)
    with pytest.raises(ServiceBroken, match="strava_slow"):
        line.open().who()


def test_the_note_of_limits_is_plain_json(line: Line) -> None:
    line.fake.fault("/athlete", "429")
    with pytest.raises(ComeBackLater):
        line.open().who()
    plain: dict[str, Any] = json.loads(json.dumps(line.used))
    assert plain == line.used
