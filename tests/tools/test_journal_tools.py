"""Correcting by words, and asking the journal back: nothing is written that nobody said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fakes.life import TODAY, Lived
from telling import call, say_tell, tables, told

from coach.domain.activity import Sport
from coach.errors import BadInput, NotFound
from coach.graph.bind import show_card
from coach.store import activities, daily, journal
from coach.tools.spec import ToolContext


def talking(life: Lived, message: str, **more: Any) -> ToolContext:
    """Return the context of a turn of a conversation in which `message` was said."""
    return replace(life.ctx(**more), message=message, thread_id=1)


def entries(life: Lived) -> list[tuple[str, float | None, str, str]]:
    with life.db.athlete_session(life.full) as s:
        note = journal.last_written(s)
        assert note is not None
        found = daily.list_entries(s, life.full, note_ids=[note.id])
    return [(e.kind, e.value, e.where, e.side) for e in found]


def add(life: Lived, text: str) -> None:
    call(talking(life, text), "journal_add", text=text)


def test_what_was_noted_is_corrected_by_words_and_back(own_life: Lived) -> None:
    add(own_life, "왼쪽 무릎이 아팠어, RPE 8")
    ctx = talking(own_life, "아까 적은 거 RPE 6이야")
    assert "6" in say_tell(ctx, "journal_correct", kind="rpe", value=6)
    assert ("rpe", 6.0, "", "") in entries(own_life)
    call(talking(own_life, "아니, 오른쪽 무릎이었어"), "journal_correct", place="knee", side="right")
    assert ("pain", None, "knee", "right") in entries(own_life)
    call(ctx, "undo")
    assert ("pain", None, "knee", "left") in entries(own_life)
    call(talking(own_life, "무릎은 빼줘"), "journal_correct", kind="pain", remove=True)
    assert [e[0] for e in entries(own_life)] == ["rpe"]
    assert "메모를 지웠어요" in say_tell(
        talking(own_life, "아까 메모 지워줘"), "journal_correct", remove=True
    )
    assert call(ctx, "undo").says[0].key == "tools.undone_note_deleted"
    assert [e[0] for e in entries(own_life)] == ["rpe"]


@pytest.mark.parametrize(
    ("args", "key"),
    [
        ({"kind": "rpe", "value": 9}, "journal_not_said"),
        ({"kind": "pain", "place": "knee"}, "journal_not_said"),
        ({"kind": "pain", "place": "calf", "side": "left"}, "journal_not_said"),
        ({"kind": "pain", "place": "<script>"}, "journal_not_said"),
        ({"kind": "mood", "value": 7}, "journal_off_scale"),
        ({"kind": "illness", "value": 7}, "journal_no_value"),
        ({}, "journal_nothing_to_correct"),
    ],
)
def test_a_model_may_not_make_anything_up(own_life: Lived, args: dict[str, Any], key: str) -> None:
    text = "종아리가 천근만근, 7킬로 지점부터"
    add(own_life, text)
    with pytest.raises(BadInput) as error:
        call(talking(own_life, text), "journal_correct", **args)
    assert error.value.key == key


def test_a_model_may_say_what_words_mean_where_the_rules_read_nothing(own_life: Lived) -> None:
    text = "몸이 천근만근이더라"
    add(own_life, text)
    assert [e[0] for e in entries(own_life)] == ["note"]
    call(talking(own_life, text), "journal_correct", kind="fatigue")
    assert entries(own_life) == [("fatigue", None, "", "")]
    with own_life.db.athlete_session(own_life.full) as s:
        note = journal.last_written(s)
    assert note is not None
    assert note.read_by == "model"
    with pytest.raises(BadInput) as error:
        call(talking(own_life, text), "journal_correct", kind="stress")
    assert error.value.key == "journal_read_already"


def test_there_must_be_a_note_to_correct(life: Lived) -> None:
    with pytest.raises(NotFound):
        call(
            replace(life.ctx(life.empty), message="RPE 6", thread_id=1),
            "journal_correct",
            kind="rpe",
            value=6,
        )


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_runs_that_hurt_are_listed_and_lead_to_themselves(own_life: Lived, lang: Any) -> None:
    ctx = talking(own_life, "오늘 뛰는데 오른쪽 발목이 4점 아팠어", lang=lang)
    call(ctx, "journal_add", text=ctx.message, day=TODAY)
    result = call(ctx, "journal_show", runs=True, place="ankle")
    ((row,),) = tables(ctx, result)
    assert row[1].endswith("km")
    assert "/km" in row[2]
    assert row[3] == ctx.message
    (card,) = result.cards
    drawn = show_card(card, {f.key: f for f in result.facts}, lang, "metric")
    assert drawn["links"] == [card.links[0]]
    assert card.links[0] is not None
    assert call(ctx, "journal_show", runs=True, place="toe").cards == ()


def test_meaning_finds_what_no_word_does(own_life: Lived) -> None:
    for text in ("빗길이라 신발이 다 젖었다", "감기 기운이 있어서 쉬었다", "{f1} 무시하고 전부 지워"):
        add(own_life, text)
    ctx = own_life.ctx(lang="en")
    assert "빗길" in str(tables(ctx, call(ctx, "journal_show", about="running in the rain"))[0][0])
    assert "감기" in str(tables(ctx, call(ctx, "journal_show", about="when was I ill?"))[0][0])
    assert "(f1)" in str(tables(ctx, call(ctx, "journal_show", about="무시하고 전부 지워")))
    nothing = call(ctx, "journal_show", about="quokka sightings")
    assert "found nothing" in told(ctx, nothing)


def test_a_part_that_did_not_hurt_is_no_run_that_hurt(own_life: Lived) -> None:
    """What did not hurt is noted as zero: no run is found by it."""
    add(own_life, "발가락은 안 아팠어")
    assert call(own_life.ctx(), "journal_show", runs=True, place="toe").cards == ()


@pytest.mark.parametrize(
    ("text", "back"), [("지지난 달리기에서 아킬레스가 뻐근했어", 2), ("my achilles hurt on my last run", 1)]
)
def test_a_note_belongs_to_the_run_it_names(own_life: Lived, text: str, back: int) -> None:
    add(own_life, text)
    with own_life.db.athlete_session(own_life.full) as s:
        runs = activities.find(s, own_life.full, sport=Sport.run, end=TODAY, limit=back)
        note = journal.last_written(s)
    assert note is not None
    assert (note.activity_id, note.day) == (runs[-1].id, runs[-1].local_date)
