"""docs/export.md describes the archive as it is."""

from __future__ import annotations

from coach.cli.reference import archive
from coach.pipeline.archive import FORMAT, VERSION


def test_the_tables_are_those_of_the_code() -> None:
    text = archive.PAGE.read_text(encoding="utf-8")
    assert archive.written(text) == text, "run `.venv/bin/python -m coach.cli.reference`"
    assert f"`{FORMAT}`, version {VERSION}" in text
