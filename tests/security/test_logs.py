"""No level of logging shows a secret or what an athlete said."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.web import open_house
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coach.cli import logs
from coach.config import Settings
from coach.store.session import Database

KEY = "key-without-a-shape-91"
PASSWORD = "dbpass-4f"
LOGGERS = (
    "",
    *logs.OURS,
    "httpx",
    "httpcore.http11",
    "uvicorn.access",
    "procrastinate.worker",
    "sse_starlette.sse",
)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything the processes would write to standard error at DEBUG."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, {n: logging.getLogger(n).level for n in logs.OURS}
    settings = Settings(
        _env_file=None,
        openai_api_key=KEY,
        database_url=f"postgresql://me:{PASSWORD}@db.example/hanbal",
        log_level="DEBUG",
    )
    logs.configure(settings)
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream := io.StringIO())
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        (f"calling with {KEY}", KEY),
        (f"connecting to postgresql://me:{PASSWORD}@db.example/hanbal", PASSWORD),
        ("postgresql://other:hunter22@elsewhere/x failed", "hunter22"),
        ("incident 1 at GET /login/Zk3-abc_DEF", "Zk3-abc_DEF"),
        ("authorization: Bearer abc.def-ghi", "abc.def-ghi"),
        ("cookie: hanbal=QWERTYsession; other=1", "QWERTYsession"),
        ("__Host-hanbal=QWERTYsession", "QWERTYsession"),
        ("openai said sk-proj-abcdefgh12", "abcdefgh12"),
        ('{"password": "열려라참깨"}', "열려라참깨"),
        ("refused\nDETAIL:  Failing row contains (1, 무릎이 아파요).", "무릎이"),
    ],
)
def test_secrets_are_blackened(written: io.StringIO, said: str, secret: str) -> None:
    try:
        raise RuntimeError(said)
    except RuntimeError:
        logging.getLogger("coach.test").exception("%s", said)
    assert "RuntimeError" in written.getvalue()
    assert secret not in written.getvalue()


def test_libraries_tell_only_what_went_wrong(written: io.StringIO) -> None:
    for name in LOGGERS:
        if name not in logs.OURS:
            logging.getLogger(name).info("what the athlete said")
            logging.getLogger(name).debug("what the athlete said")
    assert written.getvalue() == ""
    logging.getLogger("uvicorn.error").warning("went wrong")
    assert "went wrong" in written.getvalue()


def test_errors_of_the_database_show_no_parameters(db: Database, athlete_id: int) -> None:
    with pytest.raises(DBAPIError) as failed, db.athlete_session(athlete_id) as s:
        s.execute(text("SELECT CAST(:said AS int) + length(:note)"), {"said": "x", "note": "무릎이 아파요"})
    assert "무릎이" not in str(failed.value)


async def test_a_whole_visit_leaves_no_secret_in_the_log(
    db: Database, tmp_path: Path, written: io.StringIO
) -> None:
    async with open_house(db, tmp_path, tools={}) as house:
        client = house.client()
        await client.get(f"/login/{house.link}")
        answer = await client.post("/api/v1/auth/link", json={"token": house.link})
        session = answer.cookies["hanbal"]
        await client.put("/api/v1/auth/password", json={"new": "달빛 아래 한 걸음"})
        await client.post("/api/v1/uploads", files=[("files", ("무릎일지.fit", b"not a recording"))])
        started = await client.post("/api/v1/runs", json={"message": "무릎이 아파요", "client_key": "k" * 12})
        await client.get(f"/api/v1/runs/{started.json()['run_id']}/events")
        await client.post("/api/v1/auth/login", json={"password": "틀린 비밀번호예요"})
    for secret in (house.link, session, "달빛", "틀린", "무릎"):
        assert secret not in written.getvalue()
