"""What the coach says of changes and of what goes together, from stored data, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest
from fakes.life import TODAY, Lived, opened
from telling import call, say_tell, told

from benchmarks.bench_change import DAYS, FIRST, Life, linked
from coach.domain.activity import Recording, Sport
from coach.domain.daily import DailyValue
from coach.domain.metrics import METRICS, Unknown
from coach.domain.metrics.changes import NEEDS
from coach.domain.metrics.correlation import MEASURES
from coach.domain.metrics.history import History
from coach.domain.source import Source
from coach.store import activities, daily, metrics, recordings, system
from coach.store.postgres import Embedded
from coach.store.session import Session
from coach.tools.spec import ToolContext

SHIFT = TODAY - (FIRST + timedelta(days=DAYS - 1))
STEP_DAY = 200
VERSIONS = {n: METRICS[n].version for n in {*NEEDS, *MEASURES} & METRICS.keys()}
RACE_DAY = FIRST + timedelta(days=STEP_DAY - 1) + SHIFT


def keep(s: Session, athlete_id: int, history: History) -> None:
    """Store a simulated history as if it had been imported: nights, runs, what was computed of them."""
    values = [
        DailyValue(day + SHIFT, name, value, Source.garmin)
        for name, of in history.daily.items()
        for day, value in of.items()
    ]
    daily.save_values(s, athlete_id, values)
    for past in history.activities:
        day = past.day + SHIFT
        at = datetime.combine(day, time(6), UTC)
        row = activities.create(
            s,
            athlete_id,
            sport=Sport.run,
            start_at=at,
            tz="Asia/Seoul",
            local_date=day,
            elapsed_s=3600.0,
            distance_m=10_000.0,
            race=past.race,
        )
        source = recordings.add_source(
            s,
            athlete_id,
            Recording(Sport.run, at, 3600.0, device=past.device, external_id=str(row.id)),
            source=Source.garmin,
            file_id=None,
            activity_id=row.id,
        )
        activities.save(s, replace(row, winner_id=source.id))
        computed = {name: past.measures.get(name, Unknown("no_hr")) for name in VERSIONS}
        metrics.save(s, athlete_id, row.id, computed, VERSIONS)


@dataclass(frozen=True)
class Changed:
    life: Lived
    stepped: int  # stride 4 % shorter since the race, resting heart rate up by 6; sleep moves the pace
    steady: int
    swapped: int  # a new watch, which reads 6 bpm more
    little: int

    def ctx(self, who: int, lang: str = "en", **more: object) -> ToolContext:
        return self.life.ctx(who, lang=lang, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def changed(embedded: Embedded, template: str) -> Iterator[Changed]:
    for life in opened(embedded.url, template):
        stepped = linked(7, Life(step_day=STEP_DAY, step=(("stride", -0.04), ("rhr", 6.0))), per_hour=0.015)
        race = FIRST + timedelta(days=STEP_DAY - 1)
        runs = [p for p in stepped.activities if p.day != race]
        runs.append(replace(stepped.activities[0], day=race, race=True))
        stepped = replace(stepped, activities=sorted(runs, key=lambda p: p.day))
        swapped = linked(3, Life(step_day=250, step=(("rhr", 6.0),), new_watch_day=250), per_hour=0.0)
        swapped = replace(swapped, activities=swapped.activities[::3])
        steady = linked(1, Life(), per_hour=0.0)
        little = linked(4, Life(days=30), per_hour=0.0)
        shifted = FIRST + timedelta(days=DAYS - 30)
        late = [replace(p, day=p.day + (shifted - FIRST)) for p in little.activities]
        nights = {n: {d + (shifted - FIRST): v for d, v in of.items()} for n, of in little.daily.items()}
        ids = []
        for history in (
            stepped,
            replace(steady, activities=steady.activities[-90:]),
            swapped,
            replace(little, activities=late, daily=nights),
        ):
            athlete = system.create_athlete(life.db, name="넷", lang="ko", tz="Asia/Seoul")
            with life.db.athlete_session(athlete.id) as s:
                keep(s, athlete.id, history)
            ids.append(athlete.id)
        yield Changed(life, *ids)


def test_a_change_is_told_with_day_size_and_basis(changed: Changed) -> None:
    ctx = changed.ctx(changed.stepped)
    result = call(ctx, "changes")
    text = told(ctx, result)
    assert "your stride length has dropped by" in text.lower()
    assert "Your resting heart rate has risen by" in text
    assert "bpm since about" in text
    facts = {f.key: f for f in result.facts}
    stride = facts["change.stride.step"]
    assert 3 <= float(stride.value) <= 5
    assert len(stride.activities) > 100
    assert stride.sources == {Source.garmin}
    assert facts["change.rhr.step"].days
    assert {c.params["what"] for c in result.cards if c.kind == "chart"} == {"rhr", "stride"}
    korean = say_tell(changed.ctx(changed.stepped, "ko"), "changes")
    assert "보폭이" in korean
    assert "짧아졌어요" in korean
    assert "안정 시 심박이" in korean


def test_since_the_last_race(changed: Changed) -> None:
    ctx = changed.ctx(changed.stepped)
    text = say_tell(ctx, "changes", what="stride", since_last_race=True)
    assert "stride length has dropped by" in text
    assert "since your last race on " in text
    assert "지난 대회(" in say_tell(
        changed.ctx(changed.stepped, "ko"), "changes", what="stride", since_last_race=True
    )
    weight = say_tell(ctx, "changes", what="weight", since_last_race=True)
    assert weight.startswith("There was no lasting jump since your last race on")
    soon = ctx.now - timedelta(days=(TODAY - RACE_DAY).days - 20)
    early = say_tell(changed.ctx(changed.stepped, now=soon), "changes", what="stride", since_last_race=True)
    assert "too few values to tell" in early


def test_nothing_changed_is_an_answer_with_its_basis(changed: Changed) -> None:
    ctx = changed.ctx(changed.steady)
    text = say_tell(ctx, "changes")
    assert text.startswith(
        "There was no lasting jump within the last year. What drifts slowly can be missed here."
    )
    assert text.count("no lasting jump (") == 6
    assert "would have shown" in text
    korean = say_tell(changed.ctx(changed.steady, "ko"), "changes")
    assert korean.startswith("지난 1년 동안 어느 날부터 뚝 달라져서 그대로 이어진 건 없어요.")
    since = say_tell(ctx, "changes", what="stride", since=TODAY - timedelta(days=80))
    assert since.startswith("There was no lasting jump since")
    one = call(ctx, "changes", what="weight")
    assert [c.chart for c in one.cards] == ["change"]
    no_race = say_tell(ctx, "changes", since_last_race=True)
    assert no_race.startswith("No run is marked as a race yet")


def test_a_new_watch_is_named_as_such(changed: Changed) -> None:
    text = say_tell(changed.ctx(changed.swapped), "changes", what="rhr")
    assert text.startswith("There was no lasting jump")
    assert "probably the sensor: a new watch" in text
    assert "has risen" not in text
    assert "센서 때문인 것 같아요" in say_tell(changed.ctx(changed.swapped, "ko"), "changes", what="rhr")


def test_a_day_that_stands_out_is_no_change(changed: Changed) -> None:
    with changed.life.db.athlete_session(changed.steady) as s:
        daily.save_values(s, changed.steady, [DailyValue(TODAY, "rhr_bpm", 63.0, Source.garmin)])
    text = say_tell(changed.ctx(changed.steady), "changes", what="rhr")
    assert text.startswith("There was no lasting jump")
    assert "Resting heart rate, Sat 21 Nov: 63 bpm, well above your usual" in text
    assert "about once in a hundred days" in text


def test_little_or_no_data(changed: Changed) -> None:
    little = say_tell(changed.ctx(changed.little), "changes")
    assert little.startswith("There is too little data yet")
    assert "It takes 20 before a change and 20 after it." in little
    empty = changed.ctx(changed.life.empty)
    assert say_tell(empty, "changes").startswith("There is nothing yet")
    assert say_tell(empty, "correlate", a="sleep", b="efficiency").startswith("There is nothing yet")


def test_sleep_and_pace(changed: Changed) -> None:
    ctx = changed.ctx(changed.stepped)
    result = call(ctx, "correlate", a="sleep", b="efficiency")
    text = told(ctx, result)
    assert text.startswith(
        "Yes, the two go together: with one hour more sleep, pace at the same heart rate was"
    )
    assert "s/km faster (95% interval:" in text
    assert "does not show that one causes the other" in text
    assert "two time lags" in text
    facts = {f.key: f for f in result.facts}
    assert facts["link.near"].value < facts["link.effect"].value < facts["link.far"].value
    assert facts["link.effect"].activities
    assert facts["link.effect"].sources == {Source.garmin}
    assert result.cards[0].chart == "correlation"
    assert "s/mi faster" in told(
        changed.ctx(changed.stepped, units="imperial"),
        call(changed.ctx(changed.stepped, units="imperial"), "correlate", a="sleep", b="efficiency"),
    )
    korean = say_tell(changed.ctx(changed.stepped, "ko"), "correlate", a="sleep", b="efficiency")
    assert korean.startswith("네, 함께 움직여요. 한 시간 더 잔 날에는 같은 심박에서 페이스가")
    assert "빠른 쪽이에요" in korean


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("sleep", "hrv"),
        ("hrv", "efficiency"),
        ("temperature", "efficiency"),
        ("weight", "rhr"),
        ("rhr", "rhr"),
    ],
)
def test_every_pair_has_its_words(changed: Changed, lang: str, a: str, b: str) -> None:
    text = say_tell(changed.ctx(changed.steady, lang), "correlate", a=a, b=b)
    assert ("95%" in text) == ("{" not in text)


def test_what_cannot_be_told_says_why(changed: Changed) -> None:
    ctx = changed.ctx(changed.steady)
    unknown = say_tell(ctx, "correlate", a="sleep", b="rpe")
    assert "it takes 20 days on which both are known, and there are 0" in unknown
    itself = say_tell(ctx, "correlate", a="hrv", b="hrv", lag_days=0)
    assert itself.startswith("Both are the same thing")
    lagged = say_tell(ctx, "correlate", a="sleep", b="hrv", lag_days=3)
    assert "sleep of 3 days before" in lagged
    assert "two time lags" not in lagged
