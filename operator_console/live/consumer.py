"""The console's WebSocket: who knocks is checked, then the hub writes and the console acknowledges."""

from __future__ import annotations

from contextlib import suppress
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from operator_console.live import store
from operator_console.live.console import FROM_NOW, SIGNED_OUT, Console
from operator_console.live.hub import hub

MAX_MESSAGE = 1_000


class ConsoleConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """``/ws/console?after=<event id>``; see DESIGN for the frames. Touches no tenant table, ever."""

    console: Console | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels', without its thread hop per message: this consumer leaves no connection open."""
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
        elif message["type"] == "websocket.connect":
            await self.websocket_connect(message)
        elif message["type"] == "websocket.disconnect":
            await self.disconnect(message.get("code", 1006))
            raise StopConsumer

    async def connect(self) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in self.scope["headers"]}
        host = headers.get(b"host", "")
        if "origin" in {name.decode() for name in headers} and urlsplit(headers[b"origin"]).netloc != host:
            await self.close()  # another site's page: refused before the handshake is done
            return
        cookies = SimpleCookie(headers.get(b"cookie", ""))
        key = cookies[store.session_cookie_name()].value if store.session_cookie_name() in cookies else ""
        centre = hub()
        visitor = await centre.run(store.visitor, host, key, timezone.now())
        await self.accept()
        if visitor is None:
            await self.close(SIGNED_OUT)
            return
        asked = parse_qs(self.scope["query_string"].decode("latin-1")).get("after", [""])[0]
        self.console = Console(
            user_id=visitor.user_id,
            name=visitor.name,
            initials=visitor.initials,
            sign_in_id=visitor.sign_in_id,
            audience=visitor.audience,
            send=self._text,
            close=self.close,
            after=int(asked) if asked.isdecimal() and len(asked) < 19 else FROM_NOW,
        )
        centre.join(self.console)

    async def _text(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.console is None or text_data is None or len(text_data) > MAX_MESSAGE:
            return
        try:
            said = msgspec.json.decode(text_data, type=dict[str, Any])
        except msgspec.DecodeError:
            return
        if isinstance(said.get("ack"), int):
            self.console.acknowledge(said["ack"])
        if isinstance(state := said.get("state"), dict):
            if isinstance(state.get("sound"), bool):
                self.console.sound = state["sound"]
            if "open" in state:
                self.console.open_item = None
                with suppress(ValueError, TypeError, AttributeError):
                    self.console.open_item = UUID(state["open"])
            hub().changed()

    async def disconnect(self, code: int) -> None:
        if self.console is not None:
            hub().leave(self.console)
            self.console = None
