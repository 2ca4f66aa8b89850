"""Why values are withheld, in the athlete's words: what, since when, what it costs, and the two ways out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fakes.conversation import NOW

from coach.domain.activity import Recording, Sport
from coach.domain.daily import DailyValue
from coach.domain.source import FREE, Permission, Source
from coach.pipeline.outings import place
from coach.store import athletes, daily, sync_system
from coach.store.session import Database
from coach.text import Lang
from coach.tools import TOOLS
from coach.tools.spec import Result, ToolContext
from coach.tools.wording import worded


def run(db: Database, athlete_id: int, source: Source, hours_ago: int = 5) -> int:
    start = datetime(2026, 11, 21, tzinfo=UTC) - timedelta(hours=hours_ago)
    recording = Recording(
        Sport.run, start, 1800.0, distance_m=5000.0, name="남산", external_id=f"{hours_ago}"
    )
    with db.athlete_session(athlete_id) as s:
        return place(s, athlete_id, recording, source=source, file_id=None, home="Asia/Seoul").row.id


def ask(db: Database, athlete_id: int, lang: Lang = "ko", **args: int) -> tuple[Result, str]:
    with db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
    ctx = ToolContext(athlete, db, NOW, lang)
    tool = TOOLS["why_withheld"]
    result = tool.fn(ctx, tool.args.model_validate(args))
    return result, " ".join(worded(result, ctx).says)


def test_nothing_is_withheld_where_nothing_is_restricted(db: Database, athlete_id: int) -> None:
    run(db, athlete_id, Source.garmin)
    result, said = ask(db, athlete_id)
    assert not result.facts
    assert said == "외부 언어 모델에 가리는 기록은 없어요. 가져온 기록 모두를 답에 쓸 수 있어요."


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ko", ("Strava에서 온 기록은", "API 약관", "활동 2", "7일", "/connections", "zip", "가민")),
        ("en", ("came from Strava", "API policy", "2", "7 days", "/connections", "zip", "Garmin")),
    ],
)
def test_strava_is_explained_with_both_ways_out(
    db: Database, athlete_id: int, lang: Lang, words: tuple[str, ...]
) -> None:
    run(db, athlete_id, Source.strava)
    run(db, athlete_id, Source.strava, hours_ago=30)
    run(db, athlete_id, Source.garmin, hours_ago=60)
    with db.athlete_session(athlete_id) as s:
        daily.save_values(s, athlete_id, [DailyValue(NOW.date(), "weight_kg", 61.0, Source.strava)])
    result, said = ask(db, athlete_id, lang)
    assert [word for word in words if word not in said] == [], said
    facts = {f.key: f.value for f in result.facts}
    assert facts["withheld.strava.withheld_activities"] == 2
    assert facts["withheld.strava.withheld_days"] == 1
    assert facts["withheld.strava.kept_days"] == 7
    assert all(f.sources for f in result.facts)


def test_of_one_activity_it_is_said_what_its_fields_come_from(db: Database, athlete_id: int) -> None:
    hidden = run(db, athlete_id, Source.strava)
    free = run(db, athlete_id, Source.garmin, hours_ago=30)
    assert "남산" in ask(db, athlete_id, activity_id=hidden)[1]
    assert "읽을 수 있어요" in ask(db, athlete_id, activity_id=free)[1]


def test_what_the_operator_decided_is_called_that(db: Database, athlete_id: int) -> None:
    run(db, athlete_id, Source.garmin)
    sync_system.set_permission(db, Source.garmin, Permission(False, True, None))
    _, said = ask(db, athlete_id)
    assert "운영자가" in said
    assert "API 약관" not in said
    sync_system.set_permission(db, Source.garmin, FREE)
    assert "없어요" in ask(db, athlete_id)[1]
