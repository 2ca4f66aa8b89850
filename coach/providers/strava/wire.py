"""One athlete's line to Strava: limits looked at before, tokens renewed and kept, errors in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from coach.config import Settings
from coach.errors import ComeBackLater, NeedsAthlete
from coach.providers.contract import Opening
from coach.providers.strava import library, limits
from coach.providers.strava.faults import LoginRefused, Refused, about_the_application, translated
from coach.providers.strava.tokens import Tokens

if TYPE_CHECKING:
    from stravalib.client import Client
    from stravalib.protocol import ApiV3

Timeout = tuple[float, float]
TIMEOUT_S: Timeout = (library.CONNECT_S, library.READ_S)


def application(settings: Settings) -> tuple[int, str]:
    """Return number and secret of our application. Raises NeedsAthlete where the operator registered none."""
    number, secret = settings.strava_client_id, settings.strava_client_secret
    if number is None or secret is None:
        raise NeedsAthlete("strava_no_application")
    return number, secret.get_secret_value()


class Wire:
    """Calls are made through stravalib's protocol, which answers with plain JSON: its models refuse a whole
    activity for one field of another type, and call a sport that they do not know a workout."""

    def __init__(self, opening: Opening, timeout_s: Timeout = TIMEOUT_S) -> None:
        self.tokens = Tokens.loads(opening.tokens)
        self.clock = opening.clock
        self._opening = opening
        self._unkept = False
        self._headers: Mapping[str, str] = {}
        self.client: Client = library.client(opening.settings, self._note, timeout_s)

    def get(self, path: str, **params: Any) -> Any:
        """Read. Raises ProviderTrouble; NotThere for 404."""
        return self.call(lambda protocol: protocol.get(path, **params), reading=True)

    def call(self, ask: Callable[[ApiV3], Any], *, reading: bool = False) -> Any:
        """Make a call, and once more with new tokens when the old ones are refused.

        `ask` is given stravalib's protocol and may be called twice.
        """
        self._keep()
        self._look_at_limits(reading)
        if self.tokens.expires_soon(self.clock()):
            self.refresh()
        try:
            return self._once(ask)
        except LoginRefused:
            self.refresh()
        return self._once(ask)

    def refresh(self) -> None:
        """Get new tokens, and have them kept before anything else is asked. Raises ProviderTrouble."""
        number, secret = application(self._opening.settings)
        try:
            with translated(self.clock):
                answer = self.client.refresh_access_token(
                    client_id=number, client_secret=secret, refresh_token=self.tokens.refresh_token
                )
                self.tokens = self.tokens.renewed(dict(answer), self.clock())
        except LoginRefused as error:
            raise NeedsAthlete("strava_login_expired") from error
        except Refused as error:
            key = (
                "strava_application_refused"
                if about_the_application(error.answer)
                else "strava_login_expired"
            )
            raise NeedsAthlete(key) from error
        self._unkept = True
        self._keep()

    def close(self) -> None:
        """Give the connection back."""
        self.client.protocol.rsession.close()

    def _keep(self) -> None:
        if self._unkept:
            self._opening.keep(self.tokens.dumps())
            self._unkept = False

    def _once(self, ask: Callable[[ApiV3], Any]) -> Any:
        self._headers = {}
        self.client.access_token = self.tokens.access_token
        over: ComeBackLater | None = None
        try:
            with translated(self.clock):
                return ask(self.client.protocol)
        except ComeBackLater as error:
            over = error
            raise
        finally:
            self._tell_limits(over)

    def _note(self, headers: Mapping[str, str], _method: str) -> None:
        self._headers = headers

    def _look_at_limits(self, reading: bool) -> None:
        until = limits.room_at(
            self._opening.usage(), self.clock(), reading=reading, reserve=self._opening.reserve
        )
        if until is not None:
            raise ComeBackLater("strava_limit", until=until)

    def _tell_limits(self, over: ComeBackLater | None) -> None:
        if not self._headers:
            return
        usage = self._opening.usage()
        if over is None:
            self._opening.keep_usage(limits.noted(usage, self._headers, self.clock()))
        else:
            self._opening.keep_usage(limits.refused(usage, self._headers, self.clock())[0])
