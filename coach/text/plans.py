"""Plans in words: what a workout is called, its steps, its targets, and what changes. Both languages.

Whatever shows a plan (page, chat, terminal, watch, calendar) takes its words from here, so that a workout has
one name and one distance everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from coach.domain.activity import Sport
from coach.domain.plan.diff import Change, Diff
from coach.domain.plan.feasibility import Feasibility
from coach.domain.plan.guidelines import CONVENTION, GUIDELINES
from coach.domain.plan.model import (
    HARD,
    Goal,
    GoalKind,
    Intensity,
    Race,
    Repeat,
    Step,
    StepKind,
    Target,
    Week,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.outcome import Offer, Remark
from coach.domain.plan.rules.registry import Finding
from coach.text import formats
from coach.text.catalogue import Lang, has, say
from coach.text.formats import Units

_NAMED_M = {5000.0: "5k", 10_000.0: "10k", 21_097.5: "half", 42_195.0: "marathon"}
SUSTAINED = frozenset({Intensity.marathon, Intensity.threshold, Intensity.interval})
NEAR_M = 100.0  # a race so close to a named distance is called by its name
# Kinds whose distance is what people plan by; their set stands behind it.
_BY_WHOLE = frozenset(
    {
        WorkoutKind.long,
        WorkoutKind.medium_long,
        WorkoutKind.easy,
        WorkoutKind.strides,
        WorkoutKind.progression,
    }
)


def race_distance(distance_m: float, lang: Lang, units: Units) -> str:
    """Return what a race distance is called: `마라톤`, `half marathon`, `10 km`, `15 km`."""
    for metres, name in _NAMED_M.items():
        if abs(distance_m - metres) <= NEAR_M:
            return say(lang, f"plan.distance_{name}")
    return formats.distance(distance_m, lang, units)


def race_title(race: Race, lang: Lang, units: Units) -> str:
    """Return what a race is called: its own name with the distance, or the distance alone."""
    far = race_distance(race.distance_m, lang, units)
    if not race.name:
        return say(lang, "plan.goal_race_unnamed", distance=far)
    return race.name if far in race.name else say(lang, "plan.goal_race", name=race.name, distance=far)


def goal_title(goal: Goal, lang: Lang, units: Units) -> str:
    """Return what a plan is for."""
    if goal.kind is GoalKind.race and goal.race is not None:
        return race_title(goal.race, lang, units)
    return say(lang, f"plan.goal_{goal.kind.value}")


def kind_name(workout: Workout, lang: Lang) -> str:
    """Return the kind of a workout, or the sport of cross-training."""
    if workout.kind is WorkoutKind.cross and workout.sport is not Sport.run:
        return say(lang, f"sports.{workout.sport.value}")
    return say(lang, f"plan.kind_{workout.kind.value}")


def workout_short(workout: Workout, lang: Lang, units: Units) -> str:
    """Return kind and size of a workout: `이지런 10 km`, `걷뛰 30분`, `휴식`."""
    if workout.name:
        return workout.name
    name = kind_name(workout, lang)
    size = _size(workout, lang, units)
    return say(lang, "plan.title", kind=name, amount=size) if size else name


def workout_title(workout: Workout, lang: Lang, units: Units) -> str:
    """Return the name of a workout: `이지런 10 km`, `인터벌 6 × 800 m`, `롱런 28 km (2 × 5 km)`."""
    title = workout_short(workout, lang, units)
    if workout.origin == "club" and workout.name:  # its name does not say what it is this week
        what = workout_title(replace(workout, name="", second=False), lang, units)
        title = say(lang, "plan.title_club", name=workout.name, what=what)
    main = "" if workout.name else _main_set(workout, lang, units)
    if main:
        size = _size(workout, lang, units)
        key = "plan.title_whole" if workout.kind in _BY_WHOLE and size else "plan.title_set"
        title = say(lang, key, kind=kind_name(workout, lang), set=main, amount=size)
    return say(lang, "plan.second", title=title) if workout.second else title


def day_line(workout: Workout, lang: Lang, units: Units, today: date | None = None) -> str:
    """Return a workout with its day: `11월 24일 (화) 이지런 8 km`."""
    day = formats.day(workout.day, lang, today)
    return say(lang, "plan.day_workout", day=day, title=workout_title(workout, lang, units))


def size_of(workout: Workout, lang: Lang, units: Units) -> str:
    """Return how far a run is, or how long where the time counts; "" of a rest."""
    return _size(workout, lang, units)


def _size(workout: Workout, lang: Lang, units: Units) -> str:
    if not workout.steps:
        return ""
    by_distance = any(step.ends == "distance" for step in workout.each_step())
    if workout.sport is Sport.run and by_distance and workout.kind is not WorkoutKind.walk_run:
        return formats.distance(workout.distance_m, lang, units)
    return formats.duration(60 * formats.whole(workout.duration_s / 60), lang, "words")


def _main_set(workout: Workout, lang: Lang, units: Units) -> str:
    """Return what the workout is about, where that is one thing: `6 × 800 m`, `20분`."""
    for part in workout.steps:
        if isinstance(part, Repeat):
            work = [step for step in part.steps if step.kind is StepKind.work]
            if workout.kind is WorkoutKind.walk_run and len(part.steps) == 2:
                run, walk = (_amount(step, lang, units) for step in part.steps)
                return say(lang, "plan.set_walk_run", n=part.times, run=run, walk=walk)
            if len(work) == 1:
                found = say(lang, "plan.set_times", n=part.times, amount=_amount(work[0], lang, units))
                return _paced(workout, work[0], found, lang)
    hard = [part for part in workout.steps if isinstance(part, Step) and part.intensity in HARD]
    if len(hard) == 1 and len(workout.steps) > 1:
        return _paced(workout, hard[0], _amount(hard[0], lang, units), lang)
    return ""


def _paced(workout: Workout, step: Step, amount: str, lang: Lang) -> str:
    """Return a set with its intensity where the kind does not say it: a long run of which 9 km are faster."""
    if workout.kind not in _BY_WHOLE or step.intensity not in SUSTAINED:
        return amount
    pace = say(lang, f"plan.intensity_{step.intensity.value}")
    return say(lang, "plan.title", kind=pace, amount=amount)


def _amount(step: Step, lang: Lang, units: Units) -> str:
    if step.ends == "distance":
        return formats.distance(step.distance_m, lang, units)
    if step.duration_s % 60 and step.duration_s < 600:
        return (
            formats.clock(step.duration_s)
            if step.duration_s > 60
            else formats.duration(step.duration_s, lang)
        )
    return formats.duration(step.duration_s, lang, "words")


def step_lines(workout: Workout, lang: Lang, units: Units) -> tuple[str, ...]:
    """Return the parts of a workout, one line each; a repeat is one line."""
    return tuple(
        say(
            lang,
            "plan.repeat",
            n=part.times,
            steps=" + ".join(step_line(step, lang, units) for step in part.steps),
        )
        if isinstance(part, Repeat)
        else step_line(part, lang, units)
        for part in workout.steps
    )


def step_line(step: Step, lang: Lang, units: Units) -> str:
    """Return one step: `준비 2 km, 5'40"–6'20"/km`, `800 m at 4:05–4:10/km`."""
    target = target_words(step.target, lang, units)
    if step.ends == "lap":
        key = "plan.step_lap_at" if target else "plan.step_lap"
    else:
        key = "plan.step_at" if target else "plan.step"
    line = say(lang, key, what=_what(step, lang), amount=_amount(step, lang, units), target=target)
    return f"{line} ({say(lang, f'plan.{step.note}')})" if has(lang, f"plan.{step.note}") else line


def _what(step: Step, lang: Lang) -> str:
    if step.kind in (StepKind.warmup, StepKind.cooldown):
        return say(lang, f"plan.kind_of_{step.kind.value}")
    if step.kind is StepKind.recovery and step.intensity is Intensity.easy:
        return say(lang, "plan.kind_of_recovery")
    return say(lang, f"plan.intensity_{step.intensity.value}")


def target_words(target: Target, lang: Lang, units: Units) -> str:
    """Return a target: `5'30"–5'50"/km`, `심박 140–155`, `RPE 3–4`; "" where there is none."""
    if target.kind == "none" or target.low is None or target.high is None:
        return ""
    if target.kind == "pace":
        low = formats.pace(target.low, lang, units, "axis")
        high = formats.pace(target.high, lang, units)
        first = low.replace(":", "'") + '"' if lang == "ko" else low
        same = formats.pace(target.high, lang, units, "axis") == low
        return high if same else say(lang, "plan.target_pace", low=first, high=high)
    low, high = formats.number(target.low), formats.number(target.high)
    key = f"plan.target_{target.kind}"
    if low == high and has(lang, f"{key}_one"):
        key += "_one"
    return say(lang, key, low=low, high=high)


def purpose_words(workout: Workout, lang: Lang) -> str:
    """Return why a workout is done, in one sentence; "" where nothing is known."""
    key = f"plan.purpose_{workout.purpose}"
    return say(lang, key) if workout.purpose and has(lang, key) else ""


def week_words(week: Week, lang: Lang, units: Units, today: date | None = None) -> str:
    """Return a week in one line: number, dates, phase, distance, longest run."""
    phase = say(lang, "plan.cutback" if week.cutback else f"plan.phase_{week.phase.value}")
    dates = formats.date_range(week.start, week.end, lang, today)
    if not week.run_m:
        return say(lang, "plan.week_none", n=week.number, dates=dates, phase=phase)
    return say(
        lang,
        "plan.week",
        n=week.number,
        dates=dates,
        phase=phase,
        distance=formats.distance(week.run_m, lang, units),
        longest=formats.distance(week.longest_m, lang, units),
    )


def filled(params: Mapping[str, Any], lang: Lang, units: Units, today: date | None = None) -> dict[str, Any]:
    """Return parameters of a sentence about plans as words; what they are is told by the end of their names.

    `_m` distances, `_s` times, `_clock_s` clock times, `_s_per_km` paces, `_pct` percent, `_c` temperatures,
    `_day` dates (ISO); `kind` a workout's kind, `race_m` a race distance.
    """
    return {name: _word(name, value, lang, units, today) for name, value in params.items()}


def _word(name: str, value: Any, lang: Lang, units: Units, today: date | None) -> Any:
    if name == "kind":
        return say(lang, f"plan.kind_{value}")
    if name == "day" or name.endswith("_day"):
        return formats.day(value if isinstance(value, date) else date.fromisoformat(value), lang, today)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if name == "race_m":
        return race_distance(value, lang, units)
    if name.endswith("_s_per_km"):
        return formats.pace(value, lang, units)
    if name.endswith("_clock_s"):
        return formats.clock(value)
    if name.endswith("_m"):
        return formats.distance(value, lang, units)
    if name.endswith("_s"):
        return formats.duration(60 * formats.whole(value / 60), lang, "words")
    if name.endswith("_pct"):
        return f"{formats.number(value)}%"
    if name.endswith("_c"):
        return formats.temperature(value, units)
    return formats.number(value, 1) if isinstance(value, float) else value


def finding_words(
    finding: Finding | Mapping[str, Any], lang: Lang, units: Units, today: date | None = None
) -> str:
    """Return which rule a plan breaks, where and by how much; takes a finding or its stored form."""
    if isinstance(finding, Finding):
        rule, on, params = finding.rule, finding.day, finding.params
    else:
        rule, params = str(finding["rule"]), finding["params"]
        on = date.fromisoformat(finding["day"]) if finding["day"] else None
    words = filled(params, lang, units, today)
    where = formats.day(on, lang, today) if on is not None else ""
    sentence = say(lang, f"rule.{rule}", **{"day": where, **words})
    return say(lang, "plan.finding_on", day=where, what=sentence) if where else sentence


def findings_words(
    findings: Iterable[Finding | Mapping[str, Any]], lang: Lang, units: Units, today: date | None = None
) -> list[str]:
    """Return what rules a plan breaks, each said once: what holds for several days names none of them."""
    dated: dict[str, list[str]] = {}
    for finding in findings:
        bare = replace(finding, day=None) if isinstance(finding, Finding) else {**finding, "day": None}
        told = finding_words(finding, lang, units, today)
        dated.setdefault(finding_words(bare, lang, units, today), []).append(told)
    return [days[0] if len(set(days)) == 1 else bare for bare, days in dated.items()]


def remark_words(remark: Remark, lang: Lang, units: Units, today: date | None = None) -> str:
    """Return a conflict or compromise that a plan rests on."""
    return say(lang, f"plan.remark_{remark.key}", **filled(remark.params, lang, units, today))


def offer_words(offer: Offer, lang: Lang, units: Units, today: date | None = None) -> str:
    """Return what would be safe instead."""
    return say(lang, f"plan.offer_{offer.key}", **filled(offer.params, lang, units, today))


def change_words(change: Change, lang: Lang, units: Units, today: date | None = None) -> str:
    """Return one change of a plan: `11월 24일 (화): 이지런 8 km → 휴식`."""
    before = workout_title(change.before, lang, units) if change.before else ""
    after = workout_title(change.after, lang, units) if change.after else ""
    moved = change.before is not None and change.after is not None and change.before.day != change.after.day
    if moved and change.before is not None and before == after:
        was = formats.day(change.before.day, lang, today)
        now = formats.day(change.day, lang, today)
        return say(lang, "plan.change_moved", before_day=was, after_day=now, after=after)
    if moved and change.before is not None:
        before = day_line(change.before, lang, units, today)
    if before and before == after and change.before is not None and change.after is not None:
        # The same name: what differs is in the steps.
        before, after = (
            f"{title} ({', '.join(step_lines(w, lang, units))})"
            for title, w in ((before, change.before), (after, change.after))
        )
    key = f"plan.change_{'changed' if change.kind == 'moved' else change.kind}"
    return say(lang, key, day=formats.day(change.day, lang, today), before=before, after=after)


def diff_lines(found: Diff, lang: Lang, units: Units, today: date | None = None) -> tuple[str, ...]:
    """Return what changes from one revision of a plan to the next: sessions by day, then weeks."""
    if not found:
        return (say(lang, "plan.change_none"),)
    sessions = [change_words(change, lang, units, today) for change in found.changes]
    weeks = [
        say(
            lang,
            "plan.change_week",
            n=week.number,
            before=formats.distance(week.before_m, lang, units),
            after=formats.distance(week.after_m, lang, units),
        )
        for week in found.weeks
    ]
    return (*sessions, *weeks)


def feasibility_words(found: Feasibility, lang: Lang, units: Units) -> str:
    """Return how likely a target time is, and why, in a few sentences."""
    params = filled(found.params, lang, units)
    return " ".join(say(lang, f"plan.{reason}", **params) for reason in found.reasons)


def guideline_words(workout: Workout, lang: Lang) -> str:
    """Return what a workout rests on: its name in words and the publication; "" where nothing is named."""
    guideline = GUIDELINES.get(workout.guideline)
    if guideline is None:
        return ""
    name = say(lang, f"plan.guideline_{guideline.id}")
    return name if guideline.authority == CONVENTION else f"{name} ({guideline.citation})"
