"""Connecting and letting go: one attempt, nothing secret left, states that count once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from fakes.service import CODE, PASSWORD, Service, provider_of
from sync_runs import NOW, Synced, filled, strava_of

from coach.domain.daily import Entry
from coach.domain.source import Source
from coach.errors import (
    BadInput,
    ComeBackLater,
    Conflict,
    NeedsAthlete,
    NotFound,
    ServiceBroken,
)
from coach.pipeline import connecting
from coach.providers.contract import Auth, Provider
from coach.store import addresses, connections, daily, system
from coach.store.session import SUPERUSER, Database

SESSION, OTHER = (hashlib.sha256(word).digest() for word in (b"one", b"other"))


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0, 1)


@pytest.fixture
def strava() -> Service:
    return filled(Service(source=Source.strava), 0, 2)


@pytest.fixture
def synced(db: Database, service: Service, strava: Service, tmp_path: Path) -> Synced:
    services = {
        "garmin": provider_of(service),
        "strava": strava_of(strava),
        "sheets": Provider("sheets", Source.sheets, Auth.address),
    }
    return Synced(db, system.create_athlete(db, tz="Asia/Seoul").id, tmp_path, services)


def enter(synced: Synced, code: str) -> connections.Connection:
    return connecting.enter_code(synced.reach, synced.athlete_id, "garmin", code)


def begin(synced: Synced, *, write: bool = False) -> str:
    """Go to their page and return the state."""
    page = connecting.begin_oauth(
        synced.reach, synced.athlete_id, "strava", SESSION, "http://127.0.0.1/back", write=write
    )
    return parse_qs(urlsplit(page).query)["state"][0]


def finish(
    synced: Synced, state: str, *, session: bytes = SESSION, scope: str = "read", error: str = ""
) -> connections.Connection:
    return connecting.finish_oauth(
        synced.reach, synced.athlete_id, "strava", session, state=state, code=CODE, scope=scope, error=error
    )


def everything(db: Database) -> str:
    """Return every row of every table as text."""
    with psycopg.connect(db.conninfo(SUPERUSER)) as admin:
        tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [admin.execute(f'SELECT t::text FROM "{name}" t').fetchall() for (name,) in tables]
    return "\n".join(str(row) for found in rows for row in found)


def test_a_login_connects_and_is_synchronised_at_once(synced: Synced, service: Service) -> None:
    done = synced.connect()
    assert (done.state, done.account_id, done.account_name) == ("connected", "4711", "하나")
    assert (done.connected_at, done.next_sync_at, done.has_secret) == (NOW, NOW, True)
    assert service.calls == {"begin": 1, "refresh": 1, "who": 1}
    with synced.db.athlete_session(synced.athlete_id) as s:
        assert service.is_good(connections.secret(s, synced.reach.vault, "garmin"))
    stored = everything(synced.db)
    assert PASSWORD not in stored
    assert "hana@example.com" not in stored


def test_a_refused_login_is_one_attempt_and_told_once(synced: Synced, service: Service) -> None:
    for _ in range(2):
        with pytest.raises(NeedsAthlete):
            connecting.log_in(synced.reach, synced.athlete_id, "garmin", "hana@example.com", "wrong")
    refused = synced.connection()
    assert (refused.state, refused.why_key, refused.has_secret) == ("needs_you", "fake_refused", False)
    assert refused.next_sync_at is None
    assert [notice.key for notice in synced.told()] == ["needs_you:garmin"]
    assert service.calls == {"begin": 2}  # one each time the athlete tried
    assert synced.connect().state == "connected"
    assert synced.told() == []


def test_a_typing_error_ends_no_connection_that_works(synced: Synced) -> None:
    synced.connect()
    with pytest.raises(NeedsAthlete):
        connecting.log_in(synced.reach, synced.athlete_id, "garmin", "hana@example.com", "wrong")
    assert synced.sync().state == "connected"


def test_while_nobody_may_log_in_nothing_is_sent(synced: Synced, service: Service) -> None:
    service.fail("begin", ComeBackLater("service_busy", until=NOW + timedelta(hours=2)))
    for _ in range(3):
        with pytest.raises(ComeBackLater):
            synced.connect()
    assert service.calls == {"begin": 1}
    synced.clock.later(hours=2)
    assert synced.connect().state == "connected"


def test_a_code_may_be_wrong_once_and_entered_elsewhere(synced: Synced, service: Service) -> None:
    service.needs_code = True
    waiting = synced.connect()
    assert (waiting.state, waiting.pending_until) == ("pending", NOW + timedelta(minutes=10))
    assert "login of" not in everything(synced.db)
    with pytest.raises(NeedsAthlete):
        enter(synced, "000000")
    assert synced.connection().state == "pending"
    elsewhere = replace(synced)  # another process has the database and the secret, and no memory
    done = enter(elsewhere, f" {CODE} ")
    assert (done.state, done.pending_until) == ("connected", None)
    with pytest.raises(NotFound):
        enter(synced, CODE)


def test_a_code_that_comes_too_late_begins_anew(synced: Synced, service: Service) -> None:
    service.needs_code = True
    synced.connect()
    synced.clock.later(minutes=11)
    with pytest.raises(NeedsAthlete) as told:
        enter(synced, CODE)
    assert told.value.key == "code_too_late"
    assert service.calls == {"begin": 1}
    assert synced.connection().state == "off"


def test_one_account_belongs_to_one_athlete(synced: Synced) -> None:
    synced.connect()
    other = replace(synced, athlete_id=system.create_athlete(synced.db).id)
    with pytest.raises(Conflict):
        other.connect()
    with other.db.athlete_session(other.athlete_id) as s:
        assert connections.every(s) == []


def test_a_login_counts_when_the_next_question_fails(synced: Synced, service: Service) -> None:
    service.fail("who", ServiceBroken("service_broken"))
    assert synced.connect().account_id == ""
    assert synced.sync().account_id == "4711"


def test_another_account_begins_from_nothing(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    service.account_id = "4712"
    again = synced.connect()
    assert (again.synced_at, again.cursor, again.account_id) == (None, {}, "4712")
    assert synced.counts() == {}


def test_a_permission_is_given_on_their_page(synced: Synced) -> None:
    done = finish(synced, begin(synced), scope="read,activity:read_all")
    assert (done.state, done.scopes) == ("connected", ("read", "activity:read_all"))
    assert done.options == {"upload": False}
    with pytest.raises(NeedsAthlete):
        connecting.set_option(synced.reach, synced.athlete_id, "strava", "upload", True)
    done = finish(synced, begin(synced, write=True), scope="read,activity:write")
    assert done.options == {"upload": True, "upload_since": NOW.isoformat()}
    off = connecting.set_option(synced.reach, synced.athlete_id, "strava", "upload", False)
    assert off.options["upload"] is False
    with pytest.raises(BadInput):
        connecting.set_option(synced.reach, synced.athlete_id, "strava", "else", True)


def test_what_a_service_permits_unasked_sends_nothing(synced: Synced) -> None:
    done = finish(synced, begin(synced), scope="read,activity:read_all,activity:write")
    assert "activity:write" in done.scopes, "permitted at an earlier time"
    assert done.options == {"upload": False}, "the athlete did not ask for it this time"
    assert connecting.set_option(synced.reach, synced.athlete_id, "strava", "upload", True).options["upload"]


def test_a_state_counts_once_in_its_session_and_for_a_while(synced: Synced, strava: Service) -> None:
    state = begin(synced)
    for wrong, session in ((state, OTHER), ("made up", SESSION), ("", SESSION)):
        with pytest.raises(BadInput):
            finish(synced, wrong, session=session)
    stranger = replace(synced, athlete_id=system.create_athlete(synced.db).id)
    with pytest.raises(BadInput):
        finish(stranger, state)
    assert not strava.calls
    assert finish(synced, state).state == "connected"
    with pytest.raises(BadInput):
        finish(synced, state)
    old = begin(synced)
    synced.clock.later(minutes=16)
    with pytest.raises(BadInput):
        finish(synced, old)


def test_saying_no_over_there_connects_nothing(synced: Synced, strava: Service) -> None:
    with pytest.raises(NeedsAthlete) as told:
        finish(synced, begin(synced), error="access_denied")
    assert told.value.key == "oauth_denied"
    assert not strava.calls
    with pytest.raises(NeedsAthlete):
        finish(synced, begin(synced), scope="nothing")
    assert synced.connection("strava").state == "needs_you"


def test_letting_go_gives_back_and_forgets(synced: Synced, strava: Service) -> None:
    finish(synced, begin(synced))
    synced.sync("strava")
    connecting.disconnect(synced.reach, synced.athlete_id, "strava", delete_data=False)
    off = synced.connection("strava")
    assert (off.state, off.has_secret, off.account_id, off.cursor) == ("off", False, "", {})
    assert strava.calls["revoke"] == 1
    assert synced.counts("strava") == {}
    assert len(synced.starts()) == 2
    connecting.disconnect(synced.reach, synced.athlete_id, "strava", delete_data=True)
    assert synced.starts() == []
    assert synced.days() == {}


def test_letting_go_works_when_they_do_not_answer(synced: Synced, strava: Service) -> None:
    finish(synced, begin(synced))
    strava.fail("revoke", ServiceBroken("service_broken"))
    connecting.disconnect(synced.reach, synced.athlete_id, "strava", delete_data=False)
    assert synced.connection("strava").state == "off"
    assert [(n.key, n.tone) for n in synced.told()] == [("not_revoked:strava", "warning")]


def test_deleting_keeps_what_others_gave_and_what_the_athlete_said(
    synced: Synced, service: Service, strava: Service
) -> None:
    # The same two runs from both, one more of Strava's alone that the athlete spoke of.
    strava.runs = {f"s{key}": run for key, run in service.runs.items()} | {"alone": strava.runs["run2"]}
    synced.connect()
    synced.sync()
    finish(synced, begin(synced))
    synced.sync("strava")
    rows = {row.start_at: row for row in synced.coach.rows()}
    assert len(rows) == 3
    spoken = rows[min(rows)]
    with synced.db.athlete_session(synced.athlete_id) as s:
        said = Entry("rpe", spoken.local_date, 7.0, activity_id=spoken.id)
        daily.add_entry(s, synced.athlete_id, said)
    connecting.disconnect(synced.reach, synced.athlete_id, "strava", delete_data=True)
    left = {row.id: row for row in synced.coach.rows()}
    assert left.keys() == {row.id for row in rows.values()}
    assert left[spoken.id].sources == {Source.journal}
    assert (left[spoken.id].distance_m, left[spoken.id].name) == (None, "")
    assert all(row.sources == {Source.garmin} for i, row in left.items() if i != spoken.id)


def test_an_address_is_opened_and_closed(synced: Synced) -> None:
    def is_open() -> bool:
        with synced.db.athlete_session(synced.athlete_id) as s:
            return addresses.get(s, "sheets") is not None

    secret = connecting.open_address(synced.reach, synced.athlete_id, "sheets")
    assert len(secret) > 30
    assert is_open()
    assert secret not in everything(synced.db)
    connecting.close_address(synced.reach, synced.athlete_id, "sheets")
    assert not is_open()
    with pytest.raises(NotFound):
        connecting.close_address(synced.reach, synced.athlete_id, "sheets")
    connecting.open_address(synced.reach, synced.athlete_id, "sheets")
    connecting.disconnect(synced.reach, synced.athlete_id, "sheets", delete_data=False)
    assert not is_open()


def test_what_does_not_connect_that_way_says_so(synced: Synced) -> None:
    with pytest.raises(NotFound):
        synced.connect("elsewhere")
    for name in ("strava", "sheets"):
        with pytest.raises(BadInput):
            synced.connect(name)
    with pytest.raises(BadInput):
        connecting.open_address(synced.reach, synced.athlete_id, "garmin")
    with pytest.raises(BadInput):
        connecting.begin_oauth(synced.reach, synced.athlete_id, "garmin", SESSION, "", write=False)
