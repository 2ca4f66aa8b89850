"""The summary for another assistant as Markdown in the athlete's language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from coach.pipeline.summary import (
    PLAN_DAYS,
    THRESHOLD_UNITS,
    WEEK_PARTS,
    Summary,
    age_band,
)
from coach.pipeline.telling import title
from coach.text import has, say
from coach.text.formats import clock, distance, number, pace
from coach.text.plans import day_line, race_distance, step_lines

# What another assistant is shown of the schema: an example says more than two hundred lines of JSON Schema.
EXAMPLE: dict[str, Any] = {
    "format": "hanbal-plan",
    "version": 1,
    "goal": {"kind": "race", "day": "2027-03-21", "distance_m": 10000, "target_time": "0:48:00"},
    "weeks": [
        {
            "number": 1,
            "phase": "base",
            "workouts": [
                {"day": "2027-01-05", "kind": "easy", "distance_m": 8000},
                {
                    "day": "2027-01-07",
                    "kind": "interval",
                    "steps": [
                        {"kind": "warmup", "intensity": "easy", "distance_m": 2000},
                        {
                            "repeat": 5,
                            "steps": [
                                {
                                    "kind": "work",
                                    "intensity": "interval",
                                    "distance_m": 800,
                                    "pace": "4:25-4:31/km",
                                },
                                {"kind": "recovery", "intensity": "easy", "duration_s": 120},
                            ],
                        },
                        {"kind": "cooldown", "intensity": "easy", "distance_m": 2000},
                    ],
                },
            ],
        }
    ],
}


def text_of(summary: Summary) -> str:
    """Return the summary as Markdown: a block to copy."""
    return "\n".join(_Writer(summary).lines()) + "\n"


class _Writer:
    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.lang, self.units = summary.athlete.lang, summary.athlete.units

    def lines(self) -> Iterator[str]:
        title_line = self.say("title", day=self.summary.day.isoformat())
        yield f"# {title_line}"
        yield self.say("intro")
        if self.summary.withheld_for:
            names = ", ".join(self._source(source.value) for source in sorted(self.summary.withheld_for))
            yield self.say("withheld_note", withheld=self.say("withheld"), sources=names)
        for name, part in (
            ("profile", self._profile()),
            ("weeks", self._weeks()),
            ("trend", self._trend()),
            ("lifetime", self._lifetime()),
            ("goal", self._goal()),
            ("plan", self._plan()),
            ("return", self._return()),
        ):
            yield ""
            yield f"## {self.say(name)}"
            yield from part

    def say(self, key: str, **params: Any) -> str:
        return say(self.lang, f"plan_exchange.summary_{key}", **params)

    def _source(self, name: str) -> str:
        own = f"permissions.source_{name}"
        return say(self.lang, own) if has(self.lang, own) else title(self.lang, name)

    def _value(self, key: str) -> str:
        """Return a figure in words, or why there is none."""
        if self.summary.is_withheld(key):
            return self.say("withheld")
        value = self.summary.value(key)
        if value is None:
            return self.say("unknown")
        if isinstance(value, str):
            return value
        if key.endswith("_m"):
            return distance(value, self.lang, self.units)
        if key.endswith("_speed_mps"):
            return pace(1000 / value, self.lang, self.units) if value else self.say("unknown")
        return number(value, 1)

    def _item(self, label: str, value: str) -> str:
        return f"- {label}: {value}"

    def _profile(self) -> Iterator[str]:
        athlete = self.summary.athlete
        band = age_band(athlete, self.summary.day)
        low, _, high = (band or "").partition("-")
        age = self.say("age_band", low=low, high=high) if band else self.say("unknown")
        yield self._item(self.say("age"), age)
        if athlete.sex is not None:
            yield self._item(self.say("sex"), say(self.lang, f"tools.sex_{athlete.sex.value}"))
        yield self._item(self.say("units"), self.say(f"units_{athlete.units}"))
        if "vdot" in self.summary.facts:
            yield self._item(self.say("vdot"), self._value("vdot"))
        for kind in THRESHOLD_UNITS:
            if f"threshold.{kind.value}" in self.summary.facts:
                unit = {"bpm": " bpm", "W": " W"}.get(THRESHOLD_UNITS[kind], "")
                value = self._value(f"threshold.{kind.value}")
                known = self.summary.value(f"threshold.{kind.value}") is not None
                label = say(self.lang, f"tools.label_{kind.value}")
                yield self._item(label, value + (unit if known else ""))

    def _weeks(self) -> Iterator[str]:
        columns = [self.say(name) for name in ("week", "runs", "distance", "longest", "load")]
        yield from _table(
            columns,
            [
                [week.isoformat(), *(self._value(f"week.{week}.{part}") for part in WEEK_PARTS)]
                for week in self.summary.weeks
            ],
        )

    def _trend(self) -> Iterator[str]:
        for name in ("first", "last"):
            yield self._item(self.say(f"trend_{name}"), self._value(f"trend.{name}_m"))
        for name in ("ctl", "atl", "tsb"):
            if f"form.{name}" in self.summary.facts:
                yield self._item(self.say(name), self._value(f"form.{name}"))

    def _lifetime(self) -> Iterator[str]:
        yield self._item(self.say("runs"), self._value("lifetime.runs"))
        yield self._item(self.say("distance"), self._value("lifetime.distance_m"))
        yield self._item(self.say("since"), self._value("lifetime.since"))

    def _goal(self) -> Iterator[str]:
        goal = self.summary.goal
        if goal is None and not self.summary.races:
            yield self.say("no_goal")
        elif goal is not None and goal != "race":
            yield f"- {say(self.lang, f'plan.goal_{goal}')}"
        for race in self.summary.races:
            far = race_distance(race.distance_m, self.lang, self.units)
            line = f"- {race.day.isoformat()} · {far} · {race.priority.value}"
            if race.target_time_s is not None:
                line += f" · {say(self.lang, 'plan.goal_target', time=clock(race.target_time_s))}"
            yield line

    def _plan(self) -> Iterator[str]:
        plan = self.summary.plan
        if plan is None:
            yield self.say("withheld" if self.summary.is_plan_withheld else "no_plan")
            return
        start, end = plan.start.isoformat(), plan.end.isoformat()
        yield self.say("plan_dates", start=start, end=end, weeks=len(plan.weeks))
        last = self.summary.day + timedelta(days=PLAN_DAYS)
        ahead = [w for w in plan.workouts if self.summary.day <= w.day < last and w.steps]
        if ahead:
            yield ""
            yield f"### {self.say('plan_next')}"
        for workout in ahead:
            # With its year: the reader does not know what today is.
            yield f"- {day_line(workout, self.lang, self.units)}"
            yield from (f"  - {line}" for line in step_lines(workout, self.lang, self.units))

    def _return(self) -> Iterator[str]:
        yield self.say("return_how")
        yield "```json"
        yield json.dumps(EXAMPLE, ensure_ascii=False, indent=1)
        yield "```"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield f"| {' | '.join(row)} |"
