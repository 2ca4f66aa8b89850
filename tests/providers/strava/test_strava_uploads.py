"""Putting a file there: taken, worked on, done, or told that it is there."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from fakes.strava import STARTED, Strava
from strava_accounts import NOW, Line, connected

from coach.domain.activity import Recording, Sport, Streams
from coach.errors import BadInput, ComeBackLater, NeedsAthlete, NotFound, ProviderTrouble, ServiceBroken
from coach.providers.files.fit import encode_activity
from coach.providers.strava import uploads

OURS = "hanbal-12-3"


def fit(seconds: int = 120, later: timedelta = timedelta()) -> bytes:
    t_s = np.arange(seconds, dtype=np.float64)
    return encode_activity(
        Recording(
            sport=Sport.run,
            start=STARTED + later,
            elapsed_s=seconds - 1.0,
            timer_s=seconds - 1.0,
            distance_m=3.0 * (seconds - 1),
            streams=Streams(t_s, {"distance_m": t_s * 3.0, "hr_bpm": np.full(seconds, 150.0)}),
        )
    )


@pytest.fixture(scope="module")
def served() -> Iterator[Line]:
    with connected(Strava()) as line:
        yield line


@pytest.fixture
def line(served: Line) -> Line:
    fake = served.fake
    fake.activities.clear()
    fake.uploads.clear()
    fake.requests.clear()
    fake._faults.clear()
    fake.processing, fake.usage, fake.reading_usage = 0, [0, 0], [0, 0]
    served.now, served.used = NOW, {}
    return served


def only(line: Line) -> str:
    (number,) = line.fake.activities
    return str(number)


def test_a_file_becomes_an_activity(line: Line) -> None:
    line.fake.processing = 2
    found = line.open().upload("남산 언덕", fit(), OURS)
    assert found == only(line)
    made = line.fake.activities[int(found)]
    assert (made["name"], made["external_id"]) == ("남산 언덕", "hanbal-12-3.fit")
    assert line.fake.count("/uploads", "POST") == 1
    ((item,),) = line.open().listing()
    assert item.echo_of == OURS


def test_still_at_it_comes_back_later_and_goes_on(line: Line) -> None:
    line.fake.processing = 7
    with pytest.raises(ComeBackLater, match="strava_processing") as error:
        line.open().upload("", fit(), OURS)
    assert error.value.until == NOW + uploads.PROCESSING
    upload_id = error.value.params["upload_id"]
    with pytest.raises(ComeBackLater, match="strava_processing"):
        line.open().resume(upload_id, OURS)
    assert line.open().resume(upload_id, OURS) == only(line)
    assert line.fake.count("/uploads", "POST") == 1
    with pytest.raises(NotFound, match="strava_upload_unknown"):
        line.open().resume("1", OURS)


@pytest.mark.parametrize(
    "sentence",
    [
        "run.fit duplicate of <a href='/activities/{id}' target='_blank'>Morning Run</a>",
        'hanbal-12-3.fit duplicate of <a href="https://www.strava.com/activities/{id}">12 hills</a>',
        "hanbal-12-3.fit duplicate of activity {id}",
        "Duplicate of activity #{id} (Upload ID: 55)",
    ],
)
def test_a_duplicate_is_the_activity_that_is_there(line: Line, sentence: str) -> None:
    line.open().upload("", fit(), OURS)
    assert line.open().upload("", fit(), OURS) == only(line)
    assert uploads._told_off(line.open()._wire, sentence.format(id=4711), OURS) == "4711"


def test_a_duplicate_without_a_number_is_found_by_ours(line: Line) -> None:
    number = line.open().upload("", fit(), OURS)
    wire = line.open()._wire
    assert uploads._told_off(wire, "duplicate of an activity", OURS) == number
    with pytest.raises(BadInput, match="strava_duplicate"):
        uploads._told_off(wire, "duplicate of an activity (External ID: hanbal-9-3)", "hanbal-9-3")


def test_one_that_is_there_from_elsewhere(line: Line) -> None:
    line.fake.add(31, STARTED + timedelta(seconds=2), 119)
    assert line.open().upload("", fit(), OURS) == "31"
    assert only(line) == "31"


@pytest.mark.parametrize("data", [b"", b"hello", gzip.compress(b"x", mtime=0), b"PK\x03\x04"])
def test_only_recordings_are_sent(line: Line, data: bytes) -> None:
    with pytest.raises(BadInput, match="strava_wrong_format"):
        line.open().upload("", data, OURS)
    assert line.fake.requests == []


def test_what_strava_cannot_read_is_refused_with_its_reason(line: Line) -> None:
    with pytest.raises(BadInput, match="strava_refused_file") as error:
        line.open().upload("", fit()[:14] + b"\0" * 40, OURS)
    assert error.value.params["reason"] == "The file is malformed."


@pytest.mark.parametrize("kind", ["400", "413", "422"])
def test_a_refused_request_is_a_refused_file(line: Line, kind: str) -> None:
    line.fake.fault("/uploads", kind)
    with pytest.raises(BadInput, match="strava_refused_file"):
        line.open().upload("", fit(), OURS)


@pytest.mark.parametrize(
    ("kind", "trouble", "key"),
    [
        ("429", ComeBackLater, "strava_limit"),
        ("429_retry_after", ComeBackLater, "strava_limit"),
        ("500", ServiceBroken, "strava_broken"),
        ("cut", ServiceBroken, "strava_unreachable"),
        ("cut_after", ServiceBroken, "strava_unreachable"),
        ("html", ServiceBroken, "strava_unreadable"),
        ("list", ServiceBroken, "strava_unreadable"),
        ("missing_fields", ServiceBroken, "strava_unreadable"),
        ("inactive", NeedsAthlete, "strava_application_inactive"),
        ("no_write_scope", NeedsAthlete, "strava_write_missing"),
    ],
)
def test_trouble(line: Line, kind: str, trouble: type[ProviderTrouble], key: str) -> None:
    line.fake.processing = 1
    if kind == "missing_fields":  # not even the upload's number
        line.fake.fault("/uploads", "list")
    line.fake.fault("/uploads", kind)
    with pytest.raises(trouble, match=key):
        line.open().upload("", fit(), OURS)
    # What Strava took is recognised by its content when it comes again.
    line.now += timedelta(hours=1)
    line.open().upload("", fit(), OURS)
    only(line)


@pytest.mark.parametrize("kind", ["429", "500", "cut", "html"])
def test_trouble_while_it_is_worked_on_tells_where_to_go_on(line: Line, kind: str) -> None:
    line.fake.processing = 1
    line.fake.fault("/uploads/", kind)
    with pytest.raises(ProviderTrouble) as error:
        line.open().upload("", fit(), OURS)
    line.now += timedelta(hours=1)
    assert line.open().resume(error.value.params["upload_id"], OURS) == only(line)
    assert line.fake.count("/uploads", "POST") == 1


def test_new_tokens_in_the_middle_send_the_whole_file_again(line: Line) -> None:
    account = line.open()
    line.fake.expire()
    number = account.upload("", fit(600), OURS)
    assert line.fake.activities[int(number)]["elapsed_time"] == 599
    assert line.fake.count("/uploads", "POST") == 2


def test_one_that_was_deleted_meanwhile_is_not_sent_again(line: Line) -> None:
    upload = line.fake._upload({"external_id": OURS, "data_type": "fit"}, fit())
    state = line.fake._state(upload)
    line.fake.__dict__["_state"] = lambda _: {
        **state,
        "activity_id": None,
        "status": "The created activity has been deleted.",
    }
    try:
        with pytest.raises(BadInput, match="strava_upload_deleted"):
            line.open().resume(str(upload.id), OURS)
    finally:
        del line.fake.__dict__["_state"]


def test_nothing_of_it_is_logged(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    line.open().upload("", fit(), OURS)
    for secret in (*line.fake.secrets, line.fake.client_secret):
        assert secret not in caplog.text
