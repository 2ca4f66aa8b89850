"""What a phone or a spreadsheet sends to the athlete's own address: whose it is, and what becomes of it.

The secret of the address is all the authority there is, so it lets nothing be read: the answer only tells
what was sent. Everything has a key of its own, and a push that comes again, late or twice changes nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from coach.domain.athlete import Athlete
from coach.domain.source import Source
from coach.errors import BadInput, NotAnActivity, NotLoggedIn, UnreadableFile
from coach.pipeline import apple_health, importing, journaling, recompute, sheet_journal
from coach.pipeline.importer import PUSHED
from coach.pipeline.placing import Placing, numbered
from coach.pipeline.reach import Reach
from coach.providers.apple_health.health_auto_export import is_health_auto_export, read_health_auto_export
from coach.providers.files.json import load_json
from coach.providers.files.parsed import Parsed
from coach.providers.sheets.rows import Planned, RefusedRow, Row, Sheet, read_sheets
from coach.store import addresses, athletes, connections, planned_workouts, pushed, sync_system
from coach.store.accounts import token_hash
from coach.store.planned_workouts import PlannedWorkout
from coach.store.session import Session
from coach.text import Lang, has, say

HEALTH, SHEETS = "apple_health", "sheets"
# Read at once; what is larger is read by a limited process, in the background.
AT_ONCE_BYTES = 1_000_000
ROWS_ENDPOINT = "push/sheets"
_AHEAD = timedelta(minutes=10)  # clocks of spreadsheets
_SECRET_CHARS = (20, 200)


@dataclass(frozen=True)
class Received:
    """What became of a push. `import_id` is of one that is read in the background.

    `days` are values of days that changed, `workouts` activities, `entries` and `planned` what the rows said
    now; `removed` rows are gone from the sheet. `is_known`: a later push was here before.
    """

    lang: Lang
    days: int = 0
    workouts: int = 0
    entries: int = 0
    planned: int = 0
    removed: int = 0
    refused: tuple[RefusedRow, ...] = ()
    import_id: int | None = None
    is_known: bool = False

    @property
    def said(self) -> str:
        """What became of it, as a sentence in the athlete's language."""
        if self.import_id is not None:
            return say(self.lang, "pushing.queued")
        counts = ("days", "workouts", "entries", "planned", "removed")
        parts = [say(self.lang, f"pushing.{name}", n=n) for name in counts if (n := getattr(self, name))]
        if self.refused:
            parts.append(say(self.lang, "pushing.refused", n=len(self.refused)))
        if not parts:
            return say(self.lang, "pushing.nothing_new")
        return say(self.lang, "pushing.received", what=", ".join(parts))

    def why(self, refused: RefusedRow) -> str:
        """Why a row was refused, as a sentence in the athlete's language."""
        params = dict(refused.params)
        if "column" in params:
            params["column"] = say(self.lang, f"pushing.column_{params['column']}")
        area = "pushing" if has(self.lang, f"pushing.{refused.key}") else "error"
        return say(self.lang, f"{area}.{refused.key}", **params)


def owner_of(reach: Reach, provider: str, secret: str, now: datetime) -> int:
    """Return whose open address has this secret. Raises NotLoggedIn("address_unknown").

    The database is asked for its hash in any case, so an unknown secret takes as long as a revoked one.
    """
    shaped = _SECRET_CHARS[0] <= len(secret) <= _SECRET_CHARS[1]
    athlete_id = sync_system.use_address(reach.db, provider, token_hash(secret if shaped else ""), now)
    if athlete_id is None:
        raise NotLoggedIn("address_unknown")
    return athlete_id


def _check_still_open(s: Session, provider: str, secret: str) -> None:
    """Raise NotLoggedIn where the athlete has closed the address since the secret was looked at."""
    if not addresses.is_open(s, provider, secret):
        raise NotLoggedIn("address_unknown")


def receive_health(reach: Reach, secret: str, body: bytes, now: datetime) -> Received:
    """Take what the app Health Auto Export sent: at once, or queued when it is large.

    Raises NotLoggedIn("address_unknown"), BadInput("not_health_auto_export").
    """
    athlete_id = owner_of(reach, HEALTH, secret, now)
    if len(body) > AT_ONCE_BYTES:
        return _queue(reach, athlete_id, secret, body, now)
    parsed = _read_health(body)
    placing = Placing.for_athlete(reach.db, athlete_id, now)
    refused: list[RefusedRow] = []
    with reach.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        _check_still_open(s, HEALTH, secret)
        days = apple_health.keep_days(s, parsed.measured, now)
        workouts = 0
        for recording in numbered(_with_numbers(parsed)):
            try:
                _, changed = apple_health.place(
                    s, placing, recording, file_id=None, name=recording.name or "–"
                )
            except UnreadableFile as error:
                refused.append(RefusedRow("", None, recording.external_id, error.key, error.params))
            else:
                workouts += changed
        if days or workouts:
            recompute.defer(s, athlete_id, workouts)
        connections.well(s, HEALTH, synced_at=now)
    return Received(placing.athlete.lang, days=days, workouts=workouts, refused=tuple(refused))


def _read_health(body: bytes) -> Parsed:
    try:
        document = load_json("push", body)
    except BadInput as error:
        raise BadInput("not_health_auto_export") from error
    if not is_health_auto_export(document):
        raise BadInput("not_health_auto_export")
    try:
        return read_health_auto_export("push", document)
    except NotAnActivity:  # nothing new on the phone is no mistake
        return Parsed("health_auto_export")


