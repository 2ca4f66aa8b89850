"""What of an athlete's archive people and spreadsheets read: texts, tables of samples, plans."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from coach.domain.activity import Streams
from coach.domain.athlete import Athlete
from coach.domain.plan.exchange import write_plan
from coach.domain.plan.model import Plan, load
from coach.domain.source import Permission, Source
from coach.pipeline import transcript
from coach.store import activities, daily, journal, memories, own_data, threads
from coach.store.session import Session
from coach.store.streams import TICKS
from coach.text import Lang, say

LANGS: tuple[Lang, Lang] = ("ko", "en")
EVERY = 1_000_000_000
AT_ONCE = 5_000  # samples that are written at once
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Files = Iterator[tuple[str, Iterable[bytes]]]


def readme(permitted: Mapping[Source, Permission], now: datetime) -> Iterator[bytes]:
    """Say in both languages what the archive holds, what it does not, and what may be kept how long."""
    for lang in LANGS:
        lines = [say(lang, "own_data.readme", when=f"{now:%Y-%m-%d %H:%M %Z}").strip(), ""]
        for source, permission in permitted.items():
            if permission.keep_for is not None:
                days = permission.keep_for.days
                lines.append(say(lang, "own_data.readme_keep", source=source.value, days=days))
        yield ("\n".join(lines).rstrip() + "\n\n\n").encode()


def views(s: Session, athlete: Athlete, now: datetime) -> Files:
    """Return each readable file by its name, in the athlete's language."""
    yield "activities.csv", _activities(s, athlete)
    yield "days.csv", _days(s)
    yield "journal.csv", _entries(s, athlete)
    yield "journal.md", _journal(s, athlete.lang)
    yield "memories.md", _memories(s, athlete.lang)
    yield from _conversations(s, athlete, now)
    yield from _plans(s)
    yield from _sent(s, athlete)


def samples(found: Streams) -> Iterator[bytes]:
    """Return the samples of a recording as CSV. Every number reads back as the one that is stored.

    An empty cell was not measured. Units stand in the names; of a developer field in brackets.
    """
    columns: list[tuple[str, NDArray[np.floating]]] = [("t_s", found.t_s)]
    for name, values in found.channels.items():
        columns.append((name, values if name in TICKS else values.astype("f4")))
    for name, (unit, values) in found.developer.items():
        columns.append((_words(f"{name} [{unit}]"), values.astype("f4")))
    yield _line([name for name, _ in columns])
    for at in range(0, found.t_s.size, AT_ONCE):
        cells = [_cells(values[at : at + AT_ONCE]) for _, values in columns]
        yield b"\r\n".join(map(b",".join, zip(*cells, strict=True))) + b"\r\n"


def _cells(values: NDArray[np.floating]) -> list[bytes]:
    if not np.isinf(values).any():
        # The shortest digits that read back as the same number, for each of the two widths.
        body = orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]
        return body.replace(b"null", b"").split(b",")
    return [b"" if np.isnan(value) else str(value).encode() for value in values]


def _activities(s: Session, athlete: Athlete) -> Iterator[bytes]:
    head = "day start_at sport name distance_m moving_s elapsed_s rpe note activity recordings"
    yield _line(head.split())
    recordings = own_data.sources(s)
    for row in activities.find(s, athlete.id, newest_first=False):
        what = (row.local_date, row.start_at.isoformat(), row.sport.value, _words(row.name))
        numbers = (row.distance_m, row.moving_s, row.elapsed_s, row.rpe)
        made_of = " ".join(map(str, recordings.get(row.id, [])))
        yield _line([*what, *numbers, _words(row.note), row.id, made_of])


def _days(s: Session) -> Iterator[bytes]:
    yield _line(["day", "name", "value", "source"])
    for row in own_data.days(s):
        yield _line(row)


def _entries(s: Session, athlete: Athlete) -> Iterator[bytes]:
    yield _line(["day", "kind", "value", "place", "side", "text", "activity"])
    for entry in daily.list_entries(s, athlete.id):
        words = (_words(entry.where), entry.side, _words(entry.text))
        yield _line([entry.day, entry.kind, entry.value, *words, entry.activity_id])


def _journal(s: Session, lang: Lang) -> Iterator[bytes]:
    yield f"# {say(lang, 'own_data.journal')}\n".encode()
    for day, notes in groupby(sorted(journal.find(s), key=lambda n: (n.day, n.id)), key=lambda n: n.day):
        yield "".join([f"\n## {day}\n", *(f"\n{note.text}\n" for note in notes)]).encode()


def _memories(s: Session, lang: Lang) -> Iterator[bytes]:
    yield f"# {say(lang, 'own_data.memories')}\n\n".encode()
    for memory in sorted(memories.find(s), key=lambda m: m.id):
        until = f" → {memory.valid_until}" if memory.valid_until else ""
        kind = say(lang, f"memory.kind_{memory.kind}")
        yield f"- {kind} · {memory.said_on}{until}: {memory.text}\n".encode()


def _conversations(s: Session, athlete: Athlete, now: datetime) -> Files:
    here = now.astimezone(athlete.zone)
    found = [
        t for shelf in (False, True) for t in threads.list_threads(s, athlete.id, archived=shelf, limit=EVERY)
    ]
    for thread in sorted(found, key=lambda t: t.id):
        began = thread.created_at.astimezone(athlete.zone).date()
        text = transcript.markdown(thread, threads.each_message(s, thread.id), athlete.lang, here)
        yield f"conversations/{began}-{thread.id}.md", (piece.encode() for piece in text)


def _plans(s: Session) -> Files:
    for plan_id, number, state, content in own_data.plan_contents(s):
        try:
            shown: Mapping[str, Any] = write_plan(load(Plan, content))
        except (LookupError, TypeError, ValueError, AttributeError):
            shown = content  # of a version that nobody reads any more: still the athlete's
        body = json.dumps(shown, ensure_ascii=False, indent=2)
        yield f"plans/{plan_id}-{number}-{state}.json", [body.encode()]


def _sent(s: Session, athlete: Athlete) -> Files:
    for day, calls in groupby(own_data.calls(s), key=lambda call: call.day):
        yield f"sent-to-models/{day}.md", (_call(call, athlete) for call in calls)


def _call(call: own_data.Sent, athlete: Athlete) -> bytes:
    at = call.at.astimezone(athlete.zone)
    lines = [f"# {at:%Y-%m-%d %H:%M:%S} · {call.model} · {call.host} · {call.purpose}"]
    for message in call.messages:
        content = message.get("content")
        body = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        rest = {name: value for name, value in message.items() if name not in ("role", "content")}
        lines += [f"## {message.get('role', '?')}", body]
        lines += [f"```json\n{json.dumps(rest, ensure_ascii=False, indent=1)}\n```"] if rest else []
    return ("\n\n".join(lines) + "\n\n").encode()


def _words(text: str) -> str:
    """Return text as a spreadsheet takes it for text: never as a formula that somebody else wrote."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Sequence[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue().encode()
