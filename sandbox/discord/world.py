"""The world: everything that exists and everything that can be done in it.

Parts that take an `actor` act for that user, person or bot alike, under the same permissions;
the others are the sandbox's own hand. What happens is published on `bus`.
"""

from sandbox.clock import SandboxClock
from sandbox.discord.accounts import Accounts
from sandbox.discord.answers import Answers
from sandbox.discord.commands import Commands
from sandbox.discord.pins import Pins
from sandbox.discord.posts import Posts
from sandbox.discord.reactions import Reactions
from sandbox.discord.rooms import Rooms
from sandbox.discord.servers import Servers
from sandbox.discord.state import State
from sandbox.discord.threads import Threads


class World(State):
    """The tables with the parts that work on them."""

    def __init__(self, clock: SandboxClock) -> None:
        super().__init__(clock)
        self.accounts = Accounts(self)
        self.servers = Servers(self)
        self.rooms = Rooms(self)
        self.threads = Threads(self)
        self.posts = Posts(self, self.threads)
        self.answers = Answers(self, self.posts)
        self.reactions = Reactions(self, self.threads)
        self.pins = Pins(self, self.posts)
        self.commands = Commands(self)
