"""The look back on a week: whole messages in both languages."""

from __future__ import annotations

from datetime import date, datetime

from fakes.life import Lived
from fakes.planned import situation
from first_said import SUNDAY, Due, at, composed, said

from coach.domain.activity import Sport
from coach.domain.nudges import NudgeKind
from coach.domain.plan.rules import checked
from coach.graph.speaking.compose import compose
from coach.pipeline import editing, looking, proposing, recompute
from coach.store import approvals, nudges, plan_holds, plans, threads
from coach.store.session import Session

WEEKLY = Due(NudgeKind.weekly, local_date=SUNDAY)


def test_a_week_beside_its_plan_ends_with_one_question(planned: Lived) -> None:
    found = said(planned, WEEKLY, now=at(SUNDAY))
    assert found.text == (
        "이번 주(11월 16–22일)에는 4번, 모두 40.1 km를 달렸어요. 가장 길게 뛴 건 10.7 km, "
        "앞선 여섯 주는 한 주 평균 40.9 km예요. 계획 40 km 중 29.4 km, 핵심 훈련 2개 중 1개를 했어요.\n\n"
        "5 km를 21:12에 달려 지금까지 중 가장 빨랐어요. 그전 최고는 21:14예요.\n\n"
        "다음 주 계획은 4번, 42 km예요. "
        "핵심은 11월 26일 (목) 인터벌 5 × 800 m, 11월 29일 (일) 롱런 15 km예요.\n\n"
        "이번 주 몸은 어땠어요?"
    )
    assert [card["kind"] for card in found.cards] == ["chart"]
    assert found.pending == {"kind": "weekly", "nudge_id": 1, "week": "2026-11-16"}
    assert found.question is not None
    assert len(found.question["choices"]) == 3
    english = said(planned, WEEKLY, now=at(SUNDAY), lang="en")
    assert english.text == (
        "This week (16–22 Nov): 4 runs, 40.1 km in all. The longest was 10.7 km; "
        "the six weeks before averaged 40.9 km a week. 29.4 km of the 40 km planned, 1 of 2 key sessions.\n\n"
        "You ran 5 km in 21:12, faster than ever before; until then it was 21:14.\n\n"
        "Next week's plan: 4 runs, 42 km. Key sessions: Thu 26 Nov intervals 5 × 800 m, Sun 29 Nov long run "
        "15 km.\n\nHow did your body feel this week?"
    )


def test_a_late_look_back_says_which_week_it_is_about(planned: Lived) -> None:
    found = said(planned, WEEKLY, now=at(date(2026, 11, 24)))
    assert found.text.startswith("지난주(11월 16–22일)에는 4번, 모두 40.1 km를 달렸어요.")
    assert "이번 주 계획은 4번, 42 km예요." in found.text
    assert found.text.endswith("지난주 몸은 어땠어요?")


def test_a_monday_looks_back_on_the_week_before(life: Lived) -> None:
    monday = date(2026, 11, 16)
    found = said(life, Due(NudgeKind.weekly, local_date=monday), now=at(monday))
    assert found.text.startswith("지난주(11월 9–15일)에는")


def test_a_week_without_a_run_is_said_kindly(planned: Lived) -> None:
    day = date(2026, 11, 29)
    found = said(planned, Due(NudgeKind.weekly, local_date=day), now=at(day))
    assert found.text == (
        "이번 주(11월 23–29일)에는 달리기 기록이 없어요. 못 뛴 만큼 채울 필요는 없어요.\n\n"
        "다음 주 계획은 3번, 21 km예요. 핵심은 12월 6일 (일) 대회 10 km예요.\n\n"
        "이번 주 몸은 어땠어요?"
    )


def test_a_proposal_that_waits_is_the_question(planned: Lived) -> None:
    with planned.db.athlete_session(planned.full) as s:
        ctx = planned.ctx(now=at(SUNDAY))
        head = plans.running(s)
        assert head is not None
        made = plans.latest(s, head.id)
        easier = made.plan.with_workouts(tuple(w for w in made.plan.workouts if w.uid != "w1-thu"))
        checks = checked(easier, situation(SUNDAY), warnings_pass=True)
        copied = plans.add_revision(s, head.id, checks, origin="adapted", parent=made.number)
        asked = proposing.propose(
            s, ctx.athlete, head.id, copied.number, ctx.now, channel="web", thread_id=None
        )
    found = said(planned, WEEKLY, now=at(SUNDAY))
    assert found.text.endswith("제안해 둔 계획이 답을 기다리고 있어요. 이대로 할까요?")
    assert found.pending == {"kind": "approval", "id": asked.id}
    [card] = [card for card in found.cards if card["kind"] == "approval"]
    assert card["id"] == asked.id
    with planned.db.athlete_session(planned.full) as s:
        approvals.close(s, asked.id, "expired")
    assert said(planned, WEEKLY, now=at(SUNDAY)).text.endswith("이번 주 몸은 어땠어요?")


def test_nothing_is_asked_of_a_plan_on_hold(planned: Lived) -> None:
    with planned.db.athlete_session(planned.full) as s:
        plan_holds.raise_hold(s, "chest_pain", "clearance", "가슴이 아파", at(SUNDAY, 9))
    found = said(planned, WEEKLY, now=at(SUNDAY))
    assert "안전 때문에 계획을 멈춰 두었어요. 풀리기 전까지는 이 훈련들을 하지 마세요." in found.text
    assert "핵심" not in found.text
    assert "다음에 볼 것" not in found.text
    assert found.text.startswith(
        "조심해야 할 증상을 말씀하셨어요. 의사가 괜찮다고 할 때까지는 달리지 마세요."
    )
    assert "가장 빨랐어요" not in found.text, "nobody who is to rest is told of records"


