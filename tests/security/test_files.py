"""Files of strangers: where they may lie, what they may be called, what comes with a folder."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.web import open_house

from coach.errors import BadInput
from coach.pipeline import importing
from coach.providers.files.archive import walk
from coach.store import imports
from coach.store.session import Database

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def files_in(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


ELSEWHERE = ("../secret.fit", "{root}/secret.fit", "a/../../secret.fit", ".", "", "a", "link/0")


def test_a_job_reads_and_deletes_nothing_outside_of_the_inbox(
    db: Database, athlete_id: int, tmp_path: Path
) -> None:
    inbox, secret = tmp_path / "inbox", tmp_path / "secret.fit"
    (inbox / "a").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    secret.write_bytes(b"private")
    (tmp_path / "elsewhere" / "0").write_bytes(b"private")
    (inbox / "link").symlink_to(tmp_path / "elsewhere")
    with importing.reader_pool(1) as pool:
        for relative in ELSEWHERE:
            with db.athlete_session(athlete_id) as s:
                queued = imports.create(s, athlete_id, state="queued", total=1)
            uploads = [("x.fit", relative.format(root=tmp_path))]
            with pytest.raises(BadInput):
                importing.run_queued(db, athlete_id, queued.id, uploads, inbox=inbox, pool=pool, now=NOW)
            assert secret.read_bytes() == b"private"
            assert (tmp_path / "elsewhere" / "0").exists()


def test_a_folder_is_walked_without_links_pipes_and_devices(tmp_path: Path) -> None:
    folder, outside = tmp_path / "runs", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "id_rsa").write_text("private")
    (folder / "key.fit").symlink_to(outside / "id_rsa")
    (folder / "more").symlink_to(outside)
    (folder / "endless.fit").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.fit")
    (folder / "real.gpx").write_text("<gpx/>")
    assert [name for name, _ in walk(folder, "runs")] == ["runs/real.gpx"]


NAMES = [
    "../../../etc/cron.d/x",
    "..\\..\\x.fit",
    "/etc/passwd",
    "a\x00b.fit",
    ".",
    "..",
    "x" * 5000,
    "‮tif.exe",
    "<img src=x>",
]


async def test_a_name_of_an_upload_is_only_a_name(db: Database, tmp_path: Path) -> None:
    async with open_house(db, tmp_path / "data") as house:
        client = house.athlete()
        for name in NAMES:
            body = (
                b'--x\r\ncontent-disposition: form-data; name="files"; filename="'
                + name.encode().replace(b'"', b"%22")
                + b'"\r\ncontent-type: text/html\r\n\r\n<script>\r\n--x--\r\n'
            )
            answer = await client.post(
                "/api/v1/uploads", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
            )
            assert answer.status_code in (201, 400), answer.text
    written = files_in(tmp_path)
    assert len(written) >= len(NAMES) - 1
    assert all((tmp_path / "data" / "inbox") in p.parents and p.name == "0" for p in written), written
    for path in written:
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
