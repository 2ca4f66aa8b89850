"""What a tool tells of the inside of one activity: repetitions, context, effect, swims, any splits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from fakes.life import NOW, Lived, opened
from pydantic import ValidationError
from telling import call, tables, told

from coach.domain.activity import Lap, Recording, Sport, Streams, SwimLength
from coach.pipeline import importing
from coach.providers.files.fit import encode_activity
from coach.store.postgres import Embedded
from coach.tools import TOOLS
from coach.tools.spec import Result, ToolContext

PARTS = ["intervals", "context", "effect", "swim", "drift", "dynamics", "splits", "laps"]
SESSION, SWIM, EVEN = "2026-11-18", "2026-11-17", "2026-11-16"


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T07:00:00").replace(tzinfo=UTC)


def _run(day: str, legs: list[tuple[int, float]], *, pressed: bool) -> Recording:
    """Return a run of (seconds, m/s) at 27 °C, with a lap pressed at each change or none."""
    speed = np.concatenate([np.full(s, v) for s, v in legs])
    hard = np.concatenate([np.full(s, 180.0 if v > 4 else 140.0) for s, v in legs])
    kernel = np.exp(-np.arange(200) / 25)
    hr = np.convolve(np.concatenate((np.full(199, 120.0), hard)), kernel / kernel.sum(), "valid")
    n = speed.size + 1
    streams = Streams(
        np.arange(n, dtype=np.float64),
        {
            "distance_m": np.concatenate(([0.0], np.cumsum(speed))),
            "speed_mps": np.append(speed, speed[-1]),
            "hr_bpm": np.rint(np.append(hr, hr[-1])),
            "cadence_spm": np.append(np.where(speed > 4, 186.0, 172.0), 172.0),
            "temperature_c": np.full(n, 27.0),
            "altitude_m": np.full(n, 1250.0),
            "vertical_oscillation_mm": np.full(n, 88.0),
        },
    )
    edges = np.cumsum([0, *(s for s, _ in legs)])
    laps = tuple(
        Lap(float(a), float(b - a), timer_s=float(b - a), trigger="manual") for a, b in pairwise(edges)
    )
    recording = Recording(Sport.run, _at(day), float(n - 1), streams=streams, distance_m=float(speed.sum()))
    return replace(recording, laps=laps if pressed else (), totals={"training_effect": 3.4})


def _swim(day: str) -> Recording:
    lengths = tuple(
        SwimLength(28.0 * k, 28.0, True, 18 if k < 12 else 12, "freestyle" if k < 12 else "breaststroke")
        for k in range(20)
    )
    return Recording(
        Sport.swim, _at(day), 560.0, sub_sport="pool", timer_s=560.0, distance_m=500.0, lengths=lengths,
        totals={"pool_length_m": 25.0},
    )  # fmt: skip


@pytest.fixture(scope="module")
def inside(embedded: Embedded, template: str) -> Iterator[Lived]:
    """The empty athlete of the slice, with a session of 6 × 400 m, an even run and a swim in a pool."""
    fast = [leg for k in range(6) for leg in ((88 + k, 400 / (88 + k)), (90, 2.2))]
    for life in opened(embedded.url, template):
        files = [
            ("session.fit", encode_activity(_run(SESSION, [(900, 2.8), *fast, (600, 2.8)], pressed=True))),
            ("even.fit", encode_activity(_run(EVEN, [(3600, 2.9)], pressed=False))),
            ("swim.fit", encode_activity(_swim(SWIM))),
        ]
        with importing.reader_pool(1) as pool:
            importing.import_paths(life.db, life.empty, files, pool=pool, now=NOW, channel="web")
        yield life


def show(life: Lived, lang: Any = "ko", **args: Any) -> tuple[ToolContext, Result, str]:
    ctx = life.ctx(life.empty, lang=lang, units=args.pop("units", "metric"))
    result = call(ctx, "activity_show", **args)
    return ctx, result, told(ctx, result)


def test_a_session_is_said_as_a_runner_says_it(inside: Lived) -> None:
    ctx, result, text = show(inside, day=SESSION, parts=["intervals"])
    assert "6 × 400 m를 평균 1:3" in text
    assert "사이에는 평균 1:" in text
    assert "느려졌어요" in text, "each was a second slower than the one before"
    assert "시계에 기록된 랩과도 맞아요" in text
    (table,) = tables(ctx, result)
    assert [row[0] for row in table[:3]] == ["준비 운동", "빠르게 1", "휴식 1"]
    assert table[-1][0] == "정리 운동"
    assert len(table) == 13
    assert [c.chart for c in result.cards if c.kind == "chart"] == ["intervals"]
    _, result, english = show(inside, "en", day=SESSION, parts=["intervals"])
    assert [c.title for c in result.cards if c.kind == "table"] == ["Intervals"]
    assert "You ran 6 × 400 m in 1:3" in english
    assert "The laps of your watch say the same." in english


def test_an_even_run_has_no_repetitions(inside: Lived) -> None:
    _, result, text = show(inside, day=EVEN, parts=["intervals"])
    assert "인터벌은 없었어요" in text
    assert not [c for c in result.cards if c.kind == "table"]


def test_context_tells_what_mattered(inside: Lived) -> None:
    _, result, text = show(inside, day=SESSION, parts=["context"])
    assert "27°C" in text
    assert "실제 기온보다 높게" in text
    assert "1km에 8초쯤" in text, "0.58 · (27 − 12.8) = 8.2"
    assert "1,250 m" in text
    assert "멈춘 적은 없어요" in text
    facts = {f.key: f for f in result.facts}
    assert facts["run.heat_slowdown_s"].estimated
    assert facts["run.temperature_c"].sources


def test_effect_says_whose_value_it_is(inside: Lived) -> None:
    _, _, text = show(inside, day=SESSION, parts=["effect"])
    assert "유산소 훈련 효과는 5점 만점에 3.4" in text


def test_recovery_and_dynamics(inside: Lived) -> None:
    _, _, text = show(inside, "en", day=SESSION, parts=["drift", "dynamics"])
    assert "in the minute after the hardest effort" in text or "Efficiency factor" in text
    assert "Vertical oscillation: 88 mm" in text
    assert "Vertical ratio" in text


def test_a_swim_has_lengths_strokes_and_swolf(inside: Lived) -> None:
    ctx, result, text = show(inside, day=SWIM, parts=["swim"])
    assert "수영장을 20번" in text
    assert "SWOLF는 44" in text  # (12 · 46 + 8 · 40) / 20 = 43.6
    (table,) = tables(ctx, result)
    assert [row[0] for row in table] == ["자유형", "평영"]
    assert table[0][1] == "300 m"
    assert "1'52\"/100m" in text


def test_splits_of_the_length_that_was_asked_for(inside: Lived) -> None:
    ctx, result, text = show(inside, day=EVEN, split_m=2000)
    (table,) = tables(ctx, result)
    assert len(table) == 6, "10.44 km"
    assert table[0][1] == "2 km"
    assert "번째" in text
    for wrong in (99, 50_001, -5):
        with pytest.raises(ValidationError):
            TOOLS["activity_show"].args.model_validate({"split_m": wrong})


@pytest.mark.parametrize(("lang", "units"), [("ko", "metric"), ("en", "imperial")])
@pytest.mark.parametrize("day", [SESSION, SWIM, EVEN])
def test_every_part_of_every_sport_is_whole(inside: Lived, lang: Any, units: Any, day: str) -> None:
    _, _, text = show(inside, lang, day=day, parts=PARTS, units=units, split_m=1500)
    wrong = [bad for bad in ("None", "nan", "{", "}", "()", "  ") if bad in text.replace("\n", "/")]
    assert not wrong, text
    assert lang == "ko" or not any("가" <= c <= "힣" for c in text), text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_part_of_what_was_only_told_is_whole(life: Lived, lang: Any) -> None:
    ctx = life.ctx(lang=lang)
    for sport in ("ride", "swim", "strength"):
        result = call(ctx, "activity_show", sport=sport, parts=PARTS, split_m=500)
        assert "None" not in told(ctx, result)
    result = call(ctx, "activity_show", parts=PARTS)
    assert "None" not in told(ctx, result)
