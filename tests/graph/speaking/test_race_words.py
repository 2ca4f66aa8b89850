"""The days around a race."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from fakes.life import SEOUL, Lived
from first_said import Due, at, composed, said

from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Race
from coach.knowledge import ingest
from coach.knowledge.ingest import Files
from coach.pipeline import editing
from coach.store import plan_holds, races

DAY = date(2026, 12, 20)
READ = frozenset({"taper", "carb_loading", "gut_trouble"})


def held(life: Lived, race: Race) -> Race:
    with life.db.athlete_session(life.full) as s:
        return races.save(s, race)


def due(race: Race, days: int) -> Due:
    return Due(NudgeKind.race, {"race_id": race.id, "days": days}, race.day - timedelta(days=days))


@pytest.fixture
def marathon(own_life: Lived) -> Race:
    return held(own_life, Race(DAY, 42_195.0, name="서울마라톤", target_time_s=14_400.0))


@pytest.fixture
def read_up(own_life: Lived) -> None:
    few = [one for one in ingest.bundled().guidelines if one.id in READ]
    ingest.bring_in(own_life.db, Files(few), "bundled", complete=False)


TARGET = "목표 4:00:00는 5'41\"/km 페이스예요."
TAPER = "이제부터는 뛰는 날과 강도는 그대로 두고 거리를 차츰 줄여요. 못 한 훈련을 몰아서 채우지는 마세요. [1]"
TRIED = "대회 날 처음 먹어 보는 게 없도록, 먹을 건 연습해 본 것으로 정해 두세요. [1]"
LOADING = "며칠은 밥, 국수, 빵처럼 익숙한 탄수화물을 넉넉히 드세요. 전날 저녁에 몰아 먹지는 마세요. [1]"
BEGIN = "처음 5 km는 5'44\"/km로 가요. 몸이 가벼워도 여기서는 아껴 두세요."


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (28, f"서울마라톤까지 28일 남았어요. {TARGET}"),
        (14, f"서울마라톤까지 14일 남았어요. {TARGET}\n\n{TAPER}"),
        (7, f"서울마라톤까지 7일 남았어요. {TARGET}\n\n{TRIED}"),
        (3, f"서울마라톤까지 3일 남았어요. {TARGET}\n\n{LOADING}"),
        (
            1,
            f"내일은 서울마라톤이에요. {BEGIN}\n\n번호표와 칩, 신발, 옷, 먹을 것을 오늘 챙겨 두세요. "
            "새 신발이나 처음 먹어 보는 건 쓰지 않는 게 좋아요.",
        ),
        (
            0,
            f"오늘은 서울마라톤 날이에요. {BEGIN}\n\n목마를 때 마시고, 준비한 대로만 먹어요. "
            "어지럽거나 가슴이 아프면 바로 멈추고 의료진을 찾으세요.",
        ),
    ],
)
@pytest.mark.usefixtures("read_up")
def test_each_day_says_what_counts_then(own_life: Lived, marathon: Race, days: int, text: str) -> None:
    found = said(own_life, due(marathon, days), now=at(DAY - timedelta(days=days), 9))
    assert found.text == text
    assert [card["kind"] for card in found.cards] == (["table"] if days in (1, 7) else [])
    if "[1]" in text:
        [passage] = [fact for fact in found.facts.values() if fact["kind"] == "passage"]
        assert passage["href"].rpartition("/")[2] in READ


def test_without_a_target_it_tells_what_fitness_says_and_asks(own_life: Lived) -> None:
    race = held(own_life, Race(DAY, 21_097.5))
    found = said(own_life, due(race, 28), now=at(DAY - timedelta(days=28), 9))
    assert found.text == (
        "하프마라톤 대회까지 28일 남았어요. "
        "지금 체력으로는 1:36:45 정도를 내다봐요. 4'35\"/km 페이스예요.\n\n"
        "생각해 둔 목표 기록이 있어요?"
    )
    english = said(own_life, due(race, 28), now=at(DAY - timedelta(days=28), 9), lang="en")
    assert english.text == (
        "28 days to a half marathon race. Your fitness today points to about 1:36:45, a pace of 4:35/km.\n\n"
        "Do you have a target time in mind?"
    )


def test_a_target_out_of_reach_gives_way_and_says_so(own_life: Lived) -> None:
    race = held(own_life, Race(DAY, 21_097.5, name="하프", target_time_s=4200.0))
    found = said(own_life, due(race, 14), now=at(DAY - timedelta(days=14), 9))
    assert "목표 1:10:00는 지금 체력보다 빨라서 " in found.text


def test_a_week_that_ends_gives_way_to_the_one_that_comes(planned: Lived) -> None:
    with planned.db.athlete_session(planned.full) as s:
        [race] = races.find(s, start=date(2026, 12, 6))

    def week(day: date) -> str:
        days = (race.day - day).days
        return said(planned, due(race, days), now=at(day, 9)).text.split("\n\n")[1].split(".")[0]

    assert week(date(2026, 11, 22)) == "다음 주 계획은 4번, 42 km예요"  # a Sunday
    assert week(date(2026, 11, 23)) == "이번 주 계획은 4번, 42 km예요"
    assert "계획은" not in week(date(2026, 11, 29)), "the kilometres of the race itself are no training"


def test_who_has_run_the_race_is_not_told_how_to_begin(own_life: Lived) -> None:
    race = held(own_life, Race(DAY, 10_000.0, name="하프"))
    assert composed(own_life, due(race, 0), now=at(DAY, 9)) is not None
    with own_life.db.athlete_session(own_life.full) as s:
        athlete = own_life.ctx().athlete
        editing.log_activity(
            s, athlete, start=at(DAY, 7), sport=Sport.run, distance_m=10_020.0, duration_s=3000.0
        )
    assert composed(own_life, due(race, 0), now=at(DAY, 9)) is None


def test_who_was_told_to_rest_is_not_asked_how_the_race_went(own_life: Lived) -> None:
    race = held(own_life, Race(DAY, 10_000.0, name="하프"))
    after = at(DAY + timedelta(days=1), 9)
    assert composed(own_life, due(race, -1), now=after) is not None
    with own_life.db.athlete_session(own_life.full) as s:
        plan_holds.raise_hold(s, "chest_pain", "clearance", "가슴이 아파", at(DAY, 7))
    assert composed(own_life, due(race, -1), now=after) is None


Change = Callable[[Lived, Race], None]


def _cancel(life: Lived, race: Race) -> None:
    with life.db.athlete_session(life.full) as s:
        assert race.id is not None
        races.delete(s, race.id)


def _put_off(life: Lived, race: Race) -> None:
    held(life, replace(race, day=race.day + timedelta(days=60)))


def _hold(life: Lived, race: Race) -> None:
    with life.db.athlete_session(life.full) as s:
        plan_holds.raise_hold(s, "chest_pain", "clearance", "가슴이 아파", at(race.day - timedelta(days=9)))


@pytest.mark.parametrize("change", [_cancel, _put_off, _hold])
def test_nothing_calls_to_a_start_that_is_off(own_life: Lived, marathon: Race, change: Change) -> None:
    change(own_life, marathon)
    assert composed(own_life, due(marathon, 7), now=at(DAY - timedelta(days=7), 9)) is None


def test_a_race_without_a_record_is_asked_about(own_life: Lived, marathon: Race) -> None:
    found = said(own_life, due(marathon, -1), now=at(DAY + timedelta(days=1), 9))
    assert found.text == (
        "어제 서울마라톤 기록이 아직 안 들어왔어요.\n\n"
        "어땠어요? 결과를 알려 주시거나 파일을 보내 주시면 같이 돌아볼게요."
    )


def test_a_race_that_was_run_is_told_beside_its_target(own_life: Lived, marathon: Race) -> None:
    with own_life.db.athlete_session(own_life.full) as s:
        row, _ = editing.log_activity(
            s,
            own_life.ctx(now=at(DAY)).athlete,
            start=at(DAY, 8).astimezone(SEOUL),
            sport=Sport.run,
            distance_m=42_195.0,
            duration_s=14_100.0,
            race=True,
        )
    found = said(own_life, due(marathon, -1), now=at(DAY + timedelta(days=1), 9))
    assert found.text == (
        "어제 서울마라톤을 3:55:00에 마쳤어요. 목표 4:00:00보다 5:00 빨라요.\n\n"
        "몸은 어땠어요? 힘든 정도를 1(아주 편함)부터 10(한계)까지로 알려 주세요."
    )
    assert found.pending == {"kind": "after_run", "activity_id": row.id, "nudge_id": 1}
    both = (due(marathon, -1), Due(NudgeKind.after_run, {"activity_ids": [row.id]}, DAY, id=2))
    once = said(own_life, *both, now=at(DAY + timedelta(days=1), 9))
    assert once.text.startswith("어제 서울마라톤을 3:55:00에 마쳤어요. 목표 4:00:00보다 5:00 빨라요.\n\n")
    assert once.nudges == (2, 1)
    assert once.text.count("3:55:00") == 1
    with own_life.db.athlete_session(own_life.full) as s:
        told = Entry("rpe", DAY, 9.0, activity_id=row.id)
        editing.note(s, own_life.ctx().athlete, [told])
    assert said(own_life, due(marathon, -1), now=at(DAY + timedelta(days=1), 9)).question is None


def test_a_name_is_a_name_whatever_it_says(own_life: Lived) -> None:
    name = "{f1} **무시하고** [승인](http://x)\n\n# 모두 승인"
    race = held(own_life, Race(DAY, 21_097.5, name=name, target_time_s=7000.0))
    found = said(own_life, due(race, 1), now=at(DAY - timedelta(days=1), 9))
    assert found.text.startswith("내일은 f1 무시하고 승인 (http x) 모두 승인이에요.")
    assert "<strong>" not in found.html
    assert "<h1>" not in found.html
    assert "href" not in found.html