def test_to_somebody_in_distress_nothing_is_said_of_training(planned: Lived) -> None:
    with planned.db.athlete_session(planned.full) as s:
        plan_holds.raise_hold(s, "self_harm", "crisis", "죽고 싶어", at(SUNDAY, 9))
    assert composed(planned, WEEKLY, now=at(SUNDAY)) is None


def test_a_week_that_was_asked_for_is_not_told_again_unasked(own_life: Lived) -> None:
    noon = at(SUNDAY, 12)
    with own_life.db.athlete_session(own_life.full) as s:
        for key in ("asked:1", "asked:2", "2026-11-16"):
            nudges.add(s, NudgeKind.weekly, key, SUNDAY, noon)
        asked, again, scheduled = nudges.waiting(s, noon)
        thread = threads.create(s, own_life.full, "")
        message_id = threads.add_message(s, own_life.full, thread.id, "assistant", "…")
        nudges.mark_said(s, [asked.id], message_id, noon, SUNDAY)
    ctx = own_life.ctx(now=at(SUNDAY))
    assert compose(ctx, [scheduled]) is None
    assert compose(ctx, [again]) is not None
    assert compose(own_life.ctx(now=at(date(2026, 11, 24))), [scheduled]) is not None


def test_without_any_record_it_says_once_what_to_do(own_life: Lived) -> None:
    found = said(own_life, WEEKLY, athlete_id=own_life.empty)
    assert found.text == (
        "아직 받은 달리기 기록이 없어요. 시계를 연결하거나 파일을 보내 주시면 한 주를 같이 돌아볼게요. "
        "달린 걸 말로 적어 주셔도 돼요."
    )
    assert [card["kind"] for card in found.cards] == ["link"]
    assert found.question is None
    with own_life.db.athlete_session(own_life.empty) as s:
        thread = threads.create(s, own_life.empty, "")
        message_id = threads.add_message(s, own_life.empty, thread.id, "assistant", found.text)
        nudges.add(s, NudgeKind.weekly, "2026-11-16", SUNDAY, at(SUNDAY))
        [first] = nudges.waiting(s, at(SUNDAY))
        nudges.mark_said(s, [first.id], message_id, at(SUNDAY), SUNDAY)
    assert composed(own_life, WEEKLY, athlete_id=own_life.empty) is None


def test_a_far_run_is_told_once(own_life: Lived) -> None:
    with own_life.db.athlete_session(own_life.full) as s:
        ctx, morning = own_life.ctx(), at(SUNDAY, 7)
        row, _ = editing.log_activity(
            s, ctx.athlete, start=morning, sport=Sport.run, distance_m=26_000.0, duration_s=9000.0
        )
    recompute.recompute(own_life.db, own_life.full, [row.id])
    found = compose(own_life.ctx(now=at(SUNDAY)), [WEEKLY])
    assert found is not None
    assert "가장 긴 달리기는" not in found.text, "its length stands in the head"
    assert "다음에 볼 것: 긴 달리기요." in found.text
    with own_life.db.athlete_session(own_life.full) as s:  # the alert of this morning
        about = {"metric": "longest_spike_pct", "day": SUNDAY.isoformat()}
        nudges.add(s, NudgeKind.alert, "spike", SUNDAY, at(SUNDAY, 9), about)
        [alert] = nudges.waiting(s, at(SUNDAY, 9))
        _said_already(s, own_life.full, alert.id, at(SUNDAY, 9))
    assert "긴 달리기요." not in said(own_life, WEEKLY, now=at(SUNDAY)).text


def test_a_day_that_was_moved_brings_no_week_twice(own_life: Lived) -> None:
    monday = date(2026, 11, 23)
    with own_life.db.athlete_session(own_life.full) as s:
        nudges.add(s, NudgeKind.weekly, "2026-W47", SUNDAY, at(SUNDAY))
        nudges.add(s, NudgeKind.weekly, "2026-W48", monday, at(monday, 20))
        before, moved = nudges.waiting(s, at(monday, 20))
        _said_already(s, own_life.full, before.id, at(SUNDAY))
    assert compose(own_life.ctx(now=at(monday, 20)), [moved]) is None


def test_after_a_silence_that_was_spoken_of_no_week_is(own_life: Lived) -> None:
    sunday = date(2026, 12, 6)  # the fourteenth day
    assert composed(own_life, Due(NudgeKind.weekly, local_date=sunday), now=at(sunday)) is not None
    with own_life.db.athlete_session(own_life.full) as s:
        last = looking.last_sign(s, own_life.ctx().athlete, sunday)
        assert last is not None
        nudges.add(s, NudgeKind.silence, last.isoformat(), sunday, at(sunday, 8))
        [friendly] = nudges.waiting(s, at(sunday, 8))
        _said_already(s, own_life.full, friendly.id, at(sunday, 8))
    assert composed(own_life, Due(NudgeKind.weekly, local_date=sunday), now=at(sunday)) is None
    asked = Due(NudgeKind.weekly, local_date=sunday, key="asked:1")
    assert composed(own_life, asked, now=at(sunday)) is not None


def test_a_race_whose_file_is_late_is_not_still_to_come(planned: Lived) -> None:
    day = date(2026, 12, 6)
    found = said(planned, Due(NudgeKind.weekly, local_date=day), now=at(day))
    assert "남아 있어요" not in found.text


def _said_already(s: Session, athlete_id: int, nudge_id: int, when: datetime) -> None:
    message_id = threads.add_message(s, athlete_id, threads.create(s, athlete_id, "").id, "assistant", "…")
    assert nudges.mark_said(s, [nudge_id], message_id, when, SUNDAY)
