"""The one way into the journal: kept whole, read, corrected, deleted, undone, and heeded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.errors import BadInput, NotFound
from coach.pipeline import correcting, editing, journaling, recalling
from coach.pipeline.journaling import Written
from coach.store import activities, athletes, daily, journal, notices, plan_holds, system
from coach.store.session import Database, Session

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)  # 18:00 in Seoul
TODAY = date(2026, 11, 21)


@pytest.fixture
def s(db: Database, athlete_id: int) -> Iterator[Session]:
    with db.athlete_session(athlete_id) as session:
        yield session


def write(s: Session, text: str, **how: object) -> Written:
    athlete = athletes.get(s, s.info["athlete_id"])
    return journaling.write(s, athlete, text, NOW, **{"origin": "page", **how})  # type: ignore[arg-type]


def said(s: Session, note_id: int) -> list[tuple[str, float | None, str, str]]:
    found = daily.list_entries(s, s.info["athlete_id"], note_ids=[note_id])
    return [(e.kind, e.value, e.where, e.side) for e in found]


def run(s: Session, ended: timedelta = timedelta(hours=1)) -> activities.Row:
    start = NOW - ended - timedelta(minutes=50)
    return activities.create(
        s, s.info["athlete_id"], sport=Sport.run, start_at=start, tz="Asia/Seoul",
        local_date=(start + timedelta(hours=9)).date(), elapsed_s=3000, distance_m=10_000.0,
    )  # fmt: skip


def test_a_text_is_kept_whole_with_what_it_says(s: Session) -> None:
    text = "왼쪽 무릎이 3점 정도 아팠어. slept 6 hours 🏃‍♀️"
    written = write(s, text)
    assert journal.get(s, written.note.id).text == text
    assert said(s, written.note.id) == [("pain", 3.0, "knee", "left")]
    assert [(v.name, v.value) for v in written.values] == [("sleep_s", 21_600.0)]
    assert not written.is_unread
    words = write(s, "단풍이 예뻤다")
    assert words.is_unread
    assert said(s, words.note.id) == [("note", None, "", "")]


@pytest.mark.parametrize(
    "text", ["a\x00b무릎", "🏃" * 500, "x" * 4000, "무릎이 아파 my knee hurts ひざ", "{f1} <b>"]
)
def test_odd_texts_are_kept(s: Session, text: str) -> None:
    assert journal.get(s, write(s, text).note.id).text == text.replace("\x00", "")


def test_what_cannot_be_kept_says_why(s: Session) -> None:
    with pytest.raises(BadInput) as long:
        write(s, "가" * 50_000)
    assert (long.value.key, long.value.params["limit"]) == ("note_too_long", 4000)
    for text, day, key in (
        (" \x00 ", None, "nothing_to_note"),
        ("무릎", TODAY + timedelta(days=1), "day_ahead"),
    ):
        with pytest.raises(BadInput) as error:
            write(s, text, day=day)
        assert error.value.key == key
    assert journal.find(s) == []


def test_the_same_key_writes_once(s: Session) -> None:
    first = write(s, "RPE 6", call_key="k")
    again = write(s, "RPE 6", call_key="k")
    assert (again.note.id, again.entries, again.edit_id) == (first.note.id, first.entries, first.edit_id)
    assert len(journal.find(s)) == 1


def test_what_is_given_is_not_read_a_second_time(s: Session) -> None:
    given = [Entry("pain", TODAY, 5, "knee", "right"), Entry("rpe", TODAY, 7)]
    written = write(s, "무릎이 아팠고 종아리도 아팠어, RPE 3", said=given)
    assert said(s, written.note.id) == [
        ("pain", 5.0, "knee", "right"),
        ("rpe", 7.0, "", ""),
        ("pain", None, "calf", ""),
    ]


def test_correcting_and_taking_it_back(s: Session) -> None:
    athlete = athletes.get(s, s.info["athlete_id"])
    row = run(s)
    written = write(s, "RPE 8, 왼쪽 무릎이 아팠어", activity_id=row.id)
    assert activities.get(s, athlete.id, row.id).rpe == 8
    before = said(s, written.note.id)
    by_id = {e.kind: e for e in written.entries}
    right = [Entry("rpe", TODAY, 6, id=by_id["rpe"].id), Entry("pain", TODAY, 2, "knee", "right")]
    note, kept, edit_id = correcting.correct(s, athlete, written.note.id, right, NOW)
    assert said(s, note.id) == [("rpe", 6.0, "", ""), ("pain", 2.0, "knee", "right")]
    assert note.read_by == "athlete"
    assert note.corrected_at is not None
    assert activities.get(s, athlete.id, row.id).rpe == 6
    assert all(e.activity_id == row.id for e in kept)
    assert editing.undo(s, athlete, edit_id) is not None
    assert said(s, note.id) == before
    assert activities.get(s, athlete.id, row.id).rpe == 8


def test_a_note_goes_with_everything_and_comes_back(s: Session) -> None:
    athlete = athletes.get(s, s.info["athlete_id"])
    row = run(s)
    written = write(s, "RPE 8, 다리가 무거웠다", activity_id=row.id)
    note = written.note
    journal.save_embeddings(s, "m", [note], [np.ones(4)])
    edit_id = correcting.delete(s, athlete, note.id)
    assert journal.find(s) == []
    assert said(s, note.id) == []
    assert not journal.embeddings(s, "m", [note.id])
    assert activities.get(s, athlete.id, row.id).rpe is None
    with pytest.raises(NotFound):
        correcting.correct(s, athlete, note.id, [], NOW)
    editing.undo(s, athlete, edit_id)
    assert [n.id for n in journal.find(s)] == [note.id]
    assert ("rpe", 8.0, "", "") in said(s, note.id)
    assert activities.get(s, athlete.id, row.id).rpe == 8
    assert written.edit_id is not None
    editing.undo(s, athlete, written.edit_id)
    assert journal.find(s) == []


@pytest.mark.parametrize("origin", ["page", "sheets", "after_run"])
def test_a_red_flag_holds_the_plan_and_tells_what_to_do(s: Session, origin: str) -> None:
    written = write(s, "뛰는데 가슴이 답답했어", origin=origin)
    assert written.flag is not None
    assert [hold.trigger for hold in plan_holds.standing(s)] == ["chest_pain"]
    assert [n.text_key for n in notices.open_ones(s)] == ["guard.chest_pain"]


def test_a_red_flag_of_long_ago_or_of_a_correction(s: Session) -> None:
    athlete = athletes.get(s, s.info["athlete_id"])
    write(s, "가슴이 답답했어", day=TODAY - timedelta(days=30))
    assert not plan_holds.standing(s)
    note = write(s, "그냥 뛰었다").note
    correcting.correct(s, athlete, note.id, [Entry("note", TODAY, text="가슴이 아팠어")], NOW)
    assert plan_holds.standing(s)


def test_in_a_conversation_the_guard_has_answered_already(s: Session) -> None:
    assert write(s, "가슴이 답답했어", origin="chat").flag is not None
    assert plan_holds.standing(s)
    assert notices.open_ones(s) == []


def test_a_run_is_asked_about_once_and_not_for_ever(s: Session) -> None:
    athlete = athletes.get(s, s.info["athlete_id"])
    assert journaling.to_ask(s, athlete, NOW) is None
    row = run(s)
    asked = journaling.to_ask(s, athlete, NOW)
    assert asked is not None
    assert asked.id == row.id
    assert journaling.to_ask(s, athlete, NOW + timedelta(hours=48)) is None
    write(s, "", origin="after_run", activity_id=row.id, said=[Entry("rpe", TODAY, 5)])
    assert journaling.to_ask(s, athlete, NOW) is None
    assert activities.get(s, athlete.id, row.id).rpe == 5


class Broken:
    model, dims = "broken", 2

    def embed(self, texts: object) -> np.ndarray:
        raise OSError


class Letters(Broken):
    """Counts two letters: enough to see that embeddings are kept, and made anew for new texts."""

    model = "letters"
    asked = 0

    def embed(self, texts: list[str]) -> np.ndarray:  # type: ignore[override]
        Letters.asked += len(texts)
        return np.array([[t.count("가") + 0.1, t.count("나") + 0.1] for t in texts], dtype=np.float32)


def test_search_embeds_what_is_new_and_works_without(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        ids = [write(s, text).note.id for text in ("가가가가", "나나나나", "왼쪽 무릎이 아팠다")]
        among = recalling.remembered(s, athlete_id)
    found = recalling.search_in(db, athlete_id, "무릎 아팠던 날", among, Broken())
    assert [one.note.id for one in found if one.note][:1] == [ids[2]]
    near = recalling.search_in(db, athlete_id, "나", among, Letters())
    assert near[0].note is not None
    assert near[0].note.id == ids[1]
    before = Letters.asked
    recalling.search_in(db, athlete_id, "나", among, Letters())
    assert Letters.asked == before + 1, "only the question is new"


def test_another_athlete_sees_nothing(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        note = write(s, "비밀: 왼쪽 무릎").note
        journal.save_embeddings(s, "m", [note], [np.ones(4)])
    other = system.create_athlete(db, name="둘").id
    with db.athlete_session(other) as s:
        assert recalling.remembered(s, other) == []
        assert not journal.embeddings(s, "m", [note.id])
        with pytest.raises(NotFound):
            journal.get(s, note.id)
        with pytest.raises(NotFound):
            correcting.delete(s, athletes.get(s, other), note.id)


def test_filters_keep_what_fits(s: Session) -> None:
    athlete_id = s.info["athlete_id"]
    write(s, "왼쪽 무릎 통증 6점")
    write(s, "양쪽 무릎 통증 2점")
    write(s, "기분 좋았다")
    daily.add_entry(s, athlete_id, Entry("pain", TODAY, 7, "knee", "left"))  # as it was before notes

    def texts(**how: object) -> list[str]:
        return [one.text for one in recalling.remembered(s, athlete_id, **how)]  # type: ignore[arg-type]

    assert texts(place="knee", side="left") == ["양쪽 무릎 통증 2점", "왼쪽 무릎 통증 6점", ""]
    assert texts(place="knee", least=5) == ["왼쪽 무릎 통증 6점", ""]
    assert texts(kind="mood") == ["기분 좋았다"]
    assert len(texts()) == 4
