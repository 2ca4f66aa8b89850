"""`coach import`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, a_run, json_lines

KEYS = [
    "file",
    "outcome",
    "activity_id",
    "sport",
    "start",
    "distance_m",
    "moving_s",
    "elapsed_s",
    "records",
    "reason",
]


def test_every_file_is_named_with_its_outcome(coach: Run, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "a.fit").write_bytes(a_run(3))
    (folder / "cut.fit").write_bytes(a_run(2)[:20_000])
    (folder / "empty.fit").write_bytes(b"")
    (folder / "photo.gpx").write_bytes(b"\xff\xd8\xff\xe0" + b"0" * 500)

    status, out, _ = coach("import", folder, "--json")

    items = {Path(str(line["file"])).name: line for line in json_lines(out)}
    assert [list(line) for line in json_lines(out)] == [KEYS] * 4
    assert {name: line["outcome"] for name, line in items.items()} == {
        "a.fit": "imported",
        "cut.fit": "partial",
        "empty.fit": "unreadable",
        "photo.gpx": "unreadable",
    }
    whole = items["a.fit"]
    assert whole["sport"] == "run"
    assert abs(float(str(whole["distance_m"])) - 5040) < 1
    assert whole["records"] == 1800
    assert "empty.fit" in str(items["empty.fit"]["reason"])
    assert status == 1, "a file that could not be read is a failure to whoever scripts this"


def test_importing_the_same_folder_again_changes_nothing(coach: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.fit"
    path.write_bytes(a_run(3))
    _, first, _ = coach("import", path, "--json")
    status, again, _ = coach("import", path, "--json")
    one, two = json_lines(first)[0], json_lines(again)[0]
    assert (one["outcome"], two["outcome"]) == ("imported", "duplicate")
    assert one["activity_id"] == two["activity_id"]
    assert status == 0


def test_without_json_a_person_reads_a_table(coach: Run, tmp_path: Path) -> None:
    path = tmp_path / "아침.fit"
    path.write_bytes(a_run(1))
    status, out, _ = coach("import", path)
    assert status == 0
    assert "아침.fit" in out
    assert "가져옴" in out
    assert "5.0 km" in out


def test_a_path_that_is_not_there_says_so(coach: Run, tmp_path: Path) -> None:
    status, out, _ = coach("import", tmp_path / "nothing.fit", "--json")
    assert status == 1
    assert json_lines(out)[0]["outcome"] == "unreadable"
