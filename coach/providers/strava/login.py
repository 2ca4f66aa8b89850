"""Connecting on Strava's page, and taking the connection back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coach.config import Settings
from coach.errors import NeedsAthlete, SetupError
from coach.providers.contract import Granted, Opening
from coach.providers.strava.tokens import Tokens, expiry

if TYPE_CHECKING:
    from stravalib.protocol import Scope

READ: tuple[Scope, ...] = ("read", "activity:read_all")
WRITE: Scope = "activity:write"
READS_ACTIVITIES = {"activity:read", "activity:read_all"}


class StravaLogin:
    """What `coach.providers.contract.OAuthLogin` asks for."""

    def page(self, settings: Settings, state: str, return_to: str, *, write: bool) -> str:
        """Return the address of Strava's page, which always asks: what was unticked once can be ticked.

        Raises SetupError where no application is registered.
        """
        from coach.providers.strava import library

        if settings.strava_client_id is None or settings.strava_client_secret is None:
            raise SetupError("strava_no_application")
        address = library.client(settings).authorization_url(
            client_id=settings.strava_client_id,
            redirect_uri=return_to,
            approval_prompt="force",
            scope=[*READ, WRITE] if write else list(READ),
            state=state,
        )
        base = (settings.strava_url or library.SERVER).rstrip("/")
        return base + address.removeprefix(library.SERVER)

    def exchange(self, settings: Settings, code: str, scope: str) -> Granted:
        """Turn what came back into tokens. `scope` is what the athlete left ticked, separated by commas.

        Raises NeedsAthlete where activities may not be read, or the code was used before.
        """
        from coach.providers.strava import library
        from coach.providers.strava.client import who_of
        from coach.providers.strava.faults import LoginRefused, Refused, about_the_application, translated
        from coach.providers.strava.wire import application

        scopes = tuple(sorted({part for part in scope.replace(" ", ",").split(",") if part}))
        if not READS_ACTIVITIES & set(scopes):
            raise NeedsAthlete("strava_scope_missing")
        number, secret = application(settings)
        client = library.client(settings)
        try:
            with translated(_now):
                answer, athlete = client.protocol.exchange_code_for_token(
                    client_id=number, client_secret=secret, code=code, return_athlete=True
                )
                tokens = Tokens(
                    access_token=str(answer["access_token"]),
                    refresh_token=str(answer["refresh_token"]),
                    expires_at=expiry(answer["expires_at"], _now()),
                    scopes=scopes,
                )
                # Undocumented in the token's answer, so it may be missing.
                who = who_of(athlete or client.protocol.get("/athlete"))
        except LoginRefused as error:
            raise NeedsAthlete("strava_code_refused") from error
        except Refused as error:
            ours = about_the_application(error.answer)
            raise NeedsAthlete("strava_application_refused" if ours else "strava_code_refused") from error
        finally:
            client.protocol.rsession.close()
        kept = Tokens(tokens.access_token, tokens.refresh_token, tokens.expires_at, who.account_id, scopes)
        return Granted(tokens=kept.dumps(), scopes=scopes, who=who)

    def revoke(self, settings: Settings, tokens: str) -> None:
        """Take the permission back; one that was taken back over there is fine. Raises ProviderTrouble."""
        from coach.providers.strava.wire import Wire

        wire = Wire(Opening(settings, tokens, keep=lambda new: None, clock=_now))
        try:
            wire.call(lambda protocol: protocol.post("oauth/deauthorize"))
        except NeedsAthlete as error:
            if error.key != "strava_login_expired":
                raise
        finally:
            wire.close()


def _now() -> datetime:
    return datetime.now(UTC)
