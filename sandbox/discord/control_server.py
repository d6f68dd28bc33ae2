"""Control endpoints for the sandbox itself: clock, gateway connections, faults and settings."""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.discord.control_errors import wrong
from sandbox.discord.control_input import Input, answering, query_number, query_wait
from sandbox.discord.faults import Action, Fault, Faults
from sandbox.discord.gateway import Gateway
from sandbox.discord.gateway_connection import Connection
from sandbox.discord.interaction_registry import Interactions
from sandbox.discord.limits import Limits

Json = dict[str, Any]

_ACTIONS = ("answer", "drop_before", "drop_after", "delay")
_LONGEST_STEP = timedelta(days=366 * 100).total_seconds()


class ServerControl:
    """The handlers."""

    def __init__(
        self,
        clock: SandboxClock,
        gateway: Gateway,
        interactions: Interactions,
        *,
        limits: Limits,
        faults: Faults,
    ) -> None:
        self._clock = clock
        self._gateway = gateway
        self._interactions = interactions
        self._limits = limits
        self._faults = faults
        self._closing = asyncio.Event()

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        for method, path, handler in (
            ("GET", "/control/clock", self.get_clock),
            ("PUT", "/control/clock", self.set_clock),
            ("GET", "/control/settings", self.get_settings),
            ("PATCH", "/control/settings", self.change_settings),
            ("GET", "/control/gateway", self.get_gateway),
            ("POST", "/control/gateway/{action}", self.disturb),
            ("GET", "/control/faults", self.list_faults),
            ("POST", "/control/faults", self.add_fault),
            ("DELETE", "/control/faults", self.clear_faults),
        ):
            app.router.add_route(method, path, answering(handler))

    async def get_clock(self, request: web.Request) -> web.Response:
        """The sandbox's time, perhaps after waiting until it has been set again."""
        if "after" in request.query:
            revision = int(query_number(request, "after", 0, 1e15))
            await self._clock_change(revision, query_wait(request))
        return self._clock_answer()

    async def _clock_change(self, revision: int, within: float) -> None:
        changed = asyncio.create_task(self._clock.changed_since(revision, within))
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait({changed, closing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            closing.cancel()
            await asyncio.gather(changed, closing, return_exceptions=True)

    def close(self) -> None:
        """Let those who wait for the clock go."""
        self._closing.set()

    async def set_clock(self, request: web.Request) -> web.Response:
        """Set the time, or move it forward (or back)."""
        form = await Input.of(request)
        text = form.optional_text("now")
        if text is not None:
            form.done()
            try:
                instant = datetime.fromisoformat(text)
                self._clock.set(instant)
            except (ValueError, OverflowError):
                raise wrong("now", "must be an ISO 8601 instant with a time zone") from None
        else:
            step = form.number("advance_seconds", least=-_LONGEST_STEP, most=_LONGEST_STEP)
            form.done()
            self._clock.advance(timedelta(seconds=step))
        return self._clock_answer()

    def _clock_answer(self) -> web.Response:
        return web.json_response(
            {"now": self._clock.now().isoformat(), "revision": self._clock.revision}
        )

    def _settings(self) -> Json:
        return {
            **asdict(self._gateway.settings),
            "answer_within_seconds": self._interactions.answer_within,
            "limits_enabled": self._limits.enabled,
            "global_per_second": self._limits.global_per_second,
        }

    async def get_settings(self, _: web.Request) -> web.Response:
        """What can be set at run time."""
        return web.json_response(self._settings())

    async def change_settings(self, request: web.Request) -> web.Response:
        """Change settings; nothing is changed if one is wrong."""
        form = await Input.of(request)
        gateway = self._gateway.settings
        whole = {
            "heartbeat_interval_ms": (50, 3_600_000),
            "heartbeat_grace_ms": (0, 3_600_000),
            "keep_events": (1, 1_000_000),
            "most_guilds_per_shard": (1, 1_000_000),
        }
        numbers: Json = {
            name: form.integer(name, least=least, most=most)
            for name, (least, most) in whole.items()
            if name in form
        }
        for name in ("keep_session_seconds", "identify_interval_seconds"):
            if name in form:
                numbers[name] = form.number(name, least=0, most=3600)
        answer_within, enabled = self._interactions.answer_within, self._limits.enabled
        if "answer_within_seconds" in form:
            answer_within = form.number("answer_within_seconds", least=0.01, most=3600)
        enabled = form.boolean("limits_enabled", default=enabled)
        per_second = form.integer(
            "global_per_second", least=1, most=1_000_000, default=self._limits.global_per_second
        )
        form.done()
        for name, value in numbers.items():
            setattr(gateway, name, value)
        self._interactions.answer_within = answer_within
        self._limits.enabled = enabled
        self._limits.global_per_second = per_second
        return web.json_response(self._settings())

    async def get_gateway(self, _: web.Request) -> web.Response:
        """The sessions, and whether each is connected."""
        sessions = [
            {
                "session_id": session.id,
                "application_id": str(session.bot_id),
                "shard": None if session.shard is None else list(session.shard),
                "intents": session.intents,
                "sequence": session.sequence,
                "connected": session.outlet is not None,
                "compression": session.outlet and session.outlet.compression,
            }
            for session in self._gateway.sessions.values()
        ]
        return web.json_response({"url": self._gateway.url, "sessions": sessions})

    async def disturb(self, request: web.Request) -> web.Response:
        """Disturb live connections: drop, reconnect, invalidate or heartbeat."""
        form = await Input.of(request)
        application_id = form.optional_id("application_id")
        shard = form.integer("shard", least=0, most=1_000_000) if "shard" in form else None
        actions: dict[str, Callable[[Iterable[Connection]], int]] = {
            "drop": self._gateway.drop,
            "reconnect": self._gateway.ask_to_reconnect,
            "invalidate": self._gateway.invalidate,
            "heartbeat": self._gateway.ask_for_heartbeat,
        }
        name = request.match_info["action"]
        act = actions.get(name)
        if act is None:
            raise wrong("action", f"must be one of {', '.join(actions)}")
        if name == "invalidate" and form.boolean("resumable"):
            act = self._gateway.interrupt
        form.done()
        chosen = self._gateway.connections_of(application_id, shard)
        return web.json_response({"connections": act(chosen)})

    async def list_faults(self, _: web.Request) -> web.Response:
        """The faults that are waiting to happen."""
        return web.json_response([_fault_view(fault) for fault in self._faults])

    async def add_fault(self, request: web.Request) -> web.Response:
        """Let matching REST requests fail."""
        form = await Input.of(request)
        path, method = form.text("path"), form.optional_text("method")
        times = None
        if not form.has("times") or "times" in form:
            times = form.integer("times", least=1, most=1_000_000, default=1)
        else:
            form.any("times")
        action = form.choice("action", _ACTIONS, "answer")
        status = form.integer("status", least=400, most=599, default=500)
        body = form.any("body")
        delay = form.number("delay", least=0, most=60) if "delay" in form else 0.0
        form.done()
        try:
            fault = Fault(
                path=path,
                method=method,
                times=times,
                action=None if action == "delay" else cast("Action", action),
                status=status,
                body=body,
                delay=delay,
            )
        except re.error:
            raise wrong("path", "must be a regular expression") from None
        self._faults.add(fault)
        return web.json_response(_fault_view(fault), status=201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        """Forget all faults."""
        self._faults.clear()
        return web.Response(status=204)


def _fault_view(fault: Fault) -> Json:
    return {
        "path": fault.path,
        "method": fault.method,
        "times": fault.times,
        "action": fault.action or "delay",
        "status": fault.status,
        "body": fault.body,
        "delay": fault.delay,
    }
