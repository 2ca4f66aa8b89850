"""The days around a race: how many are left, the pace, what counts now; and afterwards how it went."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Phase, Plan, Race
from coach.domain.plan.race_plan import RacePlan
from coach.domain.plan.race_plan import race_plan as planned_race
from coach.errors import NotEnoughData, NotFound
from coach.graph.speaking.effort import ask_effort, is_rated
from coach.graph.speaking.naming import cited, day_called, passage_on, race_called
from coach.graph.speaking.part import Asked, Nudge, Paragraph, Part
from coach.pipeline.situation import situation_of
from coach.store import activities, plan_holds, planning_profiles, plans, races
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.tools.facts import Facts, of_activity, of_day, opening
from coach.tools.plan_facts import add_week
from coach.tools.plan_race import recorded_race, splits_card
from coach.tools.spec import Card, Cite, Note, ToolContext

TAPER_DAYS, WEEK_DAYS, FEED_DAYS = 14, 7, 3
TAPER_FROM_M = 20_000.0
LOADING_FROM_S = 90 * 60.0  # Sedlock 2008: shorter races gain nothing
EATING_FROM_S = 60 * 60.0
AFTER_DAYS = 3


def race(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word the newest of what is due about a race. None: it was cancelled or moved, or a red flag stands."""
    nudge = due[-1]
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        try:
            found = races.get(session, int(nudge.about["race_id"]))
        except NotFound:
            return None
        left = (found.day - ctx.today).days
        is_after = int(nudge.about["days"]) < 0
        on_hold = bool(plan_holds.standing(session))
        if is_after:
            return _After(ctx, session, found, due, on_hold).part() if -AFTER_DAYS <= left < 0 else None
        if left == 0 and _is_run(ctx, session, found):
            return None
        # Nothing that calls to the start while a doctor has to be asked, nor what a moved race was about.
        if on_hold or left < 0 or left > int(nudge.about["days"]):
            return None
        return _Before(ctx, session, found, left, due).part()


class _Before:
    """What is said `left` days before a race."""

    def __init__(
        self, ctx: ToolContext, session: Session, race: Race, left: int, due: Sequence[Nudge]
    ) -> None:
        self._ctx, self._session, self._race, self._left, self._due = ctx, session, race, left, due
        self._facts = Facts(ctx)
        self._cites: list[Cite] = []
        self._cards: list[Card] = []
        self._how: RacePlan | None = None
        with suppress(NotEnoughData):  # neither a target nor a fitness to tell a pace from
            self._how = planned_race(race, situation_of(session, ctx.athlete, ctx.today))
        running = plans.holding(session)
        self._plan = None if running is None else running.plan
        self._is_long = race.distance_m >= TAPER_FROM_M

    def part(self) -> Part:
        says: list[Paragraph] = [(self._countdown(), *self._pace())]
        asked = None
        if self._left == 0:
            says.append((Note(key="speaking.race_day", general=True),))
        elif self._left == 1:
            says.append((Note(key="speaking.race_eve", general=True),))
        elif self._left <= FEED_DAYS:
            says.append(self._eating())
        elif self._left <= WEEK_DAYS:
            says.append((*self._week(), *self._advice("race_week", "gut_trouble")))
        elif self._left <= TAPER_DAYS:
            says.append((*self._tapering(), *self._week()))
        else:
            says.append(self._taper_ahead())
            asked = self._ask_target()
        if self._how is not None and self._left in (1, WEEK_DAYS):
            self._cards.append(
                splits_card(
                    self._ctx, self._facts, self._race, self._how.splits,
                    opening(self._ctx, race_called(self._ctx, self._race)), "split",
                )
            )  # fmt: skip
        return Part(
            NudgeKind.race,
            tuple(n.id for n in self._due),
            tuple(paragraph for paragraph in says if paragraph),
            facts=self._facts.all(),
            cites=tuple(self._cites),
            cards=tuple(self._cards),
            asked=asked,
        )

    def _countdown(self) -> Note:
        named = {"race": race_called(self._ctx, self._race)}
        if self._left <= 1:
            return Note(key=f"speaking.race_{'today' if self._left == 0 else 'tomorrow'}", params=named)
        days = self._add("race.days", "plan_days_to_race", self._left, "days")
        return Note(key="speaking.race_in", params=named, facts={"days": days})

    def _pace(self) -> list[Note]:
        """Say the time aimed at and its pace; of the last days only how to begin."""
        how = self._how
        if how is None:
            return []
        if self._left <= 1:
            first = how.splits[0]
            keys = {
                "to": self._add("begin.to_m", "plan_distance_m", first.to_m, "m"),
                "pace": self._add("begin.pace", "plan_split_pace", first.s_per_km, "s_per_km"),
            }
            return [Note(key="speaking.race_begin", facts=keys)]
        pace = 1000 * how.target_s / self._race.distance_m
        keys = {
            "target": self._add("race.target_s", "plan_target_time", float(how.target_s), "s"),
            "pace": self._add("race.pace", "plan_split_pace", pace, "s_per_km"),
        }
        if how.basis == "target":
            return [Note(key="speaking.race_target", facts=keys)]
        if self._race.target_time_s is None:
            return [Note(key="speaking.race_predicted", facts=keys)]
        wished = self._add("race.wished_s", "plan_target_time", self._race.target_time_s, "s")
        return [Note(key="speaking.race_too_fast", facts={**keys, "wished": wished})]

    def _add(self, key: str, metric: str, value: float, unit: str) -> str:
        label = say(self._ctx.lang, f"plan_tools.label_{metric}")
        return self._facts.add(key, metric, value, unit, of_day(self._ctx, self._race.day), label=label)

    def _advice(self, key: str, guideline: str) -> Paragraph:
        """Say what a guideline says, with its passage; it is the same for everybody."""
        cite = passage_on(self._ctx, self._session, guideline)
        if cite is not None:
            self._cites.append(cite)
        return (Note(key=f"speaking.{key}", general=True), *cited(cite))

    def _eating(self) -> Paragraph:
        seconds = self._how.target_s if self._how is not None else 0.0
        # What is eaten before a race is not for everybody whom a doctor looks after.
        told = planning_profiles.health(self._session).needs_clearance
        if seconds >= LOADING_FROM_S and not told:
            return self._advice("race_loading", "carb_loading")
        if seconds >= EATING_FROM_S:
            return self._advice("race_eating", "gut_trouble")
        return self._advice("race_week", "gut_trouble")

    def _tapering(self) -> Paragraph:
        if self._is_long or self._phase() is Phase.taper:
            return self._advice("taper", "taper")
        return ()

    def _phase(self) -> Phase | None:
        week = None if self._plan is None else self._plan.week_of(self._ctx.today)
        return None if week is None else week.phase

    def _week(self) -> list[Note]:
        """Say what the plan has this week, the race left out."""
        week = None if self._plan is None else self._plan.week_of(self._ctx.today)
        is_over = week is not None and self._ctx.today == week.end
        if self._plan is not None and is_over:
            week = self._plan.week_of(self._ctx.today + timedelta(days=1))
        if week is None:
            return []
        runs = [w for w in week.workouts if w.runs and w.race_id is None]
        if not runs or len(runs) < sum(w.runs for w in week.workouts):
            return []  # the week of the race itself: its kilometres are no training
        keys = add_week(self._ctx, self._facts, week)
        if "distance" not in keys:
            return []
        told = {"runs": keys["runs"], "distance": keys["distance"]}
        key = f"speaking.{'next' if is_over else 'this'}_week"
        return [Note(key=key, params={"n": len(runs)}, facts=told)]

    def _taper_ahead(self) -> Paragraph:
        first = None if self._plan is None else _first_taper(self._plan)
        if first is None:
            return ()
        return (Note(key="speaking.taper_from", params={"day": day_called(self._ctx, first)}),)

    def _ask_target(self) -> Asked | None:
        """Ask for a target where there is none."""
        if self._race.target_time_s is not None:
            return None
        pending = {"kind": "race", "race_id": self._race.id, "nudge_id": self._due[-1].id}
        return Asked(Note(key="speaking.ask_target", general=True), pending=pending)


