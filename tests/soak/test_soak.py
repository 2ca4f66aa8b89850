"""Long randomised runs: `make soak`. Every run prints its seed; `HANBAL_SEED` repeats one."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest

from coach.domain.journal import extract
from coach.domain.redflags import check
from coach.errors import CoachError
from coach.graph.numbers import scan
from coach.providers.files.fit import encode_activity, read_fit
from coach.providers.reading import read
from tests.providers.files.fit_files import run as a_recording

pytestmark = pytest.mark.soak

SECONDS = float(os.environ.get("HANBAL_SOAK_S", "60"))
WORDS = """
가슴이 아파 무릎 통증 7/10 어제 지난주 8킬로 50분 5'30" 기록 보여줘 안 없어 작년 아버지 ㅋㅋ
chest pain no knee hurts last week 8 km in 50 minutes not yesterday my friend {f12} {f3:+을} 42.195
""".split()  # noqa: SIM905 - a text to cut up


@pytest.fixture
def rng() -> random.Random:
    seed = int(os.environ.get("HANBAL_SEED") or secrets.randbits(48))
    print(f"HANBAL_SEED={seed}")
    return random.Random(seed)


def for_a_while(step: Callable[[], None]) -> None:
    end, rounds = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        step()
        rounds += 1
    print(f"{rounds} rounds")
    assert rounds


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes with a few of them changed, dropped, doubled or moved."""
    broken = bytearray(data)
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(max(1, len(broken)))
        match rng.randrange(4):
            case 0:
                broken[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del broken[at : at + rng.randint(1, 40)]
            case 2:
                broken[at:at] = broken[at : at + rng.randint(1, 40)]
            case _:
                broken = broken[: max(1, at)] if rng.random() < 0.2 else broken
    return bytes(broken)


def test_broken_fit_files_raise_nothing_foreign(rng: random.Random) -> None:
    whole = encode_activity(a_recording(300, seed=1))

    def step() -> None:
        with suppress(CoachError):
            read_fit(mutated(whole, rng))

    for_a_while(step)


def test_broken_text_files_raise_nothing_foreign(rng: random.Random) -> None:
    points = "".join(
        f'<trkpt lat="{37 + i / 1e4}" lon="127"><ele>{i}</ele><time>2026-01-01T00:{i:02d}:00Z</time></trkpt>'
        for i in range(60)
    )
    gpx = f'<?xml version="1.0"?><gpx version="1.1"><trk><trkseg>{points}</trkseg></trk></gpx>'.encode()
    health = (
        b'{"data":{"metrics":[{"name":"resting_heart_rate","units":"count/min",'
        b'"data":[{"date":"2026-01-01 00:00:00 +0900","qty":50}]}]}}'
    )

    def step() -> None:
        with suppress(CoachError):
            read("file", mutated(rng.choice((gpx, health)), rng))

    for_a_while(step)


def test_any_words_are_read_without_an_error(rng: random.Random) -> None:
    def step() -> None:
        text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 20)))
        if rng.random() < 0.3:
            text = mutated(text.encode(), rng).decode("utf-8", "replace")
        check(text)
        for said in extract(text):
            said.on(date(2026, 1, 1))
        scan(text, final=True)

    for_a_while(step)
