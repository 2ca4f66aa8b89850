"""What rests on a restricted source says so, however far it was computed from there."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.life import Lived
from sqlalchemy import text as sql

from coach.domain.fact import Fact
from coach.domain.source import DEFAULT_PERMISSIONS, Source
from coach.errors import CoachError
from coach.graph import provenance
from coach.tools import TOOLS

# Tools whose facts rest on recordings alone, with arguments.
OF_RECORDINGS: list[tuple[str, dict[str, Any]]] = [
    ("load_and_form", {}),
    ("training_status", {}),
    ("fitness", {}),
    ("race_predictions", {}),
    ("training_paces", {}),
    ("mean_max", {"channel": "pace"}),
    ("mean_max", {"channel": "hr"}),
    ("changes", {"what": "stride"}),
    ("changes", {"what": "efficiency"}),
    ("correlate", {"a": "sleep", "b": "efficiency"}),
    ("compare_runs", {}),
    ("same_route", {}),
    ("heatmap", {}),
    ("journal_show", {"runs": True, "place": "knee"}),
    ("correlate", {"a": "distance", "b": "pain"}),
    ("metric", {"name": "ctl"}),
    ("metric", {"name": "vdot"}),
    ("metric", {"name": "lthr"}),
    ("track_record", {}),
    ("zones", {"start": "2026-10-01", "end": "2026-11-21", "sport": "run"}),
]


@pytest.fixture
def strava_life(own_life: Lived) -> Lived:
    """The same life with every recording from Strava's API."""
    with own_life.db.athlete_session(own_life.full) as s:
        s.execute(sql("UPDATE activity_sources SET source = 'strava'"))
    return own_life


def known(life: Lived, name: str, args: dict[str, Any]) -> list[Fact]:
    tool = TOOLS[name]
    return [f for f in tool.fn(life.ctx(), tool.args.model_validate(args)).facts if f.value is not None]


def test_what_recordings_gave_is_withheld_with_them(strava_life: Lived) -> None:
    told = 0
    for name, args in OF_RECORDINGS:
        try:
            facts = known(strava_life, name, args)
        except CoachError:
            continue  # too little of it in this life; the count below holds the others
        told += bool(facts)
        for fact in facts:
            # A run that the athlete told of is the athlete's own.
            own = fact.sources == {Source.journal}
            assert own or not fact.permission(DEFAULT_PERMISSIONS).to_model or not fact.sources, (
                name,
                fact.key,
                fact.sources,
            )
    assert told >= 12


def test_readiness_is_withheld_with_the_load_it_rests_on(strava_life: Lived) -> None:
    facts = {f.key: f for f in known(strava_life, "readiness", {})}
    assert not facts["score"].permission(DEFAULT_PERMISSIONS).to_model
    assert facts["hrv_z"].permission(DEFAULT_PERMISSIONS).to_model, "the watch's nights are not Strava's"


def test_a_quoted_guideline_rests_on_nobody_and_other_words_without_facts_on_all(strava_life: Lived) -> None:
    def rests_on(name: str, **args: Any) -> frozenset[Source]:
        tool = TOOLS[name]
        ctx = strava_life.ctx()
        return provenance.traced(tool.fn, ctx, tool.args.model_validate(args), DEFAULT_PERMISSIONS).rests_on

    assert rests_on("guidelines", question="달릴 때 물은 얼마나 마셔야 해?") == frozenset()
    assert Source.strava in rests_on("guidelines", question="서울 마라톤 참가비가 얼마야?")
