"""What goes wrong between the account and the service, with the real library: nothing foreign escapes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fakes.garmin import Day, Garmin, Run
from garmin_account import NOW, TODAY, Connected, every_page

from coach.config import Settings
from coach.errors import ComeBackLater, NeedsAthlete, NotAllowed, ProviderTrouble, ServiceBroken
from coach.providers.garmin.client import GarminAccount

START = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
CALLS: dict[str, Callable[[GarminAccount], object]] = {
    "who": lambda account: account.who(),
    "listing": every_page,
    "fetch": lambda account: account.fetch(every_page(account)[0]),
    "days": lambda account: account.days(TODAY, TODAY, thorough=True),
}
PATHS = {
    "who": "*/socialProfile",
    "listing": "*/search/activities",
    "fetch": "/download-service/*",
    "days": "*/dailysummaries",
}
calls = pytest.mark.parametrize("call", CALLS)


def _lived(garmin: Connected) -> GarminAccount:
    garmin.fake.add(Run(START))
    garmin.fake.days[TODAY] = Day()
    return garmin.open()


@calls
@pytest.mark.parametrize(
    ("kind", "wait"),
    [
        ("429", timedelta(minutes=15)),
        ("429_after", timedelta(seconds=120)),
        ("429_date", timedelta(hours=1)),  # 14:00 GMT, and it is 13:00
    ],
)
def test_over_the_limit_says_until_when(garmin: Connected, call: str, kind: str, wait: timedelta) -> None:
    account = _lived(garmin)
    garmin.fake.fault(PATHS[call], kind)  # type: ignore[arg-type]
    with pytest.raises(ComeBackLater, match="garmin_limit") as later:
        CALLS[call](account)
    assert later.value.until == NOW + wait


@calls
@pytest.mark.parametrize("kind", ["500", "503", "cut", "refuse", "html", "broken_json", "403_page"])
def test_a_service_in_trouble_is_broken_and_well_again(garmin: Connected, call: str, kind: str) -> None:
    account = _lived(garmin)
    garmin.fake.fault(PATHS[call], kind)  # type: ignore[arg-type]
    with pytest.raises(ServiceBroken) as broken:
        CALLS[call](account)
    assert broken.value.__context__ is None  # no frames of the library
    assert garmin.fake.count(PATHS[call]) == 1  # nothing is tried again in here
    CALLS[call](account)


def test_a_slow_answer_is_not_waited_for(garmin: Connected) -> None:
    garmin.timeout_s = 0.2
    account = _lived(garmin)
    garmin.fake.fault("*/search/activities", "slow", seconds=3)
    with pytest.raises(ServiceBroken, match="garmin_no_answer"):
        every_page(account)


def test_nobody_there() -> None:
    account = Connected(Garmin(), Settings(garmin_url="http://127.0.0.1:9", _env_file=None)).open()
    with pytest.raises(ServiceBroken, match="garmin_no_answer"):
        every_page(account)
    account.close()


@calls
def test_a_token_that_ran_out_is_renewed_and_kept_before_the_call_returns(
    garmin: Connected, call: str
) -> None:
    account = _lived(garmin)
    garmin.fake.expire()
    CALLS[call](account)
    assert garmin.fake.renewals == 1
    assert [json.loads(tokens)["di_refresh_token"] for tokens in garmin.kept] == [garmin.fake.refresh]
    assert json.loads(garmin.kept[0])["display_name"] == garmin.fake.display_name
    assert every_page(garmin.open(garmin.kept[0]))


@calls
@pytest.mark.parametrize("kind", ["503", "429", "cut", "404"])
def test_new_tokens_are_kept_when_the_call_after_the_renewal_fails(
    garmin: Connected, call: str, kind: str
) -> None:
    account = _lived(garmin)
    if call == "fetch":
        [item] = every_page(account)
        ask: Callable[[GarminAccount], object] = lambda account: account.fetch(item)  # noqa: E731
    else:
        ask = CALLS[call]
    garmin.fake.fault(PATHS[call], "401")
    garmin.fake.fault(PATHS[call], kind)  # type: ignore[arg-type]
    with contextlib.suppress(ProviderTrouble):
        ask(account)
    assert json.loads(garmin.kept[0])["di_refresh_token"] == garmin.fake.refresh
    assert garmin.fake.renewals == 1


class _Full(Exception):
    """The database is full."""


class _NoRoom(list[str]):
    def append(self, tokens: str) -> None:
        raise _Full


def test_a_renewal_that_cannot_be_kept_stops_the_call(garmin: Connected) -> None:
    garmin.kept = _NoRoom()
    account = _lived(garmin)
    garmin.fake.expire()
    with pytest.raises(_Full):
        every_page(account)


def test_tokens_near_their_end_are_renewed_first(garmin: Connected) -> None:
    garmin.fake.life_s = 600
    garmin.fake.expire()
    account = _lived(garmin)
    every_page(account)
    # Each new one lives too short, so each of the two calls renews: the last one is what is kept.
    assert json.loads(garmin.kept[-1])["di_refresh_token"] == garmin.fake.refresh
    assert len(garmin.kept) == garmin.fake.renewals == 2


@calls
def test_a_login_that_was_ended_needs_the_athlete(garmin: Connected, call: str) -> None:
    account = _lived(garmin)
    garmin.fake.revoke()
    with pytest.raises(NeedsAthlete, match="garmin_login_expired"):
        CALLS[call](account)
    assert garmin.kept == []
    assert garmin.fake.logins == 0


def test_an_old_token_of_a_rotated_pair_needs_the_athlete(garmin: Connected) -> None:
    old = garmin.tokens()
    garmin.fake.add(Run(START))
    garmin.fake.expire()
    every_page(garmin.open(old))
    garmin.fake.expire()
    with pytest.raises(NeedsAthlete, match="garmin_login_expired"):
        every_page(garmin.open(old))


def test_a_fresh_token_that_is_refused_needs_the_athlete(garmin: Connected) -> None:
    account = _lived(garmin)
    garmin.fake.fault("*/search/activities", "401", times=2)
    with pytest.raises(NeedsAthlete, match="garmin_login_expired"):
        every_page(account)
    assert json.loads(garmin.kept[-1])["di_refresh_token"] == garmin.fake.refresh


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("503", ServiceBroken),
        ("refuse", ServiceBroken),
        ("html", ServiceBroken),
        ("403_page", ServiceBroken),
        ("429", ComeBackLater),
        ("400", NeedsAthlete),
    ],
)
def test_tokens_that_could_not_be_renewed_are_not_taken_for_refused(
    garmin: Connected, kind: str, error: type[Exception]
) -> None:
    """The library swallows why a renewal failed, and shows a 401."""
    account = _lived(garmin)
    garmin.fake.expire()
    garmin.fake.fault("*/oauth/token", kind)  # type: ignore[arg-type]
    with pytest.raises(error):
        every_page(account)
    if error is not NeedsAthlete:
        assert len(every_page(account)) == 1


@pytest.mark.parametrize("tokens", ["", "{}", "null", "[]", "{", '{"di_token": null}'])
def test_tokens_that_are_none_need_the_athlete(garmin: Connected, tokens: str) -> None:
    with pytest.raises(NeedsAthlete, match="garmin_login_expired"):
        garmin.open(tokens or " ")


@calls
@pytest.mark.parametrize(
    "kind", ["wrong_types", "missing_fields", "nulls", "empty", "204", "400", "403", "404"]
)
def test_nothing_foreign_escapes_odd_answers(garmin: Connected, call: str, kind: str) -> None:
    account = _lived(garmin)
    garmin.fake.days[TODAY] = Day(weight_g=60_000, lthr=170, threshold=0.35)
    garmin.fake.fault("*", kind, times=99)  # type: ignore[arg-type]
    # IndexError: where the list is empty, `fetch` takes the first of nothing.
    with contextlib.suppress(ProviderTrouble, IndexError):
        CALLS[call](account)


def test_whose_account_it_is(garmin: Connected) -> None:
    who = garmin.open().who()
    assert (who.account_id, who.name, who.tz) == ("90210", "이달리", "Asia/Seoul")
    garmin.fake.tz = "../etc/passwd"
    assert garmin.open().who().tz is None


def test_nothing_is_put_there(garmin: Connected) -> None:
    with pytest.raises(NotAllowed):
        garmin.open().upload("a.fit", b"", "x")
    assert garmin.fake.requests == []
