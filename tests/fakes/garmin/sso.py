"""Garmin's front door: three ways in, a code by e-mail, and tokens that change at each renewal."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

CLIENT = "GARMIN_CONNECT_MOBILE_ANDROID_DI_2025Q2"


def _jwt(life_s: float) -> str:
    parts = ({"alg": "RS256"}, {"client_id": CLIENT, "exp": time.time() + life_s, "jti": uuid4().hex})
    packed = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join((*packed, "signature"))


@dataclass
class FrontDoor:
    """`mfa`: whether a code is asked for. `wall`: "" or "captcha", in front of every way in. `logins` counts
    the times that a password was sent, `codes` the same for codes, `renewals` for tokens."""

    email: str = "runner@example.org"
    password: str = "correct horse"
    mfa: bool = False
    code: str = "042137"
    wall: str = ""
    life_s: float = 20 * 3600
    logins: int = 0
    codes: int = 0
    renewals: int = 0
    access: str = field(default_factory=lambda: _jwt(20 * 3600))
    refresh: str = field(default_factory=lambda: uuid4().hex)
    _tickets: set[str] = field(default_factory=set)
    _waiting: set[str] = field(default_factory=set)

    def tokens(self) -> str:
        """Return tokens as a login leaves them behind."""
        return json.dumps({"di_token": self.access, "di_refresh_token": self.refresh, "di_client_id": CLIENT})

    def expire(self) -> None:
        """Let the access token run out; it can be renewed."""
        self.access = _jwt(self.life_s)

    def revoke(self) -> None:
        """End the login."""
        self.access, self.refresh = _jwt(self.life_s), uuid4().hex

    def secrets(self) -> set[str]:
        """Return everything that must not be read anywhere."""
        return {self.password, self.code, self.access, self.refresh, self.email}

    def routes(self) -> list[Route]:
        return [
            Route("/mobile/sso/en_US/sign-in", self._page),
            Route("/portal/sso/en-US/sign-in", self._page),
            Route("/mobile/api/login", self._log_in, methods=["POST"]),
            Route("/portal/api/login", self._log_in, methods=["POST"]),
            Route("/mobile/api/mfa/verifyCode", self._verify, methods=["POST"]),
            Route("/portal/api/mfa/verifyCode", self._verify, methods=["POST"]),
            Route("/sso/embed", self._page),
            Route("/sso/signin", self._widget, methods=["GET", "POST"]),
            Route("/sso/verifyMFA/loginEnterMfaCode", self._widget_code, methods=["POST"]),
            Route("/di-oauth2-service/oauth/token", self._token, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        page = HTMLResponse("<title>GARMIN Authentication Application</title>")
        page.set_cookie("SESSION", uuid4().hex)
        return page

    def _ticket(self) -> str:
        ticket = f"ST-{uuid4().hex}"
        self._tickets.add(ticket)
        return ticket

    def _said(self, kind: str, **more: object) -> Response:
        return JSONResponse({"responseStatus": {"type": kind, "message": ""}, **more})

    async def _log_in(self, request: Request) -> Response:
        said = await request.json()
        self.logins += 1
        if self.wall == "captcha":
            return self._said("CAPTCHA_REQUIRED")
        if (said["username"], said["password"]) != (self.email, self.password):
            return self._said("INVALID_USERNAME_PASSWORD")
        if self.mfa:
            self._waiting.add(request.cookies["SESSION"])
            return self._said("MFA_REQUIRED", customerMfaInfo={"mfaLastMethodUsed": "email"})
        return self._said("SUCCESSFUL", serviceTicketId=self._ticket())

    async def _verify(self, request: Request) -> Response:
        said = await request.json()
        self.codes += 1
        session = request.cookies.get("SESSION")
        if session not in self._waiting:
            return JSONResponse({"error": {"status-code": "401"}}, 401)
        if said["mfaVerificationCode"] != self.code:
            return self._said("MFA_CODE_INVALID")
        self._waiting.discard(session)
        return self._said("SUCCESSFUL", serviceTicketId=self._ticket())

    def _widget_page(self, title: str, inside: str = "") -> Response:
        form = '<input type="hidden" name="_csrf" value="c5rf" />'
        return HTMLResponse(f"<html><title>{title}</title>{form}{inside}</html>")

    async def _widget(self, request: Request) -> Response:
        if request.method == "GET":
            return self._widget_page("GARMIN Authentication Application")
        said = await request.form()
        self.logins += 1
        if self.wall:
            return self._widget_page("Are you a person?")
        if (said["username"], said["password"]) != (self.email, self.password):
            return self._widget_page("Invalid sign in")
        if self.mfa:
            sent = '<script>var mfaMethod = "email"; var codeSentTo = "r***@example.org";</script>'
            return self._widget_page("Enter MFA code", sent)
        return self._widget_page("Success", f'"/sso/embed?ticket={self._ticket()}"')

    async def _widget_code(self, request: Request) -> Response:
        self.codes += 1
        if (await request.form())["mfa-code"] != self.code:
            return self._widget_page("Enter MFA code")
        return self._widget_page("Success", f'"/sso/embed?ticket={self._ticket()}"')

    async def _token(self, request: Request) -> Response:
        said = await request.form()
        if said["grant_type"] == "refresh_token":
            self.renewals += 1
            if said["refresh_token"] != self.refresh:
                return JSONResponse({"error": "invalid_grant"}, 400)
        elif said["service_ticket"] in self._tickets:
            self._tickets.discard(str(said["service_ticket"]))
        else:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.access, self.refresh = _jwt(self.life_s), uuid4().hex
        return JSONResponse({"access_token": self.access, "refresh_token": self.refresh, "expires_in": 1})
