"""Logging in with the real library: with a code, from another process, and when it goes wrong."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import traceback

import pytest
from garmin_account import NOW, Connected

from coach.errors import CoachError, NeedsAthlete, ServiceBroken
from coach.providers.contract import NeedsCode, Opening, providers
from coach.providers.garmin import login, provider


def _refusal(garmin: Connected, password: str | None = None) -> CoachError:
    with pytest.raises((NeedsAthlete, ServiceBroken)) as refused:
        login.begin(garmin.settings, garmin.fake.email, password or garmin.fake.password)
    return refused.value


def _waiting(garmin: Connected) -> str:
    garmin.fake.mfa = True
    waits = login.begin(garmin.settings, garmin.fake.email, garmin.fake.password)
    assert isinstance(waits, NeedsCode)
    return waits.state


def test_discovery_finds_the_provider_without_importing_the_library() -> None:
    code = (
        "import sys; from coach.providers.contract import providers; assert 'garmin' in providers(); "
        "sys.exit('garminconnect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert providers()["garmin"] is provider


def test_a_login_gives_tokens_that_open_the_account_and_carry_the_name(garmin: Connected) -> None:
    tokens = login.begin(garmin.settings, garmin.fake.email, garmin.fake.password)
    assert isinstance(tokens, str)
    assert json.loads(tokens)["display_name"] == garmin.fake.display_name
    assert len(garmin.fake.requests) == 5
    assert garmin.fake.logins == 1
    garmin.fake.requests.clear()
    assert provider.open is not None
    account = provider.open(Opening(garmin.settings, tokens, garmin.kept.append, lambda: NOW))
    assert list(account.listing()) == []
    assert garmin.fake.logins == 1
    assert len(garmin.fake.requests) == 1


def test_a_login_stands_when_only_the_name_could_not_be_had(garmin: Connected) -> None:
    garmin.fake.fault("*/socialProfile", "503", times=2)
    tokens = login.begin(garmin.settings, garmin.fake.email, garmin.fake.password)
    assert isinstance(tokens, str)
    account = garmin.open(tokens)
    garmin.fake.requests.clear()
    account.days(NOW.date(), NOW.date(), thorough=True)
    assert garmin.fake.count("*/socialProfile") == 1
    assert json.loads(garmin.kept[-1])["display_name"] == garmin.fake.display_name


def test_a_code_is_entered_in_another_process(garmin: Connected) -> None:
    state = _waiting(garmin)
    program = (
        "import sys; from coach.config import Settings; from coach.providers.garmin import provider; "
        "state, code, url = sys.argv[1:]; "
        "print(provider.password.finish(Settings(garmin_url=url, _env_file=None), state, code))"
    )
    url = garmin.settings.garmin_url
    assert url is not None
    done = subprocess.run(
        [sys.executable, "-c", program, state, garmin.fake.code, url],
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout)["di_refresh_token"] == garmin.fake.refresh
    assert garmin.fake.logins == 1


def test_after_a_wrong_code_the_right_one_goes_with_the_same_state(garmin: Connected) -> None:
    state = _waiting(garmin)
    for _ in range(2):
        with pytest.raises(NeedsAthlete, match="garmin_code_wrong"):
            login.finish(garmin.settings, state, "999999")
    assert json.loads(login.finish(garmin.settings, state, " 042 137\n"))["di_token"] == garmin.fake.access
    assert garmin.fake.logins == 1


def test_a_code_by_the_widget(garmin: Connected) -> None:
    garmin.fake.fault("/mobile/*", "429", times=9)
    state = _waiting(garmin)
    assert json.loads(state)["flow"] == "widget"
    with pytest.raises(NeedsAthlete, match="garmin_code_wrong"):
        login.finish(garmin.settings, state, "1")
    assert json.loads(login.finish(garmin.settings, state, garmin.fake.code))["di_token"]


@pytest.mark.parametrize("state", ["", "{}", "[]", "null", "{", '{"domain": "garmin.com", "flow": "ios"}'])
def test_a_state_that_is_none_asks_for_a_new_login(garmin: Connected, state: str) -> None:
    with pytest.raises(NeedsAthlete, match="garmin_login_again"):
        login.finish(garmin.settings, state, "1")
    assert garmin.fake.requests == []


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("503", "garmin_no_answer"),
        ("html", "garmin_no_answer"),
        ("refuse", "garmin_no_answer"),
        ("429", "garmin_login_limited"),
    ],
)
def test_a_code_that_nobody_looked_at_is_not_called_wrong(garmin: Connected, kind: str, key: str) -> None:
    state = _waiting(garmin)
    garmin.fake.fault("*/verifyCode", kind, times=2)  # type: ignore[arg-type]
    with pytest.raises(CoachError, match=key):
        login.finish(garmin.settings, state, garmin.fake.code)
    assert login.finish(garmin.settings, state, garmin.fake.code)


def test_a_wrong_password_is_sent_once(garmin: Connected) -> None:
    assert _refusal(garmin, "wrong").key == "garmin_password_wrong"
    assert garmin.fake.requests == [("GET", "/mobile/sso/en_US/sign-in"), ("POST", "/mobile/api/login")]


def test_a_captcha_is_one_sequence_of_the_library(garmin: Connected) -> None:
    garmin.fake.wall = "captcha"
    refused = _refusal(garmin)
    assert isinstance(refused, NeedsAthlete)
    assert refused.key == "garmin_captcha"
    # Three fingerprints and one plain try as a phone, the widget, five and one as a browser.
    assert garmin.fake.logins == 11
    assert garmin.fake.count("/mobile/api/login") == 4


def test_a_login_over_the_limit_is_not_tried_again(garmin: Connected) -> None:
    garmin.fake.fault("*/sign-in", "429", times=99)
    garmin.fake.fault("/sso/*", "429", times=99)
    refused = _refusal(garmin)
    assert isinstance(refused, NeedsAthlete)
    assert refused.key == "garmin_login_limited"
    assert garmin.fake.logins == 0
    assert len(garmin.fake.requests) == 11


def test_the_next_way_in_is_taken_where_a_wall_stops_one(garmin: Connected) -> None:
    garmin.fake.fault("/mobile/*", "403_page", times=99)
    assert isinstance(login.begin(garmin.settings, garmin.fake.email, garmin.fake.password), str)
    assert garmin.fake.logins == 1
    assert garmin.fake.count("/sso/signin") == 2


@pytest.mark.parametrize("kind", ["503", "html", "refuse", "empty", "broken_json"])
def test_a_login_that_nobody_answers_is_not_the_athletes_fault(garmin: Connected, kind: str) -> None:
    garmin.fake.fault("*", kind, times=99)  # type: ignore[arg-type]
    refused = _refusal(garmin)
    assert isinstance(refused, ServiceBroken)
    assert refused.key == "garmin_no_answer"


def test_the_wall_in_front_of_everything(garmin: Connected) -> None:
    garmin.fake.fault("*", "403_page", times=99)
    assert _refusal(garmin).key == "garmin_captcha"


@pytest.mark.parametrize(("kind", "key"), [("503", "garmin_login_failed"), ("429", "garmin_login_limited")])
def test_a_ticket_that_gives_no_tokens_ends_the_sequence(garmin: Connected, kind: str, key: str) -> None:
    garmin.fake.fault("*/oauth/token", kind, times=99)  # type: ignore[arg-type]
    assert _refusal(garmin).key == key
    assert garmin.fake.logins == 1
    # The library's other way would send the ticket to a host that is not the one it was told to talk to.
    assert garmin.fake.count("*/oauth/token") == (1 if kind == "429" else 4)


def test_no_secret_is_said_anywhere(garmin: Connected, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in states, nor in errors with their whole past, nor in logs, the library's at DEBUG too."""
    for name in ("", "garminconnect", "urllib3", "curl_cffi"):
        caplog.set_level(logging.DEBUG, name)
    fake = garmin.fake
    said: list[str] = [_waiting(garmin)]
    for wall, code, password in (("", "771177", "pa55phrase-x"), ("captcha", "", fake.password)):
        fake.wall = wall
        for attempt in (
            lambda password=password: login.begin(garmin.settings, fake.email, password),
            lambda code=code: login.finish(garmin.settings, said[0], code),
        ):
            with pytest.raises(CoachError) as refused:
                attempt()
            error: BaseException | None = refused.value
            said.append("".join(traceback.format_exception(error, chain=True)))
            assert error.__context__ is None
            assert error.__cause__ is None
    fake.wall = ""
    secrets = {fake.email, fake.password, fake.code, "771177", "pa55phrase-x"}
    tokens = login.finish(garmin.settings, said[0], fake.code)
    account = garmin.open(tokens)
    secrets |= fake.secrets()
    fake.expire()
    fake.fault("*/search/activities", "401")
    list(account.listing())
    fake.revoke()
    with pytest.raises(NeedsAthlete) as ended:
        list(account.listing())
    said.append("".join(traceback.format_exception(ended.value)))
    assert "Trying login strategy" in caplog.text  # the library did speak
    secrets |= {*json.loads(tokens).values(), *json.loads(garmin.kept[-1]).values()} - {fake.display_name}
    whole = caplog.text + "".join(said)
    found = {s for s in secrets | fake.secrets() if s in whole}
    assert found <= {"GARMIN_CONNECT_MOBILE_ANDROID_DI_2025Q2"}  # the library's own public number


def test_no_tokens_of_somebody_else_are_taken_from_the_environment(
    garmin: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARMINTOKENS", json.dumps({"di_token": "x", "di_refresh_token": "y"}))
    assert _refusal(garmin, "wrong").key == "garmin_password_wrong"
