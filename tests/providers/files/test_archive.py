"""Archives: everything that is in them, within a budget, and never more than one loss at a time."""

from __future__ import annotations

import gzip
import os
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_files import steady_gpx, zipped

from coach.errors import CoachError, TooLarge, UnreadableFile
from coach.providers.files import limits
from coach.providers.files.archive import Entry, inflate, walk

GPX = steady_gpx(seconds=5)


def names(entries: list[Entry]) -> list[str]:
    return [name for name, _ in entries]


def keys(entries: list[Entry]) -> dict[str, str]:
    return {name: data.key for name, data in entries if isinstance(data, CoachError)}


def test_a_plain_file_and_a_gzip_are_one_entry(tmp_path: Path) -> None:
    (tmp_path / "a.gpx").write_bytes(GPX)
    assert list(walk(tmp_path / "a.gpx")) == [("a.gpx", GPX)]
    assert list(walk(gzip.compress(GPX), "b.gpx.gz")) == [("b.gpx.gz", GPX)]


def test_a_zip_with_tables_first_and_without_the_litter_of_a_mac() -> None:
    data = zipped(
        {
            "activities/2.gpx.gz": gzip.compress(GPX),
            "__MACOSX/activities/._1.gpx": b"junk",
            "._1.gpx": b"junk",
            ".DS_Store": b"junk",
            "activities.csv": b"a,b",
            "activities/1.gpx": GPX,
        }
    )
    assert list(walk(data, "export.zip")) == [
        ("activities.csv", b"a,b"),
        ("activities/1.gpx", GPX),
        ("activities/2.gpx.gz", GPX),
    ]


def test_one_zip_inside_another_is_opened_a_third_is_named() -> None:
    third = zipped({"deep.gpx": GPX})
    second = zipped({"a.gpx": GPX, "third.zip": third})
    entries = list(walk(zipped({"second.zip": second}), "first.zip"))
    assert names(entries) == ["second.zip/a.gpx", "second.zip/third.zip"]
    assert keys(entries) == {"second.zip/third.zip": "nested_archive"}


def test_a_folder_with_an_archive_and_a_link(tmp_path: Path) -> None:
    (tmp_path / "runs" / "2026").mkdir(parents=True)
    (tmp_path / "runs" / "2026" / "a.gpx").write_bytes(GPX)
    (tmp_path / "runs" / "all.zip").write_bytes(zipped({"b.gpx": GPX}))
    (tmp_path / "runs" / ".hidden").write_bytes(GPX)
    (tmp_path / "secret").write_bytes(b"not yours")
    (tmp_path / "runs" / "link.gpx").symlink_to(tmp_path / "secret")
    assert names(list(walk(tmp_path / "runs"))) == ["runs/all.zip/b.gpx", "runs/2026/a.gpx"]


def test_what_is_missing_or_not_allowed_is_one_entry(tmp_path: Path) -> None:
    assert keys(list(walk(tmp_path / "none.gpx"))) == {"none.gpx": "no_such_file"}
    assert keys(list(walk(b"", "empty.zip"))) == {}  # an empty file is the reader's to name


def test_an_apple_export_stays_whole() -> None:
    data = zipped({"apple_health_export/내보내기.xml": b"<HealthData/>", "apple_health_export/x.gpx": GPX})
    assert list(walk(data, "내보내기.zip")) == [("내보내기.zip", data)]


def encrypted(data: bytes) -> bytes:
    """Set the encryption bit of every entry, in both places where it stands."""
    changed = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(magic)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(magic, at + 4)
    return bytes(changed)


def test_a_password_damage_and_an_empty_zip_are_named() -> None:
    assert keys(list(walk(encrypted(zipped({"a.gpx": GPX})), "x.zip"))) == {"a.gpx": "encrypted"}
    good = zipped({"a.gpx": GPX, "b.gpx": GPX})
    broken = good.replace(good[40:60], bytes(20), 1)
    entries = list(walk(broken, "x.zip"))
    assert keys(entries) == {"a.gpx": "damaged_entry"}
    assert entries[1] == ("b.gpx", GPX)
    assert keys(list(walk(good[:-40], "cut.zip"))) == {"cut.zip": "bad_zip"}
    assert keys(list(walk(zipped({}), "none.zip"))) == {"none.zip": "archive_empty"}


def test_a_bomb_stops_early_and_its_neighbours_are_read() -> None:
    bomb = zipped({"a.gpx": GPX, "bomb.gpx": bytes(64 << 20), "c.gpx": GPX})
    entries = list(walk(bomb, "x.zip"))
    assert keys(entries) == {"bomb.gpx": "bomb"}
    assert names(entries) == ["a.gpx", "bomb.gpx", "c.gpx"]


def test_a_gzip_bomb_stops_early() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(20)) + packer.flush()
    with pytest.raises(TooLarge) as caught:
        inflate("bomb.fit.gz", bomb)
    assert (caught.value.key, caught.value.params["name"]) == ("bomb", "bomb.fit.gz")


def test_many_entries_a_large_directory_and_a_large_total(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({f"{i}.gpx": os.urandom(1000) for i in range(30)})
    monkeypatch.setattr(limits, "ARCHIVE_ENTRIES", 10)
    entries = list(walk(data, "many.zip"))
    assert len(entries) == 11
    assert keys(entries) == {"many.zip": "archive_entries"}
    monkeypatch.undo()
    monkeypatch.setattr(limits, "CENTRAL_DIRECTORY_BYTES", 1000)
    assert keys(list(walk(data, "many.zip"))) == {"many.zip": "archive_entries"}
    monkeypatch.undo()
    monkeypatch.setattr(limits, "ARCHIVE_TOTAL_BYTES", 5500)
    entries = list(walk(data, "big.zip"))
    assert len(entries) == 6
    assert keys(entries) == {"big.zip": "archive_total"}


def test_the_budget_is_shared_with_the_zip_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = zipped({f"{i}.gpx": b"x" for i in range(8)})
    monkeypatch.setattr(limits, "ARCHIVE_ENTRIES", 12)
    entries = list(walk(zipped({"one.zip": inner, "two.zip": inner}), "outer.zip"))
    assert "archive_entries" in keys(entries).values()


def test_gzip_members_padding_and_cuts() -> None:
    random_part = random.Random(7).randbytes(3 << 20)
    packed = gzip.compress(GPX) + gzip.compress(random_part)
    assert inflate("a", packed) == GPX + random_part
    assert inflate("a", gzip.compress(GPX) + bytes(100)) == GPX
    assert random_part.startswith(inflate("a", gzip.compress(random_part)[: 1 << 20]))
    with pytest.raises(UnreadableFile, match="bad_gzip"):
        inflate("a", b"\x1f\x8b\x08\x00" + b"\xff" * 100)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 400))
def test_a_damaged_zip_never_raises(at: int, byte: int, cut: int) -> None:
    data = bytearray(zipped({"a.gpx": GPX, "b.gpx.gz": gzip.compress(GPX)}))
    data[at % len(data)] = byte
    for name, content in walk(bytes(data[: len(data) - cut]), "x.zip"):
        assert name
        assert isinstance(content, bytes | CoachError)
