"""Putting a file into Strava: it takes it, works on it for a while, and then says which activity it became.

A file that it has already it answers with a sentence that links to the activity. Nobody here has seen the
real sentence, so the number is looked for in the forms that others report, and otherwise by our own number.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from coach.errors import BadInput, ComeBackLater, NotFound, ProviderTrouble, ServiceBroken
from coach.providers.files.detect import detect
from coach.providers.strava import mapping
from coach.providers.strava.faults import NotThere, Refused, plain, translated
from coach.providers.strava.wire import Wire

if TYPE_CHECKING:
    from stravalib.client import ActivityUploader
    from stravalib.protocol import ApiV3

PAUSES_S = (0.5, 1.0, 1.0, 1.5, 2.0, 2.0)  # between looks; Strava says that most take less than two seconds
PROCESSING = timedelta(minutes=1)  # until it is looked at again
KINDS = ("fit", "gpx", "tcx")
DELETED = "the created activity has been deleted"
_NUMBERS = (
    re.compile(r"/activities/(\d{1,20})"),
    re.compile(r"duplicate of (?:activity )?#?(\d{1,20})\b", re.IGNORECASE),
)


def upload(wire: Wire, name: str, data: bytes, external_id: str, pauses_s: Sequence[float]) -> str:
    """Send a file and return the number of its activity. Raises ProviderTrouble and BadInput.

    Trouble after Strava took the file carries `params["upload_id"]`.
    """
    kind = detect(data).kind
    if kind not in KINDS:
        raise BadInput("strava_wrong_format")
    params: dict[str, Any] = {
        "data_type": kind,
        "external_id": external_id,
        **({"name": name} if name else {}),
    }

    def send(protocol: ApiV3) -> Any:
        # A new stream each time: what a refused attempt has read would be missing in the next.
        file: Any = (f"{external_id}.{kind}", BytesIO(data))
        return protocol.post("/uploads", files={"file": file}, **params)

    try:
        state = _state_of(wire, wire.call(send))
    except Refused as error:
        said = error.answer if isinstance(error.answer, dict) else {}
        return _told_off(wire, str(said.get("error") or error.params["reason"]), external_id)
    found = _outcome(wire, state, external_id)
    upload_id = mapping.identifier(state.upload_id)
    if found is None and not upload_id:
        raise ServiceBroken("strava_unreadable")
    return found or _wait(wire, upload_id, external_id, pauses_s)


def resume(wire: Wire, upload_id: str, external_id: str, pauses_s: Sequence[float]) -> str:
    """Go on waiting for a file that was sent. As `upload`; NotFound when Strava knows no such upload."""
    return _wait(wire, upload_id, external_id, pauses_s, known=False)


def _wait(
    wire: Wire, upload_id: str, external_id: str, pauses_s: Sequence[float], *, known: bool = True
) -> str:
    try:
        for pause_s in pauses_s:
            time.sleep(pause_s)
            try:
                answer = wire.get("/uploads/{upload_id}", upload_id=upload_id)
            except NotThere:
                continue
            known = True
            found = _outcome(wire, _state_of(wire, answer), external_id)
            if found is not None:
                return found
    except ProviderTrouble as error:
        error.params.setdefault("upload_id", upload_id)
        raise
    if not known:
        raise NotFound("strava_upload_unknown")
    raise ComeBackLater("strava_processing", until=wire.clock() + PROCESSING, upload_id=upload_id)


def _state_of(wire: Wire, answer: Any) -> ActivityUploader:
    with translated(wire.clock):
        from stravalib.client import ActivityUploader

        return ActivityUploader(wire.client, answer, raise_exc=False)


def _outcome(wire: Wire, state: ActivityUploader, external_id: str) -> str | None:
    """Return the activity's number, or None while Strava is still at it. Raises BadInput."""
    if state.is_error:
        return _told_off(wire, str(state.error), external_id)
    if DELETED in str(state.status).lower():
        raise BadInput("strava_upload_deleted")
    if not state.is_complete:
        return None
    number = mapping.identifier(state.activity_id)
    if not number:
        raise ServiceBroken("strava_unreadable")
    return number


def _told_off(wire: Wire, reason: str, external_id: str) -> str:
    """Return the activity that the file is a duplicate of. Raises BadInput when it is something else."""
    if "duplicate" not in reason.lower():
        raise BadInput("strava_refused_file", reason=plain(reason))
    for form in _NUMBERS:
        if found := form.search(reason):
            return found[1]
    latest = wire.get("/athlete/activities", per_page=200, page=1)
    for activity in latest if isinstance(latest, list) else []:
        item = mapping.listed(activity)
        if item is not None and item.echo_of == external_id:
            return item.external_id
    raise BadInput("strava_duplicate")
