"""What the demo athlete told the coach: how runs felt, which one was the race, what they train for."""

from __future__ import annotations

from dataclasses import replace

from coach.domain.athlete import Athlete
from coach.domain.plan.model import Goal, GoalKind, Race
from coach.pipeline import editing
from coach.pipeline.demo.life import DemoLife
from coach.store import activities, athletes, planning_profiles, races
from coach.store.session import Session

RACE_NAME = {"ko": "봄 하프 마라톤", "en": "Spring half marathon"}
AHEAD = {"ko": "봄 마라톤", "en": "Spring marathon"}
MARATHON_M = 42_195.0


def tell(s: Session, athlete: Athlete, life: DemoLife) -> None:
    """Write down what the athlete said, as if said in conversations; a second time changes nothing."""
    by_day = {row.local_date: row.id for row in activities.find(s, athlete.id)}
    for n, entry in enumerate(life.entries):
        told = replace(entry, activity_id=by_day.get(entry.day))
        editing.note(s, athlete, [told], call_key=f"demo:{n}")
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
