"""What changed in the athlete, and what only seems to: lasting steps, days that stand out, sensors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.metrics.anomalies import Anomaly
from coach.domain.metrics.changes import NEEDS, WINDOW, Findings, Look, changes_of, standing_out
from coach.domain.metrics.history import History
from coach.domain.metrics.judging import Change
from coach.domain.metrics.watched import DAILY_NAMES, WATCHED, WHATS, Watched, What
from coach.store import activities
from coach.store.activities import Row
from coach.store.history import history_of
from coach.text import say
from coach.text.formats import day as written
from coach.tools.facts import Facts, day_name, of_day, of_period, opening
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

BEFORE_EVENT = timedelta(days=190)
RECENT_DAYS = 2  # an older day that stood out is no news
CHARTS_AT_MOST = 2
# A series was long enough, could be compared, and shows nothing.
NOTHING_FOUND = (None, "too_small", "by_chance", "short")


class ChangesArgs(Args):
    what: Literal["all", "rhr", "hrv", "weight", "stride", "cadence", "efficiency"] = Field(
        "all", description="which series"
    )
    since: Day | None = Field(None, description="compare from this day on with before")
    since_last_race: bool = Field(False, description="compare since the last race with before")


@tool(effect="read")
def changes(ctx: ToolContext, args: ChangesArgs) -> Result:
    """Whether resting HR, HRV, weight, stride, cadence or efficiency changed lastingly, and since when.

    Speed, slope and heat are matched, a change of watch is named; "nothing changed" is an answer.
    """
    whats: tuple[What, ...] = WHATS if args.what == "all" else (args.what,)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        since, when, race = args.since, "", None
        if args.since_last_race:
            races = activities.find(
                session,
                ctx.athlete.id,
                end=ctx.today - timedelta(days=1),
                sport=Sport.run,
                race=True,
                limit=1,
            )
            if not races:
                return Result(says=(Note(key="change.no_race"),), notes=(Note(key="change.no_race_how"),))
            race = races[0]
            since = race.local_date + timedelta(days=1)
            when = say(ctx.lang, "change.since_race", day=day_name(ctx, race.local_date))
        elif since is not None:
            when = say(ctx.lang, "change.since_day", day=day_name(ctx, since))
        first = min(ctx.today - WINDOW, (since or ctx.today) - BEFORE_EVENT)
        past = history_of(
            session,
            ctx.athlete.id,
            ctx.today,
            measures=NEEDS,
            daily_names=DAILY_NAMES,
            since=first,
            devices=True,
        )
        rows = activities.find(session, ctx.athlete.id, start=first, sport=Sport.run, limit=None)
    if past is None:
        return Result(says=(Note(key="change.no_data"),), notes=(Note(key="tools.no_data_yet"),))
    return _Answer(ctx, past, rows, whats, since, when).result()


def _step_unit(watched: Watched) -> str:
    """Return the unit of a difference; beats are told to a tenth, as means have them."""
    return "pct" if watched.relative else "bpm_apart" if watched.unit == "bpm" else watched.unit


class _Answer:
    """Words what was found for one athlete."""

    def __init__(
        self,
        ctx: ToolContext,
        past: History,
        rows: Sequence[Row],
        whats: tuple[What, ...],
        since: date | None,
        when: str,
    ) -> None:
        self.ctx, self.past, self.rows, self.whats = ctx, past, rows, whats
        self.since, self.when = since, when
        self.facts = Facts(ctx)
        self.found: Findings = changes_of(past, ctx.today, whats, since)

    def result(self) -> Result:
        says: list[Note] = []
        latest = {change.what: change for change in self.found.changes}  # the last of each series
        told = sorted(latest.values(), key=lambda c: (c.status == "sensor", -c.day.toordinal()))
        for change in told:
            says += self._changed(change)
        own = [c for c in told if c.status != "sensor"]
        if {c.what for c in own} >= {"stride", "cadence"}:
            says.append(Note(key="change.two_sides"))
        looked = [look for look in self.found.looks if look.what not in latest]
        if not own:
            says.insert(0, self._nothing())
        if looked and own:
            says.append(Note(key="change.others"))
        says += [self._looked(look) for look in looked]
        notes = []
        if self.since is None:
            odd = standing_out(self.past, self.ctx.today, self.whats, RECENT_DAYS)
            says += [self._stood_out(anomaly) for anomaly in odd]
            notes += [Note(key="change.by_chance")] if odd else []
        if own:
            notes.append(Note(key="change.next"))
        return Result(
            facts=self.facts.all(), says=tuple(says), notes=tuple(notes), cards=tuple(self._cards(told))
        )

    def _nothing(self) -> Note:
        if not self.found.enough:
            return Note(key="change.too_little")
        when = self.when or say(self.ctx.lang, "change.within_year")
        if all(look.because in NOTHING_FOUND for look in self.found.looks):
            return Note(key="change.nothing", params={"when": when})
        return Note(key="change.nothing_sure", params={"when": when})

    def _changed(self, change: Change) -> list[Note]:
        ctx, what = self.ctx, say(self.ctx.lang, f"change.name_{change.what}")
        key, watched = f"change.{change.what}", WATCHED[change.what]
        series_name = self._name(change.what)
        before = of_period(ctx, change.first, change.day - timedelta(days=1))
        after = of_period(ctx, change.day, change.last)
        basis = self._basis(change.what, change.first, change.last)
        self.facts.add(f"{key}.before", series_name, change.before, watched.unit, before, label=what, **basis)
        self.facts.add(f"{key}.after", series_name, change.after, watched.unit, after, label=what, **basis)
        self.facts.add(
            f"{key}.step",
            series_name,
            abs(change.step),
            _step_unit(watched),
            of_period(ctx, change.first, change.last),
            label=say(ctx.lang, "tools.difference_of", what=what),
            estimated=change.status == "uncertain",
            **basis,
        )
        for side, n, subject in (("before", change.n_before, before), ("after", change.n_after, after)):
            label = say(ctx.lang, "change.label_values", what=what)
            self.facts.add(f"{key}.n_{side}", "values", n, "count", subject, label=label, **basis)
        levels = {side: f"{key}.{side}" for side in ("before", "after", "n_before", "n_after")}
        if change.status == "sensor":
            return [
                Note(
                    key=f"change.sensor_{change.reasons[0]}",
                    params={"what": what, "day": day_name(ctx, change.day)},
                    facts={"step": f"{key}.step"},
                )
            ]
        way = "rose" if change.step > 0 else "fell"
        uncertain = change.status == "uncertain"
        says = [
            Note(
                key=f"change.{way}_{change.what}",
                params={
                    "sure": say(ctx.lang, "change.perhaps") if uncertain else "",
                    "when": self.when or say(ctx.lang, "change.since_about", day=day_name(ctx, change.day)),
                },
                facts={"step": f"{key}.step"},
            )
        ]
        if change.speed_mps is None:
            says.append(Note(key="change.levels", facts=levels))
        else:
            pace = self.facts.add(
                f"{key}.pace",
                "pace_s_per_km",
                1000 / change.speed_mps,
                "s_per_km",
                of_period(ctx, change.first, change.last),
                label=say(ctx.lang, "change.label_pace"),
                **basis,
            )
            says.append(Note(key="change.levels_runs", facts={**levels, "pace": pace}))
        if uncertain:
            why = ", ".join(say(ctx.lang, f"change.reason_{reason}") for reason in change.reasons)
            says.append(Note(key="change.uncertain", params={"why": why}))
        return says

    def _looked(self, look: Look) -> Note:
        """Say what one series showed, or why it shows nothing, and how much data that rests on."""
        ctx, what = self.ctx, say(self.ctx.lang, f"change.name_{look.what}")
        start, end = look.first or ctx.today, look.last or ctx.today
        subject, basis = of_period(ctx, start, end), self._basis(look.what, start, end)
        label = say(ctx.lang, "change.label_values", what=what)
        key, watched = f"looked.{look.what}", WATCHED[look.what]
        n = look.n_after if self.since and look.because == "few_values" else look.n
        self.facts.add(f"{key}.n", "values", n, "count", subject, label=label, **basis)
        params, facts = {"what": opening(ctx, what)}, {"n": f"{key}.n"}
        if look.n == 0:
            return Note(key="change.looked_none", params=params)
        if look.because == "few_values" and self.since:
            return Note(key="change.looked_few_since", params=params, facts=facts)
        if look.because == "few_values" or look.smallest is None:
            return Note(key="change.looked_few", params=params, facts=facts)
        if look.because in ("no_overlap", "few_of_one_device", "season"):
            return Note(key=f"change.looked_{look.because}", params=params, facts=facts)
        self.facts.add(
            f"{key}.smallest",
            self._name(look.what),
            look.smallest,
            _step_unit(watched),
            subject,
            label=say(ctx.lang, "change.label_smallest", what=what),
            **basis,
        )
        return Note(key="change.looked", params=params, facts={**facts, "smallest": f"{key}.smallest"})

    def _stood_out(self, anomaly: Anomaly) -> Note:
        ctx, what = self.ctx, say(self.ctx.lang, f"change.name_{anomaly.what}")
        subject, name, unit = of_day(ctx, anomaly.day), self._name(anomaly.what), WATCHED[anomaly.what].unit
        key = f"day.{anomaly.what}.{anomaly.day.isoformat()}"
        basis = self._basis(anomaly.what, anomaly.day - timedelta(days=28), anomaly.day)
        usual = say(ctx.lang, "tools.usual_of", what=what)
        self.facts.add(f"{key}.value", name, anomaly.value, unit, subject, label=what, **basis)
        self.facts.add(f"{key}.usual", name, anomaly.usual, unit, subject, label=usual, **basis)
        side = "high" if anomaly.z > 0 else "low"
        return Note(
            key=f"change.stood_out_{side}",
            params={"what": opening(ctx, what), "day": subject.label},
            facts={"value": f"{key}.value", "usual": f"{key}.usual"},
        )

    def _name(self, what: What) -> str:
        names = WATCHED[what].names
        return max(names, key=lambda name: len(self.past.daily.get(name, {})))

    def _basis(self, what: What, first: date, last: date) -> dict[str, Any]:
        """Return what a fact about a span of one series rests on: runs, or days and their sources."""
        if WATCHED[what].of_runs:
            of_span = [
                r for r in self.rows if first <= r.local_date <= last and not r.race and not r.treadmill
            ]
            return {"rows": of_span}
        name = self._name(what)
        return {
            "sources": self.past.daily_sources.get(name, frozenset()),
            "days": tuple(self.past.values(name, first, last)),
        }

    def _cards(self, told: Sequence[Change]) -> list[Card]:
        """Draw the series that changed; without any, the one that was asked about."""
        shown = [c.what for c in told][:CHARTS_AT_MOST]
        if not shown and len(self.whats) == 1 and self.found.enough:
            shown = list(self.whats)
        start = min([self.ctx.today - WINDOW, *(c.first for c in told)])
        params = {"start": start.isoformat(), "end": self.ctx.today.isoformat()}
        if self.since:
            params["since"] = self.since.isoformat()
        charts = [
            Card(
                kind="chart",
                chart="change",
                title=opening(self.ctx, say(self.ctx.lang, f"change.name_{what}")),
                params={"what": what, **params},
            )
            for what in shown
        ]
        return [*charts, *self._table()]

    def _table(self) -> list[Card]:
        """List all changes of the year when a series changed more than once."""
        found, ctx = self.found.changes, self.ctx
        if len(found) == len({c.what for c in found}):
            return []
        lines = []
        for change in reversed(found):
            watched, key = WATCHED[change.what], f"row.{change.what}.{change.day.isoformat()}"
            what, name = say(ctx.lang, f"change.name_{change.what}"), self._name(change.what)
            subject, basis = (
                of_period(ctx, change.first, change.last),
                self._basis(change.what, change.first, change.last),
            )
            for side, value in (("before", change.before), ("after", change.after)):
                self.facts.add(f"{key}.{side}", name, value, watched.unit, subject, label=what, **basis)
            lines.append(
                (
                    opening(ctx, what),
                    written(change.day, ctx.lang, ctx.today),
                    f"{{{key}.before}}",
                    f"{{{key}.after}}",
                    say(ctx.lang, f"change.status_{change.status}"),
                )
            )
        columns = ("column_what", "column_since", "column_before", "column_after", "column_status")
        return [
            Card(
                kind="table",
                title=say(ctx.lang, "change.table_title"),
                columns=tuple(say(ctx.lang, f"change.{column}") for column in columns),
                rows=tuple(lines),
            )
        ]
