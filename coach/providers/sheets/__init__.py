"""Google Sheets: a journal and a plan that the athlete keeps in a spreadsheet, sent by a script in it."""

from __future__ import annotations

from coach.domain.source import Source
from coach.providers.contract import Auth, Provider

# Nothing can be asked for: the script in the spreadsheet sends to an address of ours.
provider = Provider(name="sheets", source=Source.sheets, auth=Auth.address)
