"""Uploads to Strava: what the athlete wants there arrives once, whatever happens on the way."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.strava import Strava, running
from pipeline_runs import fit, gpx, recording
from pydantic import SecretStr
from sqlalchemy import func, text

from coach.config import Settings
from coach.domain.activity import Device, Recording
from coach.domain.source import Source
from coach.errors import BadInput, CoachError, ComeBackLater, Conflict, NeedsAthlete, NotFound
from coach.pipeline import outings, uploading
from coach.pipeline.reach import Reach
from coach.providers.contract import Account, Opening
from coach.providers.strava import provider
from coach.providers.strava.client import StravaAccount
from coach.providers.strava.tokens import Tokens
from coach.store import (
    activities,
    athletes,
    connections,
    files,
    notices,
    outbox,
    provider_health,
    sync_system,
)
from coach.store.outbox import Parcel
from coach.store.session import Database
from coach.store.vault import Vault
from coach.text import LANGS, say

NOW = datetime(2026, 10, 4, 3, tzinfo=UTC)
CONNECTED = NOW - timedelta(days=1)
RAN = NOW - timedelta(hours=3)


def opened(opening: Opening) -> Account:
    return StravaAccount(opening, timeout_s=(1.0, 2.0), pauses_s=(0.0, 0.0))


SERVICES = {"strava": replace(provider, open=opened)}


@dataclass
class Desk:
    """An athlete with Strava connected, and the fake on the other side."""

    db: Database
    athlete_id: int
    fake: Strava
    settings: Settings
    now: datetime = NOW
    reach: Reach = field(init=False)

    def __post_init__(self) -> None:
        self.vault = Vault(self.settings)
        self.fake.clock = lambda: self.now.timestamp()
        self.reach = self.reaching(self.db)
        self.connect()

    def reaching(self, db: Any) -> Reach:
        return Reach(db, self.settings, self.vault, lambda: self.now, SERVICES)

    def connect(self, **changes: Any) -> None:
        said = self.fake.tokens()
        tokens = Tokens(said["access_token"], said["refresh_token"], said["expires_at"], "1")
        given = {"scopes": ("activity:read_all", "activity:write"), "options": {"upload": True}, **changes}
        with self.db.athlete_session(self.athlete_id) as s:
            connections.keep_secret(s, self.reach.vault, "strava", "secret", tokens.dumps())
            connections.well(s, "strava", account_id="1", connected_at=CONNECTED, **given)

    def bring(self, made: Recording, source: Source = Source.file, data: bytes | None = None) -> int:
        """Store a recording (with its file) and return its activity."""
        with self.db.athlete_session(self.athlete_id) as s:
            athletes.lock(s, self.athlete_id)
            kept = None if data is None else files.keep(s, self.athlete_id, "run.fit", data, "fit")[0]
            placed = outings.place(s, self.athlete_id, made, source=source, file_id=kept, home="Asia/Seoul")
            return placed.row.id

    def run(self, later: timedelta = timedelta(), **changes: Any) -> int:
        """Store a run that a file was given of."""
        made = recording(RAN + later, 120, seed=int(later.total_seconds()) % 1000, **changes)
        return self.bring(made, data=fit(made))

    def notice(self, activity_id: int) -> int | None:
        with self.db.athlete_session(self.athlete_id) as s:
            return uploading.notice_new(s, self.athlete_id, activity_id, self.now)

    def ask(self, activity_id: int) -> int:
        with self.db.athlete_session(self.athlete_id) as s:
            return uploading.ask(s, self.athlete_id, activity_id, self.now)

    def send(self, parcel_id: int) -> Parcel:
        uploading.send(self.reach, self.athlete_id, parcel_id)
        return self.parcel(parcel_id)

    def parcel(self, parcel_id: int) -> Parcel:
        with self.db.athlete_session(self.athlete_id) as s:
            return outbox.get(s, parcel_id)

    def connection(self) -> connections.Connection:
        with self.db.athlete_session(self.athlete_id) as s:
            found = connections.get(s, "strava")
        assert found is not None
        return found

    def told(self) -> list[notices.Notice]:
        with self.db.athlete_session(self.athlete_id) as s:
            return notices.open_ones(s)

    def there(self) -> list[str]:
        """Return what Strava calls the numbers we gave."""
        return [a["external_id"] for a in self.fake.activities.values()]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Strava, str]]:
    fake = Strava()
    with running(fake) as url:
        yield fake, url


@pytest.fixture
def desk(db: Database, athlete_id: int, served: tuple[Strava, str], tmp_path: Path) -> Desk:
    fake, url = served
    fake.activities.clear()
    fake.uploads.clear()
    fake.requests.clear()
    fake._faults.clear()
    fake.processing, fake.usage, fake.reading_usage = 0, [0, 0], [0, 0]
    given = Settings(
        _env_file=None,
        COACH_SECRET_KEY=SecretStr("a secret of the uploads that is long enough"),
        STRAVA_CLIENT_ID=fake.client_id,
        STRAVA_CLIENT_SECRET=SecretStr(fake.client_secret),
        COACH_STRAVA_URL=url,
        COACH_DATA_DIR=tmp_path,
    )
    return Desk(db, athlete_id, fake, given)


def test_a_new_run_arrives_once(desk: Desk) -> None:
    activity_id = desk.run(name="남산 언덕")
    parcel_id = desk.notice(activity_id)
    assert parcel_id is not None
    assert desk.notice(activity_id) is None
    sent = desk.send(parcel_id)
    (number,) = desk.fake.activities
    assert (sent.state, sent.receipt, sent.next_at) == ("sent", {"strava_id": str(number)}, None)
    assert desk.there() == [f"hanbal-{activity_id}-{desk.athlete_id}.fit"]
    assert desk.fake.activities[number]["name"] == "남산 언덕"
    assert uploading.ours(desk.there()[0], desk.athlete_id) == activity_id
    desk.send(parcel_id)
    assert desk.fake.count("/uploads", "POST") == 1
    assert desk.fake.count("/athlete/activities") == 0  # nothing to look for the first time
    assert desk.connection().held_until is None
    assert sync_system.due_parcels(desk.db, desk.now) == []


def test_our_numbers() -> None:
    assert uploading.ours("hanbal-12-3", 3) == uploading.ours("hanbal-12-3.fit", 3) == 12
    for other in ("hanbal-12-4", "hanbal-12-3-1", "hanbal-0-3", "hanbal-12-3.exe", "x hanbal-12-3", "", "12"):
        assert uploading.ours(other, 3) is None


def test_it_is_not_sent_by_itself_unless_it_is_wanted(desk: Desk) -> None:
    activity_id = desk.run()
    for changes in ({"options": {}}, {"options": {"upload": False}}, {"scopes": ("activity:read_all",)}):
        desk.connect(**changes)
        assert desk.notice(activity_id) is None
    desk.connect(options={"upload": True, "upload_since": (RAN + timedelta(minutes=1)).isoformat()})
    assert desk.notice(activity_id) is None
    desk.connect(options={"upload": True, "upload_since": (RAN - timedelta(minutes=1)).isoformat()})
    assert desk.notice(activity_id) is not None
    assert desk.notice(desk.run(-timedelta(days=2))) is None


def test_an_old_one_goes_when_it_is_asked_for(desk: Desk) -> None:
    desk.connect(options={"upload": False})
    parcel_id = desk.ask(desk.run(-timedelta(days=400)))
    assert desk.send(parcel_id).state == "sent"
    with pytest.raises(Conflict, match="strava_has_it"):
        desk.ask(desk.parcel(parcel_id).payload["activity_id"])


@pytest.mark.parametrize(
    ("source", "changes", "key"),
    [
        (Source.strava, {"external_id": "77"}, "strava_has_it"),
        (Source.archive, {"external_id": "77"}, "strava_upload_from_strava"),
        (Source.file, {"device": Device(product="StravaGPX Android")}, "strava_upload_from_strava"),
        (Source.file, {"streams": None, "flags": ("no_samples",)}, "strava_upload_no_recording"),
        (Source.apple_health, {"external_id": "A-1"}, "strava_upload_no_recording"),
    ],
)
def test_nothing_goes_back_to_where_it_came_from(
    desk: Desk, source: Source, changes: dict[str, Any], key: str
) -> None:
    activity_id = desk.bring(recording(RAN, 120, **changes), source)
    assert desk.notice(activity_id) is None
    with pytest.raises(CoachError, match=key):
        desk.ask(activity_id)


def test_what_is_gone_is_not_sent(desk: Desk) -> None:
    activity_id = desk.run()
    parcel_id = desk.notice(activity_id)
    assert parcel_id is not None
    with desk.db.athlete_session(desk.athlete_id) as s:
        activities.delete(s, desk.athlete_id, activity_id)
    assert desk.send(parcel_id).why_key == "strava_upload_gone"
    assert desk.fake.requests == []
    with pytest.raises(BadInput):
        desk.ask(activity_id)


def test_turned_off_meanwhile(desk: Desk) -> None:
    parcel_id = desk.notice(desk.run())
    assert parcel_id is not None
    desk.connect(options={"upload": False})
    refused = desk.send(parcel_id)
    assert (refused.state, refused.why_key) == ("refused", "strava_upload_off")
    again = desk.ask(int(refused.payload["activity_id"]))
    assert again == parcel_id
    assert desk.send(again).state == "sent"


def test_one_that_came_from_strava_meanwhile_is_there(desk: Desk) -> None:
    made = recording(RAN, 120)
    activity_id = desk.bring(made, data=fit(made))
    parcel_id = desk.notice(activity_id)
    assert parcel_id is not None
    assert desk.bring(replace(made, external_id="4711"), Source.strava) == activity_id
    sent = desk.send(parcel_id)
    assert (sent.state, sent.receipt) == ("sent", {"strava_id": "4711"})
    assert desk.fake.requests == []


def sha_of_uploads(desk: Desk) -> list[bytes]:
    return [upload.sha256 for upload in desk.fake.uploads.values()]


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("1_ACTIVITY.fit", data)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["fit", "gpx", "zip", "none", "damaged", "multisport"])
def test_the_original_goes_where_it_can(desk: Desk, kind: str) -> None:
    made = recording(RAN, 120)
    data = fit(made)
    kept: bytes | None = {"gpx": gpx(made), "zip": zipped(data), "none": None}.get(kind, data)
    made = replace(made, flags=("truncated",) if kind == "damaged" else ())
    activity_id = desk.bring(made, Source.garmin if kind == "none" else Source.file, kept)
    if kind == "multisport":
        desk.bring(replace(recording(RAN + timedelta(hours=1), 90), part=1), Source.file, kept)
    assert desk.send(desk.ask(activity_id)).state == "sent"
    (sha,) = sha_of_uploads(desk)
    original = {"fit": data, "zip": data, "gpx": gpx(made)}.get(kind)
    assert original is None or sha == hashlib.sha256(original).digest()
    (there,) = desk.fake.activities.values()
    assert there["elapsed_time"] == 119
    assert there["external_id"].endswith(".gpx" if kind == "gpx" else ".fit")


def test_still_at_it_is_looked_at_again_and_not_sent_again(desk: Desk) -> None:
    desk.fake.processing = 5
    parcel_id = desk.ask(desk.run())
    parcel = desk.send(parcel_id)
    assert (parcel.state, parcel.why_key) == ("sending", "strava_processing")
    assert parcel.next_at == NOW + timedelta(minutes=1)
    desk.send(parcel_id)  # not due yet
    desk.now += timedelta(minutes=1)
    assert desk.send(parcel_id).state == "sending"
    desk.now += timedelta(minutes=1)
    assert desk.send(parcel_id).state == "sent"
    assert desk.fake.count("/uploads", "POST") == 1


@pytest.mark.parametrize("kind", ["cut_after", "cut", "500", "html"])
def test_a_lost_answer_is_looked_for(desk: Desk, kind: str) -> None:
    desk.fake.fault("/uploads", kind)
    parcel_id = desk.ask(desk.run())
    parcel = desk.send(parcel_id)
    assert (parcel.state, parcel.next_at) == ("sending", NOW + timedelta(minutes=5))
    assert desk.connection().state == "connected"
    desk.now += timedelta(minutes=5)
    assert desk.send(parcel_id).state == "sent"
    assert len(desk.there()) == 1
    assert desk.fake.count("/uploads", "POST") == (1 if kind == "cut_after" else 2)


def test_over_the_limit_it_waits_and_nothing_was_sent(desk: Desk) -> None:
    desk.fake.fault("/uploads", "429_retry_after")
    parcel_id = desk.ask(desk.run())
    parcel = desk.send(parcel_id)
    assert (parcel.state, parcel.why_key) == ("waiting", "strava_limit")
    assert parcel.next_at == NOW + timedelta(seconds=125)
    with desk.db.athlete_session(desk.athlete_id) as s:  # told to all processes
        assert "closed_until" in provider_health.read(s, "strava").usage
    desk.now = parcel.next_at
    assert desk.send(parcel_id).state == "sent"


def test_a_login_that_ended_needs_the_athlete_once(desk: Desk) -> None:
    desk.fake.lock_out()
    parcel_id = desk.ask(desk.run())
    assert desk.send(parcel_id).next_at == NOW + uploading.UNTIL_MENDED
    assert (desk.connection().state, desk.connection().why_key) == ("needs_you", "strava_login_expired")
    asked = len(desk.fake.requests)
    for _ in range(3):
        desk.now += uploading.UNTIL_MENDED
        desk.send(parcel_id)
    assert len(desk.fake.requests) == asked  # no attempt before the athlete acts
    assert len(desk.told()) == 1
    desk.connect()
    desk.now += uploading.UNTIL_MENDED
    assert desk.send(parcel_id).state == "sent"


def test_uploads_that_are_not_allowed_leave_the_connection_alone(desk: Desk) -> None:
    desk.fake.fault("/uploads", "no_write_scope")
    refused = desk.send(desk.ask(desk.run()))
    assert (refused.state, refused.why_key) == ("refused", "strava_write_missing")
    assert desk.connection().state == "connected"
    (told,) = desk.told()
    for lang in LANGS:
        assert "2026-10-04" in say(lang, told.text_key, **told.params)
    desk.connect(scopes=("activity:read",))
    with pytest.raises(NeedsAthlete, match="strava_write_missing"):
        desk.ask(desk.run(timedelta(hours=1)))


def test_a_refused_file_says_why(desk: Desk) -> None:
    desk.fake.fault("/uploads", "400")
    refused = desk.send(desk.ask(desk.run()))
    assert (refused.state, refused.why_key) == ("refused", "strava_refused_file")
    assert refused.next_at is None


def test_it_is_given_up_after_a_while(desk: Desk) -> None:
    desk.fake.fault("/uploads", "500", times=99)
    desk.fake.fault("/athlete/activities", "500", times=99)
    parcel_id = desk.ask(desk.run())
    waits = []
    while (parcel := desk.send(parcel_id)).state == "sending":
        assert parcel.next_at is not None
        waits.append(parcel.next_at - desk.now)
        desk.now = parcel.next_at
    assert (parcel.state, parcel.why_key, parcel.tries) == ("failed", "strava_broken", uploading.MOST_TRIES)
    assert waits == sorted(waits)
    assert len(desk.told()) == 1


def test_a_duplicate_of_nothing_we_know_is_found_by_its_start(desk: Desk) -> None:
    desk.fake.add(31, RAN + timedelta(seconds=3), 119)
    state = desk.fake._state

    def vague(upload: Any) -> dict[str, Any]:
        if upload.activity is not None:  # it is there, but no list shows it
            desk.fake.activities.pop(upload.activity["id"], None)
        return {**state(upload), "error": "duplicate of an activity"}

    desk.fake.__dict__["_state"] = vague
    try:
        sent = desk.send(desk.ask(desk.run()))
        assert (sent.state, sent.receipt) == ("sent", {"strava_id": "31"})
        refused = desk.send(desk.ask(desk.run(timedelta(minutes=72))))
        assert (refused.state, refused.why_key) == ("refused", "strava_duplicate")
    finally:
        del desk.fake.__dict__["_state"]


def test_one_at_a_time(desk: Desk) -> None:
    parcel_id = desk.ask(desk.run())
    until = timedelta(minutes=3)
    assert sync_system.take_turn(desk.db, desk.athlete_id, "strava", "somebody", now=NOW, for_=until, cap=2)
    with pytest.raises(ComeBackLater, match="strava_turn"):
        desk.send(parcel_id)
    assert desk.parcel(parcel_id).state == "waiting"
    desk.now += until
    assert desk.send(parcel_id).state == "sent"


def test_disconnected_it_is_not_sent(desk: Desk) -> None:
    activity_id = desk.run()
    parcel_id = desk.ask(activity_id)
    with desk.db.athlete_session(desk.athlete_id) as s:
        connections.change(s, "strava", state="off")
    assert desk.send(parcel_id).why_key == "not_connected"
    with pytest.raises(NotFound):
        desk.ask(activity_id)


def test_a_paused_service_is_left_alone(desk: Desk) -> None:
    parcel_id = desk.ask(desk.run())
    for _ in range(3):
        provider_health.note_failure(
            desk.db, "strava", "strava_broken", pauses={3: timedelta(minutes=10)}, now=NOW
        )
    assert desk.send(parcel_id).next_at == NOW + timedelta(minutes=10)
    assert desk.fake.requests == []


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


WROTE = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")


@dataclass
class Mortal:
    """A database whose process dies at the n-th step: after Strava answered, or after a commit.

    To die anywhere between leaves the same behind as to die at the step before.
    """

    db: Database
    fake: Strava
    steps_left: int
    asked: int = 0
    dead: bool = False

    def step(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            self.dead = True
        self.live()

    def live(self) -> None:
        if self.dead:
            raise Killed

    @contextmanager
    def around(self, session: Any) -> Iterator[Any]:
        self.live()
        if len(self.fake.requests) != self.asked:
            self.asked = len(self.fake.requests)
            self.step()
        with session as s:
            yield s
            wrote = s.scalar(WROTE)
        if wrote:
            self.step()

    def athlete_session(self, athlete_id: int) -> Any:
        return self.around(self.db.athlete_session(athlete_id))

    def system_session(self) -> Any:
        return self.around(self.db.system_session())


def test_killed_anywhere_it_arrives_once(desk: Desk) -> None:
    """Between any two steps, those between Strava's answer and our note of it included."""
    killed = 0
    while True:
        desk.fake.processing, desk.fake.usage, desk.fake.reading_usage = 1, [0, 0], [0, 0]
        desk.fake.requests.clear()
        desk.now += timedelta(minutes=4)  # the turn of who was killed ends by itself
        desk.fake.expire()  # so that tokens rotate on the way, too
        activity_id = desk.run(killed * timedelta(minutes=31, seconds=13))
        parcel_id = desk.ask(activity_id)
        mortal = Mortal(desk.db, desk.fake, killed)
        try:
            uploading.send(desk.reaching(mortal), desk.athlete_id, parcel_id)
        except Killed:
            killed += 1
        for _ in range(4):
            if desk.parcel(parcel_id).state == "sent":
                break
            desk.now += timedelta(minutes=4)  # the turn of who was killed ends by itself
            if desk.connection().state == "needs_you":
                # Killed between Strava's new tokens and our keeping them: the athlete logs in once more.
                desk.connect()
                desk.now += uploading.UNTIL_MENDED
            desk.send(parcel_id)
        assert desk.parcel(parcel_id).state == "sent", killed
        assert desk.there() == [f"hanbal-{activity_id}-{desk.athlete_id}.fit"], killed
        desk.fake.activities.clear()
        desk.fake.uploads.clear()
        if not mortal.dead:
            break
    assert killed > 10
    with desk.db.athlete_session(desk.athlete_id) as s:
        counts = s.query(func.count()).select_from(outbox.models.outbox).scalar()
    assert counts == killed + 1
