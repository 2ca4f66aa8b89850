"""Apple Health: the app Health Auto Export's JSON, and the export of the Health app itself."""

from __future__ import annotations

from coach.domain.source import Source
from coach.providers.contract import Auth, Provider

# Nothing can be asked for: the phone sends to an address of ours, or the athlete gives the export as a file.
provider = Provider(name="apple_health", source=Source.apple_health, auth=Auth.address)
