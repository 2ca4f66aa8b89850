"""What was just uploaded is meant by "the file", however old the run in it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coach.domain.activity import Sport
from coach.errors import NotFound
from coach.store import activities, athletes, imports, system
from coach.store.imports import Item
from coach.store.session import Database
from coach.tools.activity import ShowArgs, activity_show
from coach.tools.spec import ToolContext

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def ctx(db: Database) -> ToolContext:
    athlete = system.create_athlete(db, name="하나")
    with db.athlete_session(athlete.id) as s:
        return ToolContext(athletes.get(s, athlete.id), db, NOW, "ko")


def _activity(ctx: ToolContext, day: int) -> int:
    start = datetime(2018, 3, day, 1, tzinfo=UTC)
    with ctx.db.athlete_session(ctx.athlete.id) as s:
        row = activities.create(
            s,
            ctx.athlete.id,
            sport=Sport.run,
            start_at=start,
            tz="Asia/Seoul",
            local_date=start.date(),
            elapsed_s=1800.0,
            distance_m=5000.0,
        )
        return row.id


def _imported(ctx: ToolContext, *ids: int) -> None:
    with ctx.db.athlete_session(ctx.athlete.id) as s:
        begun = imports.create(s, ctx.athlete.id, channel="web", total=len(ids))
        for n, activity_id in enumerate(ids):
            imports.add_item(
                s, ctx.athlete.id, begun.id, Item(f"{n}.fit", "imported", activity_id=activity_id)
            )
        imports.finish(s, begun.id)


def test_the_latest_import_is_meant_not_the_latest_run(ctx: ToolContext) -> None:
    old, _newer = _activity(ctx, 1), _activity(ctx, 20)
    _imported(ctx, old)
    shown = activity_show(ctx, ShowArgs(pick="uploaded"))
    assert {fact.subject.activity_id for fact in shown.facts} == {old}


def test_several_are_asked_about_and_an_answer_goes_on(ctx: ToolContext) -> None:
    one, two = _activity(ctx, 1), _activity(ctx, 2)
    _imported(ctx, one, two)
    asked = activity_show(ctx, ShowArgs(pick="uploaded")).question
    assert asked is not None
    assert [choice.value for choice in asked.choices] == [str(two), str(one)]
    answered = ShowArgs.model_validate({**asked.args, asked.field: asked.choices[1].value})
    assert {fact.subject.activity_id for fact in activity_show(ctx, answered).facts} == {one}


def test_nothing_uploaded_is_said(ctx: ToolContext) -> None:
    with pytest.raises(NotFound, match="uploads_without_activity"):
        activity_show(ctx, ShowArgs(pick="uploaded"))
