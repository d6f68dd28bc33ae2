"""The control interface at `/control`: acting as people, and changing the sandbox.

Every endpoint is described in docs/sandbox.md.
"""

from typing import Protocol

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.discord.control_accounts import AccountsControl
from sandbox.discord.control_guilds import GuildsControl
from sandbox.discord.control_people import PeopleControl
from sandbox.discord.control_server import ServerControl
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import GATEWAY
from sandbox.discord.interaction_actions import Actions
from sandbox.discord.interactions import INTERACTIONS
from sandbox.discord.limits import Limits
from sandbox.discord.world import World


class Controlled(Protocol):
    """What the control interface works on."""

    @property
    def world(self) -> World:
        """Everything that exists."""
        ...

    @property
    def clock(self) -> SandboxClock:
        """The sandbox's time."""
        ...

    @property
    def limits(self) -> Limits:
        """The rate limits."""
        ...

    @property
    def faults(self) -> Faults:
        """The faults to come."""
        ...


def add_control_routes(app: web.Application, sandbox: Controlled) -> None:
    """Mount the control interface; the gateway and the interactions must be mounted already."""
    interactions = app[INTERACTIONS]
    AccountsControl(sandbox.world).mount(app)
    GuildsControl(sandbox.world).mount(app)
    PeopleControl(Actions(interactions)).mount(app)
    server = ServerControl(
        sandbox.clock,
        app[GATEWAY],
        interactions,
        limits=sandbox.limits,
        faults=sandbox.faults,
    )
    server.mount(app)

    async def close(_: web.Application) -> None:
        server.close()

    app.on_shutdown.append(close)
