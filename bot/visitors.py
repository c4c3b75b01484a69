"""Who is on a page: found by the platform's sign-in, kept for a while in a sealed cookie."""

import base64
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from storage.encryption import Keyring, WrongKey

_PLACE = "pages.visitor"
_PROOF = "pages.proof"
_COOKIE = "visitor"
_STATE = "visit"
_LASTS = timedelta(minutes=30)
_SIGN_IN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Visitor:
    """`key` is of this sign-in alone, and ties a submitted form to it."""

    openid: str
    key: str


class Visitors:
    def __init__(self, keyring: Keyring, clock: Callable[[], datetime], *, secure: bool) -> None:
        self._keyring = keyring
        self._clock = clock
        self._secure = secure

    def of(self, request: web.Request) -> Visitor | None:
        """The worker who signed in from this browser lately."""
        try:
            sealed = base64.urlsafe_b64decode(request.cookies.get(_COOKIE, ""))
            openid, key, until = json.loads(self._keyring.unseal(_PLACE, sealed))
        except (ValueError, WrongKey):
            return None
        return Visitor(openid, key) if self._clock().timestamp() < until else None

    def welcome(self, response: web.Response, openid: str) -> None:
        """Leave the cookie of a sign-in, and end its beginning."""
        until = (self._clock() + _LASTS).timestamp()
        sealed = self._keyring.seal(_PLACE, json.dumps([openid, secrets.token_hex(8), until]))
        self._leave(response, _COOKIE, base64.urlsafe_b64encode(sealed).decode(), int(_LASTS.total_seconds()))
        response.del_cookie(_STATE, path="/m/")

    def begin(self, response: web.Response, state: str) -> None:
        """Remember in the browser that it was sent to sign in."""
        self._leave(response, _STATE, state, _SIGN_IN_SECONDS)

    def began(self, request: web.Request) -> bool:
        """Whether the sign-in that comes back began in this browser."""
        left, state = request.cookies.get(_STATE, ""), request.query.get("state", "")
        return bool(left) and hmac.compare_digest(left.encode(), state.encode())

    def proof(self, visitor: Visitor, token: str) -> str:
        """What a form sends back, so that no other site can submit it."""
        return self._keyring.blind(_PROOF, f"{visitor.openid}/{visitor.key}/{token}").hex()

    def _leave(self, response: web.Response, name: str, value: str, seconds: int) -> None:
        # Lax: the cookie must come along when the platform's sign-in sends the browser back.
        response.set_cookie(
            name, value, max_age=seconds, path="/m/", httponly=True, samesite="Lax", secure=self._secure
        )