def _with_numbers(parsed: Parsed) -> list[Any]:
    """Return the workouts, each with a number: older versions of the app give none."""
    return [
        r if r.external_id else replace(r, external_id=f"{int(r.start.timestamp())}-{r.sport.value}")
        for r in parsed.recordings
    ]


def _queue(reach: Reach, athlete_id: int, secret: str, body: bytes, now: datetime) -> Received:
    with reach.db.athlete_session(athlete_id) as s:
        _check_still_open(s, HEALTH, secret)
        lang = athletes.get(s, athlete_id).lang
        connections.well(s, HEALTH, synced_at=now)
    inbox = reach.settings.inbox
    place = inbox / uuid4().hex
    place.mkdir(parents=True, mode=0o700)
    path = place / "0"
    with path.open("xb") as kept:
        kept.write(body)
        kept.flush()
        os.fsync(kept.fileno())  # the answer says that it is kept
    name = f"health-{now:%Y%m%d-%H%M%S}.json"
    queued = importing.start(reach.db, athlete_id, [(name, path)], inbox=inbox, channel=PUSHED)
    return Received(lang, import_id=queued.id)


def receive_rows(reach: Reach, secret: str, body: bytes, now: datetime) -> Received:
    """Take rows of the athlete's spreadsheet. A push that is older than the last one changes nothing: that
    one held everything that was not acknowledged before.

    Raises NotLoggedIn("address_unknown"), BadInput("not_a_sheet", "too_many_rows", "sent_in_the_future").
    """
    athlete_id = owner_of(reach, SHEETS, secret, now)
    document, sent_at = _read_rows(body, now)
    with reach.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        _check_still_open(s, SHEETS, secret)
        athlete = athletes.get(s, athlete_id)
        sheets = read_sheets(document, now.astimezone(athlete.zone).date())
        known = connections.get(s, SHEETS)
        cursor = dict(known.cursor) if known else {}
        if sent_at <= cursor.get("sent_at", 0):
            return Received(athlete.lang, is_known=True)
        rows = [row for sheet in sheets for row in sheet.rows]
        before = pushed.find(s, Source.sheets, ROWS_ENDPOINT, [row.id for row in rows])
        # A row whose words are the same was read before; what the athlete changed here since stays.
        changed = [row for row in rows if before.get(row.id) != row.raw]
        refused = tuple(r for sheet in sheets for r in sheet.refused)
        # A red flag stops the plan wherever it is written.
        entries = sheet_journal.keep(s, athlete, changed, now)
        sheet_journal.heed_refused(s, athlete, refused, now)
        planned = _keep_planned(s, athlete, changed, now)
        for row in changed:
            pushed.replace(s, Source.sheets, ROWS_ENDPOINT, row.id, row.raw, now)
        removed = _remove_missing(s, sheets)
        connections.well(s, SHEETS, synced_at=now, cursor={**cursor, "sent_at": sent_at})
    return Received(athlete.lang, entries=len(entries), planned=planned, removed=removed, refused=refused)


def _read_rows(body: bytes, now: datetime) -> tuple[Any, int]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("not_a_sheet") from error
    sent_at = document.get("sent_at") if isinstance(document, dict) else None
    if isinstance(sent_at, bool) or not isinstance(sent_at, int) or not 0 < sent_at < 10**14:
        raise BadInput("not_a_sheet")
    if datetime.fromtimestamp(sent_at / 1000, UTC) > now + _AHEAD:
        raise BadInput("sent_in_the_future")
    return document, sent_at


def _keep_planned(s: Session, athlete: Athlete, rows: Sequence[Row], now: datetime) -> int:
    for row in rows:
        if row.planned is not None:
            words = f"{row.planned.title}\n{row.planned.note}"
            journaling.heed_words(s, athlete, words, row.planned.day, now, key=f"row:{row.id}")
    gone = [row.id for row in rows if row.planned is None]
    if gone:
        planned_workouts.remove(s, Source.sheets, gone)
    return planned_workouts.save(s, [_workout(row.id, row.planned) for row in rows if row.planned])


def _workout(row_id: str, planned: Planned) -> PlannedWorkout:
    return PlannedWorkout(
        Source.sheets,
        row_id,
        planned.day,
        planned.sport,
        planned.title,
        planned.note,
        planned.distance_m,
        planned.duration_s,
    )


def _remove_missing(s: Session, sheets: Sequence[Sheet]) -> int:
    """Take away what came from rows that no sheet has any more; return how many rows that is.

    Only of the kinds of sheets that were sent with all their rows named: a sheet that is not there says
    nothing about its rows.
    """
    kinds = {sheet.kind for sheet in sheets if sheet.ids is not None}
    kinds -= {sheet.kind for sheet in sheets if sheet.ids is None}
    there = {i for sheet in sheets for i in sheet.ids or ()}
    missing = pushed.keys(s, Source.sheets, ROWS_ENDPOINT) - there
    stored = pushed.find(s, Source.sheets, ROWS_ENDPOINT, missing)
    gone = [key for key, raw in stored.items() if raw.get("kind") in kinds]
    if gone:
        sheet_journal.remove(s, gone)
        planned_workouts.remove(s, Source.sheets, gone)
        pushed.forget(s, Source.sheets, ROWS_ENDPOINT, gone)
    return len(gone)
