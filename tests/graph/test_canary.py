"""What Strava's API gave never reaches a model, whichever of the real tools is asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
from fakes.conversation import NOW, streamed
from fakes.openai_server import Call, FakeOpenAI, Say

from coach.config import Settings
from coach.domain.activity import Lap, Recording, Sport, Streams
from coach.domain.source import Source
from coach.graph.model import Endpoint, Models, outside
from coach.graph.offline import OfflineChatModel
from coach.graph.run import Conversations
from coach.pipeline import recompute
from coach.pipeline.outings import place
from coach.store import athletes
from coach.store.session import Database

MARKER = "카나리아남산"
START = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # today, 07:00 in Seoul
TODAY = "2026-11-21"


def from_strava() -> Recording:
    t = np.arange(3000.0)
    channels = {
        "distance_m": t * 3.1415,
        "hr_bpm": np.full(t.size, 147.0),
        "speed_mps": np.full(t.size, 3.1415),
    }
    streams = Streams(t, channels)
    return Recording(
        sport=Sport.run,
        start=START,
        elapsed_s=2999.0,
        distance_m=9421.0,
        name=MARKER,
        note=f"{MARKER} 메모",
        streams=streams,
        laps=(Lap(0.0, 2999.0, 2999.0, 9421.0, 147, 149, 3.1415, "manual"),),
        external_id=f"{MARKER}1",
    )


READS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("activities_find", {}),
    (
        "activity_show",
        {"pick": "last", "parts": ["summary", "splits", "laps", "zones", "best_efforts", "drift"]},
    ),
    ("totals", {"start": TODAY, "end": TODAY}),
    ("compare_periods", {"a_start": TODAY, "a_end": TODAY, "b_start": "2026-11-14", "b_end": "2026-11-15"}),
    ("load_and_form", {}),
    ("best_efforts", {"distances_m": [1000, 5000]}),
    ("zones", {"start": TODAY, "end": TODAY}),
    ("show_chart", {"chart": "weekly_volume"}),
)


async def test_strava_stays_here_whatever_is_asked(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as session:
        placed = place(
            session, athlete_id, from_strava(), source=Source.strava, file_id=None, home="Asia/Seoul"
        )
        athletes.set_model_consent(session, athlete_id, NOW)
    recompute.recompute(db, athlete_id, [placed.row.id])

    answers = iter([a for read in READS for a in (Call((read,)), Say("여기 있어요: {f1} {f2}"))])
    async with FakeOpenAI(lambda _: next(answers)) as fake:
        settings = Settings(_env_file=None, openai_base_url=fake.url, openai_api_key="k", model="m")

        def factory(given: Settings) -> Models:
            endpoints, close = outside(given)
            return Models(Endpoint("offline", OfflineChatModel(), outside=False), endpoints, close)

        talk = Conversations(db, settings=settings, clock=lambda: NOW, model_factory=factory)
        await talk.open()
        try:
            seen = []
            for _ in READS:
                started = await talk.start(athlete_id, "보여줘")
                seen.append([e async for e in talk.events(athlete_id, started.run_id)])
        finally:
            await talk.aclose()
    assert "9.4 km" in "".join(map(streamed, seen)), "the athlete sees it"
    messages = [m for request in fake.requests for m in request["messages"]]
    told = [json.dumps(m, ensure_ascii=False) for m in messages if m["role"] in ("tool", "assistant")]
    assert sum('"role": "tool"' in m for m in told) >= len(READS)
    for message in told:
        for forbidden in (MARKER, "9.4 km", "9421", "9.42", "147", "5'18", "9420"):
            assert forbidden not in message, message
