"""The nightly pruning of checkpoints."""

from __future__ import annotations

from datetime import timedelta

from fakes.conversation import NOW, OpenChat
from sqlalchemy import text

from coach.config import Settings
from coach.jobs.registry import JobContext
from coach.jobs.upkeep import prune
from coach.pipeline.importing import reader_pool
from coach.store import models
from coach.store.session import Database


async def test_a_quiet_conversation_keeps_one_checkpoint_and_can_go_on(
    open_chat: OpenChat, db: Database, athlete_id: int
) -> None:
    chat = await open_chat(lambda _: [("totals", {})])
    await chat.say("지난주는?")
    await chat.say("다시")
    count = text("SELECT count(*) FROM checkpoints")
    with reader_pool(1) as readers:
        context = JobContext(db, Settings(_env_file=None), readers, lambda: NOW)
        with db.athlete_session(athlete_id) as session:
            session.execute(models.threads.update().values(updated_at=NOW - timedelta(minutes=5)))
        assert await prune(context, NOW) == 0, "somebody may be in the middle of it"
        with db.athlete_session(athlete_id) as session:
            session.execute(models.threads.update().values(updated_at=NOW - timedelta(hours=5)))
        assert await prune(context, NOW) == 1
    with db.athlete_session(athlete_id) as session:
        assert session.scalar(count) == 1
    events = await chat.say("그리고?")
    assert events[-1].type == "RUN_FINISHED"
