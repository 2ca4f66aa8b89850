"""Eighteen months of an invented runner's life: what was run on which day, and how the nights were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from coach.domain.activity import Device, Recording, Sport
from coach.domain.daily import Entry, EntryKind
from coach.pipeline.demo.body import HR_MAX, HR_REST, LTHR, MASS_KG, Segment, Truth, run
from coach.pipeline.demo.course import Course, courses

WEEKS = 78
ZONE = "Asia/Seoul"
DEVICE = Device("garmin", "fr965", "3900012345")

Kind = Literal["easy", "long", "tempo", "interval", "strides", "race", "recovery"]
State = Literal["well", "ill", "returning", "knee"]

# Weeks before the last day. The marathon lies ahead.
ILLNESS_WEEK = 44
KNEE_WEEKS = (15, 14, 13)
HALF_MARATHON_WEEK = 27
MARATHON_IN_WEEKS = 15
CUTBACK_EVERY = 4
TOLD_DAYS = 200  # since then the runner says in the morning how it feels, on most days
RACE_M = 21_097.5 * 1.004  # nobody runs the blue line


@dataclass(frozen=True)
class DemoRun:
    recording: Recording
    truth: Truth
    kind: Kind
    weight_kg: float


@dataclass(frozen=True)
class DemoDay:
    day: date
    rhr_bpm: float | None
    hrv_sdnn_ms: float | None
    asleep_s: float | None
    deep_s: float | None
    rem_s: float | None
    awake_s: float | None
    weight_kg: float | None
    woke_min: float  # from midnight


@dataclass(frozen=True)
class DemoLife:
    """Everything that was generated. `marathon` is the goal race ahead, `half_marathon` the one behind."""

    last_day: date
    marathon: date
    half_marathon: date
    heat_block: tuple[date, date]
    illness: tuple[date, date]
    knee: tuple[date, date]
    runs: tuple[DemoRun, ...]
    days: tuple[DemoDay, ...]
    entries: tuple[Entry, ...]  # after a run
    mornings: tuple[tuple[Entry, ...], ...]  # how it feels, and that it is ill


@dataclass
class _Body:
    """What changes from day to day."""

    fatigue: float = 0.0  # minutes of hard running that the body has not got over yet
    loads: dict[date, float] = field(default_factory=dict)


def live(last_day: date, seed: int = 20260601) -> DemoLife:
    """Generate the life that ends on `last_day` (no run is later than that day's morning)."""
    return _Life(last_day, seed).tell()


class _Life:
    def __init__(self, last_day: date, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.of_mornings = np.random.default_rng(seed + 1)
        self.last = last_day
        self.first = last_day - timedelta(weeks=WEEKS)
        self.first -= timedelta(days=self.first.weekday())  # a Monday
        self.courses = courses()
        self.half_marathon = self._sunday(HALF_MARATHON_WEEK)
        self.marathon = self._sunday(-MARATHON_IN_WEEKS)
        ill = self._sunday(ILLNESS_WEEK) - timedelta(days=4)
        self.illness = (ill, ill + timedelta(days=9))
        knee = self._sunday(KNEE_WEEKS[0]) - timedelta(days=1)
        self.knee = (knee, knee + timedelta(days=7 * len(KNEE_WEEKS)))
        summer = date(last_day.year if last_day >= date(last_day.year, 8, 20) else last_day.year - 1, 7, 18)
        self.heat_block = (summer, summer + timedelta(days=27))
        self.body = _Body()

    def _sunday(self, weeks_ago: int) -> date:
        day = self.last - timedelta(weeks=weeks_ago)
        return day + timedelta(days=6 - day.weekday())

    def state(self, day: date) -> State:
        if self.illness[0] <= day <= self.illness[1]:
            return "ill"
        if self.illness[1] < day <= self.illness[1] + timedelta(days=12):
            return "returning"
        return "knee" if self.knee[0] < day <= self.knee[1] else "well"

    def threshold_mps(self, day: date) -> float:
        """Return the true threshold speed: it rises with training, and dips with illness and knee."""
        week = (day - self.first).days / 7
        speed = 3.50 + 0.48 * (1 - np.exp(-week / 34)) + 0.035 * np.sin(2 * np.pi * week / 26)
        for end, depth in ((self.illness[1], 0.16), (self.knee[1], 0.10)):
            since = (day - end).days
            if since >= -10:
                speed -= depth * np.exp(-max(0, since) / 30)
        return float(speed)

    def temperature_c(self, day: date, hour: float) -> float:
        """Return a Seoul-like air temperature."""
        season = 12.8 - 14.2 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 20) / 365.25)
        warm = 3.0 if self.heat_block[0] <= day <= self.heat_block[1] else 0.0
        return float(season + warm + 3.2 * np.sin((hour - 9) / 24 * 2 * np.pi) + self.rng.normal(0, 1.8))

    def week_km(self, week: int, monday: date) -> float:
        """Return what the week asks for: waves of build and cut-back, a taper, caution when hurt."""
        base = 36 + 22 * (1 - np.exp(-week / 30))
        wave = (1.0, 1.06, 1.13, 0.76)[week % CUTBACK_EVERY]
        to_race = (self.half_marathon - monday).days
        if 0 <= to_race < 7:
            wave = 0.85
        elif 7 <= to_race < 14:
            wave = 0.72
        elif -7 <= to_race < 0:
            wave = 0.55
        return float(base * wave * self.rng.normal(1.0, 0.03))

    def tell(self) -> DemoLife:
        runs: list[DemoRun] = []
        days: list[DemoDay] = []
        entries: list[Entry] = []
        mornings: list[tuple[Entry, ...]] = []
        for week in range(WEEKS + 2):
            monday = self.first + timedelta(weeks=week)
            km = self.week_km(week, monday)
            for offset in range(7):
                day = monday + timedelta(days=offset)
                if day > self.last:
                    break
                days.append(self._night(day))
                if told := tuple(self._feels(day)):
                    mornings.append(told)
                for kind, share in self._sessions(day, week):
                    done = self._run(day, kind, km * share)
                    runs.append(done)
                    self.body.fatigue += (
                        done.truth.timer_s / 60 * {"easy": 0.55, "recovery": 0.4}.get(kind, 1.0)
                    )
                    entries.extend(self._said(day, kind, done))
                self.body.fatigue *= 0.66
        return DemoLife(
            self.last,
            self.marathon,
            self.half_marathon,
            self.heat_block,
            self.illness,
            self.knee,
            tuple(runs),
            tuple(days),
            tuple(entries),
            tuple(mornings),
        )

    def _sessions(self, day: date, week: int) -> Iterator[tuple[Kind, float]]:
        """Yield what is run on `day`: the kind and its share of the week's kilometres."""
        state = self.state(day)
        weekday = day.weekday()
        if state == "ill" or day == self.half_marathon - timedelta(days=1):
            return
        if day == self.half_marathon:
            yield "race", 0.0
            return
        if state in ("knee", "returning"):
            if weekday in (1, 3, 5):
                yield "recovery", 0.09 if state == "knee" else 0.12
            return
        if (day - self.half_marathon).days in range(1, 5):
            return
        missed = self.rng.random() < 0.07
        if missed or weekday in (0, 4):
            return
        if weekday == 1:
            yield ("interval" if week % 2 else "tempo"), 0.18
        elif weekday == 2:
            yield "easy", 0.17
        elif weekday == 3:
            yield "easy", 0.15
        elif weekday == 5:
            yield ("strides" if week % 2 else "easy"), 0.16
        else:
            yield "long", 0.33

    def _plan(self, kind: Kind, km: float, threshold: float) -> tuple[list[Segment], float | None]:
        """Return the parts of a session, and by how many metres the watch laps (None: by part)."""
        easy = threshold / 1.27
        if kind == "race":
            pace = threshold / 1.035
            return [Segment(round(1.1 * RACE_M / pace), pace)], 1000.0
        if kind == "tempo":
            minutes = int(self.rng.choice([20, 24, 30]))
            return [
                Segment(900, easy * 0.97, "warmup"),
                Segment(minutes * 60, threshold * 0.99, "active"),
                Segment(600, easy * 0.95, "cooldown"),
            ], None
        if kind == "interval":
            if self.rng.random() < 0.5:
                repeat = [
                    Segment(round(1000 / (threshold * 1.075)), threshold * 1.075, "interval"),
                    Segment(150, easy * 0.82, "recovery"),
                ] * 5
            else:
                repeat = [
                    Segment(round(400 / (threshold * 1.15)), threshold * 1.15, "interval"),
                    Segment(90, easy * 0.75, "recovery"),
                ] * 8
            return [Segment(900, easy * 0.97, "warmup"), *repeat, Segment(600, easy * 0.95, "cooldown")], None
        seconds = max(1200, round(km * 1000 / easy))
        if kind == "long" and self.rng.random() < 0.35:
            return [Segment(round(seconds * 0.7), easy), Segment(round(seconds * 0.27), easy * 1.09)], 1000.0
        if kind == "strides":
            ends = [Segment(20, threshold * 1.25, "interval"), Segment(60, easy * 0.9, "recovery")] * 6
            return [Segment(max(900, seconds - 480), easy), *ends], None
        speed = easy * (0.92 if kind == "recovery" else float(self.rng.normal(1.0, 0.015)))
        return [Segment(seconds, speed)], 1000.0

    def _run(self, day: date, kind: Kind, km: float) -> DemoRun:
        threshold = self.threshold_mps(day)
        segments, lap_m = self._plan(kind, km, threshold)
        hour = 8.0 if kind in ("long", "race") else float(self.rng.choice([6.2, 6.5, 19.6, 20.1]))
        if day == self.last:
            hour = 6.2  # whoever looks at noon finds today's run done
        began = datetime.combine(day, time(), ZoneInfo(ZONE)) + timedelta(
            hours=hour, seconds=int(self.rng.integers(0, 900))
        )
        temperature = self.temperature_c(day, hour)
        course = self._course(kind, temperature)
        tired = min(7.0, self.body.fatigue / 40)
        strain = tired + (4.0 if self.state(day) == "returning" else 0.0)
        weight = self._weight(day)
        streams, laps, pauses, truth = run(
            segments,
            rng=self.rng,
            threshold_mps=threshold,
            course=course,
            temperature_c=20.0 if course is None else temperature,
            strain=strain,
            lap_m=lap_m,
            finish_m=RACE_M if kind == "race" else None,
            pause_s=int(self.rng.integers(25, 95)) if kind == "easy" and self.rng.random() < 0.2 else 0,
            weight_kg=weight,
        )
        height = streams.get("altitude_m")
        climbs = np.clip(np.diff(height), 0, None).sum() if height is not None else 0.0
        recording = Recording(
            sport=Sport.run,
            sub_sport={"race": "road"}.get(kind, "treadmill" if course is None else "generic"),
            start=began.astimezone(UTC),
            utc_offset_s=9 * 3600,
            elapsed_s=float(streams.t_s[-1]),
            timer_s=truth.timer_s,
            distance_m=truth.distance_m,
            streams=streams,
            laps=laps,
            pauses=pauses,
            totals={
                "avg_hr_bpm": round(truth.mean_hr_bpm),
                "max_hr_bpm": float(streams.channels["hr_bpm"].max()),
                "ascent_m": float(round(climbs * 0.6)),  # a barometer smooths what the noise adds
                "calories_kcal": float(round(truth.distance_m / 1000 * weight * 1.02)),
            },
            device=DEVICE,
            race=kind == "race",
        )
        return DemoRun(recording, truth, kind, weight)

    def _course(self, kind: Kind, temperature_c: float) -> Course | None:
        if kind == "race":
            return self.courses["race"]
        if kind == "interval":
            return self.courses["track"]
        if kind == "easy" and (temperature_c < -4 or temperature_c > 29) and self.rng.random() < 0.7:
            return None  # the treadmill, when it is icy or stifling
        if kind in ("easy", "recovery"):
            return self.courses[str(self.rng.choice(["river", "park", "hills"], p=[0.5, 0.35, 0.15]))]
        return self.courses["river"]

    def _weight(self, day: date) -> float:
        year = (day - self.first).days / 365.25
        return float(MASS_KG + 1.8 * np.exp(-year * 1.4) + 0.5 * np.sin(2 * np.pi * year))

    def _night(self, day: date) -> DemoDay:
        """Return the values of the morning of `day`, after the night before it."""
        rng, state = self.rng, self.state(day)
        tired = min(1.5, self.body.fatigue / 60)
        fit = (day - self.first).days / (WEEKS * 7)
        ill = 1.0 if state == "ill" else 0.0
        hot = 1.0 if self.heat_block[0] <= day <= self.heat_block[1] else 0.0
        rhr = HR_REST + 3.2 - 3.4 * fit + 1.6 * tired + 9 * ill + 1.2 * hot + rng.normal(0, 1.1)
        hrv = np.exp(np.log(62) + 0.10 * fit - 0.09 * tired - 0.38 * ill - 0.05 * hot + rng.normal(0, 0.085))
        asleep = 3600 * (7.05 + (0.75 if day.weekday() in (5, 6) else 0) + 0.6 * ill + rng.normal(0, 0.62))
        asleep = float(np.clip(asleep, 3.2 * 3600, 10.2 * 3600))
        worn = rng.random() > 0.04  # some nights the watch lies on the charger
        weighed = rng.random() < 0.45
        return DemoDay(
            day=day,
            rhr_bpm=round(float(rhr)) if worn else None,
            hrv_sdnn_ms=round(float(hrv), 1) if worn else None,
            asleep_s=round(asleep) if worn else None,
            deep_s=round(asleep * rng.normal(0.19, 0.02)) if worn else None,
            rem_s=round(asleep * rng.normal(0.22, 0.02)) if worn else None,
            awake_s=round(float(rng.uniform(600, 2700))) if worn else None,
            weight_kg=round(self._weight(day) + rng.normal(0, 0.35), 1) if weighed else None,
            woke_min=self._woke_min(day),
        )

    def _woke_min(self, day: date) -> float:
        weekend = day.weekday() in (5, 6)
        return float(round(self.of_mornings.normal(425 if weekend else 345, 18 if weekend else 9)))

    def _feels(self, day: date) -> Iterator[Entry]:
        """Yield what the runner says of itself in the morning of `day`."""
        rng, state = self.of_mornings, self.state(day)
        if state == "ill" and (day - self.illness[0]).days % 2 == 0:
            yield Entry("illness", day, text="감기에 걸려서 열이 나요")
        if (self.last - day).days >= TOLD_DAYS or rng.random() > 0.7:
            return
        tired = min(1.5, self.body.fatigue / 60)
        felt: tuple[tuple[EntryKind, float, float], ...] = (
            ("fatigue", 2.0 + 3.0 * tired, 0.9),
            ("soreness", 1.5 + 2.6 * tired, 0.9),
            ("stress", 2.5 + (1.0 if day.weekday() < 5 else 0.0), 1.1),
        )
        for kind, middle, spread in felt:
            yield Entry(kind, day, float(np.clip(round(rng.normal(middle, spread)), 0, 10)))
        yield Entry("mood", day, float(np.clip(round(rng.normal(4.1 - 0.7 * tired, 0.5)), 1, 5)))

    def _said(self, day: date, kind: Kind, done: DemoRun) -> Iterator[Entry]:
        """Yield what the runner wrote down afterwards, on some days."""
        if self.state(day) == "knee" and self.rng.random() < 0.8:
            since = (day - self.knee[0]).days
            hurt = max(1.0, 4.0 - since / 6)
            yield Entry("pain", day, round(hurt), "knee", "left", "왼쪽 무릎이 뻐근해서 천천히 뛰었어요")
        hardness = {"easy": 3.0, "recovery": 2.0, "strides": 4.0, "long": 5.0, "tempo": 7.0, "interval": 8.0}
        if kind == "race":
            yield Entry("rpe", day, 9.0)
            yield Entry("note", day, text="하프 개인 기록! 마지막 3km는 정말 길었지만 페이스를 지켰어요.")
        elif self.rng.random() < 0.55:
            yield Entry("rpe", day, float(np.clip(round(self.rng.normal(hardness[kind], 0.7)), 1, 10)))


TRUE_THRESHOLDS = {"hr_max_bpm": HR_MAX, "hr_rest_bpm": HR_REST, "lthr_bpm": LTHR}
