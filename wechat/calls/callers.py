"""What every call shares: the access token, and one more try after it was refused."""

from dataclasses import replace

from wechat.errors import TOKEN_CODES, WeChatError
from wechat.tokens import AccessToken
from wechat.transport import Answer, Request, Transport


class Caller:
    def __init__(self, transport: Transport, tokens: AccessToken) -> None:
        self._transport = transport
        self._tokens = tokens

    async def _call(self, request: Request) -> Answer:
        """Raises `WeChatError`; a refused token is renewed once, and a second refusal is the caller's."""
        token = await self._tokens.current()
        try:
            return await self._with(request, token)
        except WeChatError as error:
            if error.errcode not in TOKEN_CODES:
                raise
        return await self._with(request, await self._tokens.renew(token))

    async def _with(self, request: Request, token: str) -> Answer:
        query = {**request.query, "access_token": token}
        return await self._transport.ask(replace(request, query=query))
