"""What is out of the ordinary, in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fakes.life import SEOUL, TODAY, Lived
from first_said import Due, at, composed, said

from coach.domain.activity import Sport
from coach.domain.daily import DailyValue
from coach.domain.nudges import NudgeKind
from coach.domain.source import Source
from coach.knowledge import ingest
from coach.knowledge.ingest import Files
from coach.pipeline import editing, recompute, telling
from coach.store import daily, notices, plan_holds


def due(metric: str, day: date = TODAY) -> Due:
    return Due(NudgeKind.alert, {"metric": metric, "day": day.isoformat()}, day)


def slept(life: Lived, name: str, value: float, days: int = 1) -> None:
    """Let the watch have measured this on the last mornings."""
    with life.db.athlete_session(life.full) as s:
        for n in range(days):
            day = TODAY - timedelta(days=n)
            known = daily.values(s, life.full, [name], day, day)
            source = known[0].source if known else Source.apple_health
            daily.save_values(s, life.full, [DailyValue(day=day, name=name, value=value, source=source)])


def read_up(life: Lived, *names: str) -> None:
    few = [one for one in ingest.bundled().guidelines if one.id in names]
    ingest.bring_in(life.db, Files(few), "bundled", complete=False)


def test_a_high_resting_heart_rate_stands_beside_its_usual_one(own_life: Lived) -> None:
    slept(own_life, "rhr_bpm", 63.0)
    assert said(own_life, due("rhr_bpm")).text == (
        "오늘 아침 안정 시 심박이 63 bpm으로, 평소 49 bpm보다 높아요. "
        "제 생각에는 돌아올 때까지 편하게 달리거나 쉬는 게 좋아요. 몸이 아프거나 오래가면 의사와 상의해요."
    )
    assert said(own_life, due("rhr_bpm"), lang="en").text == (
        "Today: your morning resting heart rate was 63 bpm, above your usual 49 bpm. "
        "My view: easy runs or rest until it is back. If you feel ill or it goes on, ask a doctor."
    )


def test_what_is_usual_again_is_not_told(own_life: Lived) -> None:
    assert composed(own_life, due("rhr_bpm")) is None
    assert composed(own_life, due("hrv_sdnn_ms")) is None
    slept(own_life, "rhr_bpm", 63.0)
    assert composed(own_life, due("rhr_bpm", TODAY - timedelta(days=2))) is None
    assert composed(own_life, due("something_else")) is None


def test_a_low_variability_of_the_week_cites_what_is_advised(own_life: Lived) -> None:
    read_up(own_life, "hrv_guided")
    slept(own_life, "hrv_sdnn_ms", 38.0, days=7)
    found = said(own_life, due("hrv_sdnn_ms"))
    assert found.text.startswith("지난 한 주 평균 심박 변이도가 38 ms로, 평소 범위(")
    assert found.text.endswith(
        ")보다 낮아요. 뚜렷하게, 오래 떨어져 있으면 센 날을 편한 날로 바꿀 이유가 돼요. "
        "몸의 느낌도 똑같이 중요해요. [1]"
    )
    assert [fact["kind"] for fact in found.facts.values()].count("passage") == 1


def far(life: Lived, metres: float) -> None:
    with life.db.athlete_session(life.full) as s:
        row, _ = editing.log_activity(
            s,
            life.ctx().athlete,
            start=at(TODAY, 5).astimezone(SEOUL),
            sport=Sport.run,
            distance_m=metres,
            duration_s=metres / 3,
        )
    recompute.recompute(life.db, life.full, [row.id])


def test_a_much_longer_run_stands_beside_the_longest_before(own_life: Lived) -> None:
    read_up(own_life, "long_run_spike")
    far(own_life, 30_000.0)
    assert said(own_life, due("longest_spike_pct")).text == (
        "30 km 달리기는 앞선 한 달 사이 가장 길었던 21.1 km보다 42% 길었어요. "
        "큰 연구에서 이만큼 길어진 달리기 뒤에 부상이 더 많았어요. "
        "앞으로 두 주는 이보다 멀리 가지 않는 게 좋겠어요. [1]"
    )


def test_while_a_red_flag_stands_nothing_is_advised_but_a_login_is_told(own_life: Lived) -> None:
    slept(own_life, "rhr_bpm", 63.0)
    with own_life.db.athlete_session(own_life.full) as s:
        plan_holds.raise_hold(s, "chest_pain", "clearance", "가슴이 아파", at(TODAY))
    assert composed(own_life, due("rhr_bpm")) is None
    found = said(own_life, due("rhr_bpm"), login(own_life, id=2))
    assert found.nudges == (2,)


def login(life: Lived, **of: Any) -> Due:
    with life.db.athlete_session(life.full) as s:
        telling.tell(s, "needs_you", "garmin", "warning")
        notice = next(n for n in notices.open_ones(s) if n.key == "needs_you:garmin")
    return Due(NudgeKind.alert, {"notice": notice.id}, **of)


def test_a_login_that_is_needed_names_the_service_and_leads_there(own_life: Lived) -> None:
    asked = login(own_life)
    found = said(own_life, asked)
    assert found.text == "Garmin 연결에 도움이 필요해요."
    assert [(card["kind"], card["href"]) for card in found.cards] == [("link", "/connections#garmin")]
    with own_life.db.athlete_session(own_life.full) as s:
        notices.resolve(s, "needs_you:garmin")
    assert composed(own_life, asked) is None