class _After:
    """What is said after a race."""

    def __init__(
        self, ctx: ToolContext, session: Session, race: Race, due: Sequence[Nudge], on_hold: bool
    ) -> None:
        self._ctx, self._session, self._race, self._due = ctx, session, race, due
        self._on_hold = on_hold

    def part(self) -> Part | None:
        row = recorded_race(self._session, self._ctx.athlete.id, self._race)
        result = self._race.result_s or (None if row is None else row.elapsed_s)
        ids = tuple(n.id for n in self._due)
        named = {
            "day": opening(self._ctx, day_called(self._ctx, self._race.day)),
            "race": race_called(self._ctx, self._race),
        }
        if result is None and self._on_hold:  # who was told to rest is not asked how the race went
            return None
        if result is None:
            pending = {"kind": "race", "race_id": self._race.id, "nudge_id": self._due[-1].id}
            asked = Asked(Note(key="speaking.ask_race", general=True), pending=pending)
            return Part(
                NudgeKind.race, ids, ((Note(key="speaking.raced_unknown", params=named),),), asked=asked
            )
        facts = Facts(self._ctx)
        subject = of_day(self._ctx, self._race.day) if row is None else of_activity(self._ctx, row)
        rows = [] if row is None else [row]
        label = say(self._ctx.lang, "plan_tools.label_plan_result_s")
        keys = {
            "time": facts.add("race.result_s", "plan_result_s", result, "s", subject, rows=rows, label=label)
        }
        says = [Note(key="speaking.race_result", params=named, facts=keys)]
        says += self._beside_target(facts, result, rows)
        # How hard it was may have been told after the run itself: then nothing is left to ask.
        rpe = None
        if row is not None and not is_rated(self._session, self._ctx.athlete.id, row):
            rpe = ask_effort(self._ctx, row.id, self._due[-1].id, "speaking.ask_race_effort")
        of = frozenset(one.id for one in rows)
        return Part(NudgeKind.race, ids, (tuple(says),), facts=facts.all(), asked=rpe, of=of)

    def _beside_target(self, facts: Facts, result: float, rows: list[Row]) -> list[Note]:
        target = self._race.target_time_s
        if target is None or round(result) == round(target):
            return []
        subject = of_day(self._ctx, self._race.day)
        keys = {
            "target": facts.add(
                "race.target_s", "plan_target_time", target, "s", subject,
                label=say(self._ctx.lang, "plan_tools.label_plan_target_time"),
            ),
            "gap": facts.add(
                "race.gap_s", "plan_result_gap", abs(result - target), "s", subject, rows=rows,
                label=say(self._ctx.lang, "speaking.label_gap"),
            ),
        }  # fmt: skip
        way = "faster" if result < target else "slower"
        return [Note(key=f"speaking.race_{way}", facts=keys)]


def _is_run(ctx: ToolContext, session: Session, race: Race) -> bool:
    """Whether the race of today is over."""
    if race.result_s or recorded_race(session, ctx.athlete.id, race) is not None:
        return True
    rows = activities.find(session, ctx.athlete.id, start=race.day, end=race.day, sport=Sport.run)
    return any(row.race for row in rows)


def _first_taper(plan: Plan) -> date | None:
    return next((week.start for week in plan.weeks if week.phase is Phase.taper), None)
