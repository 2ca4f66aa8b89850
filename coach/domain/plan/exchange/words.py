"""What plans from elsewhere call things: names of fields and values, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coach.domain.activity import Sport
from coach.domain.plan.model import GoalKind, Intensity, Phase, StepKind, WorkoutKind


def plain(name: str) -> str:
    """Return a name as it is looked up: small letters, no spaces, hyphens and underscores."""
    return re.sub(r"[\s_\-·.:/()]+", "", name.casefold())


def _table[T](words: Mapping[T, str]) -> dict[str, T]:
    """Return word → meaning of lines of words that are parted by commas."""
    return {plain(word): meaning for meaning, line in words.items() for word in line.split(",")}


# Names of fields: ours → theirs. Those of amounts may end in a unit: distance_km, duration_min.
PLAN_FIELDS = _table(
    {
        "format": "format, type, $schema, schema",
        "version": "version, schema version",
        "units": "units, unit, 단위",
        "goal": "goal, target race, race, 목표, 목표 대회, 대회",
        "start": "start, start date, begin, plan start, 시작, 시작일",
        "weeks": "weeks, week, schedule, plan, training plan, 주차, 주, 주간, 계획, 훈련 계획",
        "workouts": "workouts, sessions, runs, days, activities, calendar, 훈련, 운동, 세션, 일정, 훈련들",
        "name": "name, title, plan name, 이름, 제목",
        "note": "note, notes, description, summary, comment, 메모, 설명, 요약",
    }
)
WEEK_FIELDS = _table(
    {
        "number": "number, week, week number, n, no, index, 주차, 주",
        "start": "start, start date, week start, monday, from, 시작, 시작일",
        "phase": "phase, block, period, focus, 단계, 기간",
        "workouts": "workouts, sessions, runs, days, activities, schedule, 훈련, 운동, 세션, 일정",
        "note": "note, notes, description, summary, comment, goal, theme, 메모, 설명, 목표",
        "total": "total, total distance, total km, weekly km, weekly distance, volume, mileage, distance, "
        "distance km, km, 주간 거리, 총 거리, 합계, 거리",
    }
)
WORKOUT_FIELDS = _table(
    {
        "day": "day, date, on, when, weekday, day of week, 날짜, 일자, 요일, 날",
        "kind": "kind, type, workout, workout type, session, session type, category, 종류, 유형, 훈련, 운동",
        "name": "name, title, label, 이름, 제목",
        "distance": "distance, dist, length, 거리",
        "duration": "duration, time, moving time, 시간, 소요 시간",
        "pace": "pace, target pace, pace target, pace range, 페이스, 목표 페이스",
        "hr": "hr, heart rate, bpm, hr target, target hr, 심박, 심박수",
        "power": "power, watts, target power, 파워",
        "rpe": "rpe, effort, perceived effort, 자각 강도, 운동 자각도",
        "intensity": "intensity, zone, target zone, hr zone, 강도, 존",
        "steps": "steps, segments, structure, intervals, parts, blocks, sets, 단계, 구성, 구간, 세트",
        "note": "note, notes, description, details, comment, purpose, why, instructions, 메모, "
        "설명, 목적, 내용",
        "sport": "sport, discipline, 종목",
        "place": "place, surface, terrain, where, location, 장소, 코스",
        "priority": "priority, 우선순위",
        "key": "key, key workout, important, 핵심",
        "week": "week, week number, 주차",
    }
)
STEP_FIELDS = _table(
    {
        "kind": "kind, type, step, name, label, phase, 종류, 유형, 이름, 단계",
        "repeat": "repeat, repeats, reps, repetitions, times, count, sets, rounds, 반복, 횟수, 세트",
        "steps": "steps, segments, parts, intervals, 단계, 구성, 구간",
        "work": "work, interval, run, on, hard, fast, 본운동, 질주, 달리기, 뛰기",
        "recovery": "recovery, rest, off, easy, jog, walk, recover, 회복, 휴식, 조깅, 걷기",
        "distance": "distance, dist, length, 거리",
        "duration": "duration, time, 시간",
        "until": "until, ends, end, end condition, 끝",
        "pace": "pace, target pace, pace target, pace range, target, 페이스, 목표 페이스, 목표",
        "hr": "hr, heart rate, bpm, 심박, 심박수",
        "power": "power, watts, 파워",
        "rpe": "rpe, effort, 자각 강도",
        "intensity": "intensity, zone, 강도, 존",
        "note": "note, notes, description, comment, 메모, 설명",
    }
)
GOAL_FIELDS = _table(
    {
        "kind": "kind, type, 종류",
        "day": "day, date, race date, race day, 날짜, 대회일",
        "distance": "distance, race distance, event, race, 거리, 종목, 대회",
        "target_time": "target time, goal time, time, target, finish time, 목표 기록, 목표 시간, 기록",
        "name": "name, title, race name, 이름, 대회명",
        "weeks": "weeks, duration weeks, 주, 기간",
        "priority": "priority, 우선순위",
        "note": "note, notes, description, 메모",
    }
)
# Endings of names that say the unit: unit → factor is in `values`.
UNIT_ENDINGS = {
    "distance": {
        "km": "km",
        "kilometers": "km",
        "kilometres": "km",
        "m": "m",
        "meters": "m",
        "metres": "m",
        "mi": "mi",
        "miles": "mi",
    },
    "duration": {
        "s": "s",
        "sec": "s",
        "seconds": "s",
        "min": "min",
        "mins": "min",
        "minutes": "min",
        "h": "h",
        "hours": "h",
        "분": "min",
        "초": "s",
    },
    "pace": {
        "sperkm": "s/km",
        "seckm": "s/km",
        "minkm": "/km",
        "perkm": "/km",
        "minmi": "/mi",
        "permi": "/mi",
    },
    "hr": {"bpm": "bpm"},
    "power": {"w": "w", "watts": "w"},
}
# A field may be the unit alone: {"km": 8}, {"minutes": 45}.
UNIT_FIELDS = {
    **dict.fromkeys(("km", "kilometers", "kilometres", "킬로미터", "킬로"), ("distance", "km")),
    **dict.fromkeys(("miles", "mi", "mileage", "마일"), ("distance", "mi")),
    **dict.fromkeys(("meters", "metres", "미터"), ("distance", "m")),
    **dict.fromkeys(("minutes", "mins", "min", "분"), ("duration", "min")),
    **dict.fromkeys(("seconds", "sec", "초"), ("duration", "s")),
    **dict.fromkeys(("hours",), ("duration", "h")),
}

KINDS = _table(
    {
        WorkoutKind.easy: "easy, easy run, run, jog, jogging, aerobic, general aerobic, base run, "
        "foundation, "
        "이지, 이지런, 조깅, 가벼운 달리기, 편한 달리기, 달리기, 러닝, 런",
        WorkoutKind.recovery: "recovery, recovery run, recovery jog, 회복, 회복런, 회복주, 회복 조깅",
        WorkoutKind.long: "long, long run, lsd, long slow distance, 롱런, 장거리, 장거리주, 긴 달리기",
        WorkoutKind.medium_long: "medium long, medium long run, mid long run, 중간 롱런, 중장거리",
        WorkoutKind.marathon: "marathon pace, mp, marathon pace run, mp run, goal pace, 마라톤 페이스, 마페",
        WorkoutKind.threshold: "threshold, tempo, tempo run, threshold run, lactate threshold, lt, "
        "cruise intervals, 템포, 템포런, 역치, 역치주, 젖산역치, 지속주",
        WorkoutKind.interval: "interval, intervals, interval run, vo2max, vo2 max, speed, "
        "speedwork, speed work, "
        "track, 인터벌, 스피드, 스피드 훈련",
        WorkoutKind.repetition: "repetition, repetitions, reps, repeats, 반복, 반복주, 레페티션",
        WorkoutKind.strides: "strides, easy with strides, easy + strides, easy run with strides, 질주, "
        "이지런 + 질주, 스트라이드, 윈드 스프린트",
        WorkoutKind.hills: "hills, hill, hill repeats, hill sprints, 언덕, 언덕 훈련, 힐 트레이닝, 오르막",
        WorkoutKind.fartlek: "fartlek, 파틀렉, 변속주",
        WorkoutKind.progression: "progression, progression run, progressive, 빌드업, 가속주, 점진주",
        WorkoutKind.walk_run: "walk run, run walk, walk/run, run/walk, 걷뛰, 걷기 뛰기, 걷고 뛰기",
        WorkoutKind.walk: "walk, walking, 걷기, 산책",
        WorkoutKind.time_trial: "time trial, tt, test, 기록 측정, 타임 트라이얼",
        WorkoutKind.race: "race, race day, event, competition, 대회, 레이스, 경기",
        WorkoutKind.cross: "cross, cross training, crosstraining, xt, bike, cycling, ride, swim, swimming, "
        "rowing, elliptical, 대체 운동, 크로스 트레이닝, 자전거, 사이클, 수영",
        WorkoutKind.strength: "strength, strength training, gym, weights, core, 근력, 근력 운동, "
        "웨이트, 코어",
        WorkoutKind.rest: "rest, off, rest day, day off, none, 휴식, 쉬는 날, 쉼, 휴식일",
    }
)
SPORTS = _table(
    {
        Sport.run: "run, running, 달리기, 러닝",
        Sport.ride: "ride, bike, cycling, 자전거, 사이클",
        Sport.swim: "swim, swimming, 수영",
        Sport.walk: "walk, walking, 걷기",
        Sport.hike: "hike, hiking, 등산, 하이킹",
        Sport.row: "row, rowing, 로잉",
        Sport.strength: "strength, gym, weights, 근력, 웨이트",
    }
)
INTENSITIES = _table(
    {
        Intensity.rest: "rest, standing, stand, complete rest, 서서 쉬기, 휴식, 정지",
        Intensity.walk: "walk, walking, 걷기",
        Intensity.easy: "easy, e, recovery, jog, aerobic, low, z1, z2, zone 1, zone 2, 1존, 2존, "
        "존1, 존2, 이지, 조깅, "
        "회복, 편하게, 천천히, warmup, cooldown",
        Intensity.marathon: "marathon, m, mp, marathon pace, steady, moderate, z3, zone 3, 3존, "
        "존3, 마라톤, "
        "마라톤 페이스",
        Intensity.threshold: "threshold, t, tempo, lt, hm, hmp, half marathon pace, z4, zone 4, "
        "4존, 존4, 역치, 템포",
        Intensity.interval: "interval, i, vo2max, 5k, 5k pace, 10k pace, hard, high, z5, zone 5, "
        "5존, 존5, 인터벌, "
        "5k 페이스, 빠르게",
        Intensity.repetition: "repetition, r, sprint, stride, strides, fast, mile pace, max, "
        "all out, z6, zone 6, 반복, "
        "질주, 전력",
        Intensity.race: "race, race pace, goal pace, 대회, 대회 페이스, 목표 페이스",
    }
)
STEP_KINDS = _table(
    {
        StepKind.warmup: "warmup, warm up, warm, wu, 웜업, 준비, 준비 운동, 워밍업",
        StepKind.work: "work, active, interval, run, main, main set, on, hard, tempo, threshold, "
        "steady, easy, "
        "stride, strides, sprint, rep, 본운동, 메인, 달리기, 질주, 뛰기, 인터벌, 템포, 이지",
        StepKind.recovery: "recovery, rest, recover, off, jog, walk, float, 회복, 휴식, 조깅, 걷기",
        StepKind.cooldown: "cooldown, cool down, cool, cd, 쿨다운, 정리, 마무리, 정리 운동",
    }
)
PHASES = _table(
    {
        Phase.walk_run: "walk run, 걷고 뛰기",
        Phase.base: "base, foundation, endurance, 기초, 베이스, 기초 다지기",
        Phase.build: "build, development, strength, 강화, 강도 올리기",
        Phase.specific: "specific, peak, sharpen, sharpening, race specific, 대회 맞춤, 피크",
        Phase.taper: "taper, tapering, 테이퍼, 테이퍼링, 조정",
        Phase.race: "race, race week, 대회, 대회 주",
        Phase.recovery: "recovery, transition, 회복, 휴식기",
    }
)
GOAL_KINDS = _table(
    {
        GoalKind.race: "race, event, 대회",
        GoalKind.base: "base, mileage, 기초",
        GoalKind.fitness: "fitness, health, general, 건강, 체력",
        GoalKind.couch_to_5k: "couch to 5k, c25k, beginner, 입문",
        GoalKind.return_from_injury: "return from injury, injury, 부상 복귀, 재활",
    }
)
PLACES: Mapping[str, str] = _table(
    {
        "track": "track, 트랙",
        "treadmill": "treadmill, 트레드밀, 러닝머신",
        "trail": "trail, 트레일, 산길",
        "hill": "hill, hills, 언덕",
    }
)
NO_TARGET = frozenset(map(plain, ("none", "free", "no target", "없음", "자유")))
UNTIL_TIME = frozenset(map(plain, ("time", "duration", "시간")))
UNTIL_LAP = frozenset(map(plain, ("lap", "lap button", "button", "open", "랩", "랩 버튼")))
WEEKDAYS = {
    plain(word): at
    for at, line in enumerate(
        (
            "mon, monday, 월, 월요일",
            "tue, tues, tuesday, 화, 화요일",
            "wed, wednesday, 수, 수요일",
            "thu, thur, thurs, thursday, 목, 목요일",
            "fri, friday, 금, 금요일",
            "sat, saturday, 토, 토요일",
            "sun, sunday, 일, 일요일",
        )
    )
    for word in line.split(",")
}
MONTHS = {
    name: at
    for at, line in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in line.split()
}  # fmt: skip
RACE_DISTANCES_M = {
    plain(word): metres
    for metres, line in (
        (42_195.0, "marathon, full, full marathon, 42.2k, 42.195km, 마라톤, 풀, 풀코스, 풀마라톤"),
        (21_097.5, "half, half marathon, hm, 21k, 21.1k, 하프, 하프마라톤, 하프코스"),
        (10_000.0, "10k, 10km, 10킬로"),
        (5_000.0, "5k, 5km, 5킬로"),
    )
    for word in line.split(",")
}
YES = frozenset(map(plain, ("true", "yes", "y", "1", "예", "네", "핵심")))
