"""Settings come from their own variables and from nothing else."""

from __future__ import annotations

import pytest

from coach.cli.reference.settings import variables
from coach.config import Settings


def plain() -> Settings:
    return Settings(_env_file=None)


@pytest.mark.parametrize("name", [n for n in Settings.model_fields if n.upper() not in variables()])
def test_what_others_set_is_not_ours(name, monkeypatch):
    """LANG, TZ, HOST, PORT and MODEL are set on many machines, and not for us."""
    before = plain()
    monkeypatch.setenv(name.upper(), "7")
    assert plain() == before


def test_the_language_of_the_machine_is_not_the_athletes(monkeypatch):
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    assert (plain().lang, plain().tz) == ("ko", "Asia/Seoul")


def test_our_own_variables_count(monkeypatch):
    monkeypatch.setenv("COACH_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", "postgresql://example/x")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:11434/v1")
    monkeypatch.setenv("COACH_MODEL", "small")
    found = plain()
    assert found.lang == "en"
    assert found.database_url is not None
    assert found.has_model


def test_code_may_say_more_than_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("COACH_PORT", "9000")
    assert Settings(_env_file=None, port=9001, data_dir=tmp_path).port == 9001


def test_empty_is_not_set(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("COACH_PORT", "")
    assert plain().database_url is None
    assert plain().port == 8765
