"""Files sent into a chat are imported as uploads are, and what is wrong with them is told."""

from __future__ import annotations

import asyncio
import gzip
import io
import zipfile
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import numpy as np

from bots.telegram.documents import LARGEST_MB
from coach.domain.activity import Recording, Sport, Streams
from coach.jobs.registry import JobContext
from coach.jobs.worker import work
from coach.pipeline import importing
from coach.providers.files.fit import encode_activity
from coach.store import activities, models
from coach.text import say


def recording() -> bytes:
    """Return a run of 2.7 km as a FIT file."""
    t = np.arange(900.0)
    streams = Streams(t, {"distance_m": 3 * t, "speed_mps": np.full(900, 3.0), "hr_bpm": 140 + t % 30})
    start = datetime(2026, 11, 20, 21, tzinfo=UTC)
    return encode_activity(
        Recording(Sport.run, start, 899.0, utc_offset_s=9 * 3600, distance_m=2697.0, streams=streams)
    )


@asynccontextmanager
async def worker(house):
    with importing.reader_pool(1) as readers:
        context = JobContext(house.db, house.settings, readers, house.clock)
        task = asyncio.create_task(work(context, concurrency=1))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return made.getvalue()


async def test_files_become_activities_and_an_answer(bot_house):
    content = recording()
    person = bot_house.person
    async with worker(bot_house):
        person.sends(content, "run.fit")
        await bot_house.settled(40)
        with bot_house.db.athlete_session(bot_house.athlete_id) as s:
            (row,) = activities.find(s, bot_house.athlete_id)
        first = person.hears()[0].text
        assert f"{row.distance_m / 1000:.1f} km" in first
        assert bot_house.conversation()[0].content["attachments"]

        person.sends(gzip.compress(content), "../../run.fit.gz", caption="이거 어땠어?")
        person.sends(b"", "empty.fit")
        person.sends(content[: len(content) // 2], "cut.fit")
        person.sends(b"%PDF-1.7 nothing to run", "run.gpx")
        person.sends(zipped(a_fit=content, b_txt=b"words", c_fit=b"nothing"), "all.zip")
        person.sends(zipped(**{f"f{n}_fit": bytes(1_000_000) for n in range(3)}), "bomb.zip")
        await bot_house.settled(60)
    with bot_house.db.athlete_session(bot_house.athlete_id) as s:
        assert len(activities.find(s, bot_house.athlete_id)) == 1
    said = "\n---\n".join(m.text for m in person.hears())
    assert said.count(say("ko", "web.import.unreadable")) >= 3
    asked = [m.text for m in bot_house.conversation() if m.role == "user"]
    assert "이거 어땠어?" in asked
    assert not list(bot_house.settings.inbox.rglob("*.fit*"))


async def test_too_large_a_file_is_sent_to_the_page(bot_house):
    bot_house.person.sends(b"x", "all.zip", size=LARGEST_MB * 2**20 + 1)
    await bot_house.settled()
    (heard,) = bot_house.person.hears()
    assert heard.text == say("ko", "telegram.file_too_large", limit=LARGEST_MB)
    assert bot_house.fake.called("getFile") == []
    with bot_house.db.athlete_session(bot_house.athlete_id) as s:
        assert s.execute(models.imports.select()).all() == []
