"""What the demo athlete told the coach: how runs felt, which one was the race, what they train for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from coach.domain.athlete import Athlete
from coach.domain.plan.model import Goal, GoalKind, Race
from coach.pipeline import editing, journaling
from coach.pipeline.demo.life import DemoLife
from coach.store import activities, athletes, planning_profiles, races
from coach.store.session import Session

RACE_NAME = {"ko": "봄 하프 마라톤", "en": "Spring half marathon"}
AHEAD = {"ko": "봄 마라톤", "en": "Spring marathon"}
MARATHON_M = 42_195.0
# What the runner wrote into the journal, days before the last one: words that search finds again.
WROTE: Mapping[int, Mapping[str, str]] = {
    2: {
        "ko": "오늘은 다리가 가벼웠어. 강변 바람도 시원했고.",
        "en": "Legs felt light today, nice breeze by the river.",
    },
    9: {
        "ko": "회사 일로 늦게 자서 5시간밖에 못 잤어. 몸이 무거웠어.",
        "en": "Late night at work, slept only 5 hours. Heavy legs.",
    },
    17: {
        "ko": "비 맞고 뛰었더니 신발이 다 젖었어. 그래도 재밌었다.",
        "en": "Ran in the rain, shoes soaked. Fun though.",
    },
    26: {"ko": "왼쪽 종아리가 2점 정도 뻐근했어.", "en": "Left calf a bit sore, 2/10."},
    41: {
        "ko": "긴 달리기에서 젤 두 개 먹었는데 속이 편했어.",
        "en": "Two gels on the long run, stomach was fine.",
    },
    58: {
        "ko": "미세먼지가 심해서 트레드밀로 바꿨어. 지루했다.",
        "en": "Bad air, so I took the treadmill. Boring.",
    },
    80: {"ko": "왼쪽 무릎 통증 1점. 거의 나은 것 같아.", "en": "Left knee pain 1/10, nearly gone."},
    93: {"ko": "내리막에서 왼쪽 무릎이 3점 정도 아팠어.", "en": "Left knee hurt about 3/10 going downhill."},
    130: {
        "ko": "크루 친구들이랑 같이 뛰어서 기분 최고였어.",
        "en": "Ran with friends from the crew, great mood.",
    },
    171: {
        "ko": "너무 더워서 중간에 걸었어. 물을 안 챙긴 게 실수.",
        "en": "So hot that I walked. Should have brought water.",
    },
}


def tell(s: Session, athlete: Athlete, life: DemoLife) -> None:
    """Write down what the athlete said, as if said in conversations; a second time changes nothing."""
    by_day = {row.local_date: row.id for row in activities.find(s, athlete.id)}
    for n, entry in enumerate(life.entries):
        told = replace(entry, activity_id=by_day.get(entry.day))
        editing.note(s, athlete, [told], call_key=f"demo:{n}")
    for ago, texts in WROTE.items():
        _write(s, athlete, life, ago, texts[athlete.lang], by_day)
    for morning in life.mornings:
        editing.note(s, athlete, morning, call_key=f"demo:morning:{morning[0].day}")
    raced = by_day.get(life.half_marathon)
    if raced is not None:
        said = {"race": True, "name": RACE_NAME[athlete.lang]}
        editing.change(s, athlete, raced, said, call_key="demo:race")
    if not races.find(s, life.marathon, life.marathon):
        ahead = races.save(s, Race(life.marathon, MARATHON_M, name=AHEAD[athlete.lang]))
        planning_profiles.set_goal(s, Goal(GoalKind.race, ahead))
    athletes.set_onboarding(s, athlete.id, {"step": None, "answers": {"goal": "marathon"}})


def _write(
    s: Session, athlete: Athlete, life: DemoLife, ago: int, text: str, by_day: Mapping[date, int]
) -> None:
    """Write a text down on its day, about the run of that day when there is one."""
    day = life.last_day - timedelta(days=ago)
    # As of then, and long past by now: nothing is held back for a knee of last spring.
    then = datetime.combine(life.last_day, time(12), UTC)
    journaling.write(
        s,
        athlete,
        text,
        then,
        origin="page" if ago % 2 else "chat",
        day=day,
        activity_id=by_day.get(day),
        lang=athlete.lang,
        call_key=f"demo:wrote:{ago}",
    )
