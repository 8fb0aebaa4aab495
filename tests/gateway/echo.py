"""A service to call: it answers, refuses, fails, dawdles and remembers. Run as a process of its own."""

import os

import eventlet
from nameko.rpc import rpc

from contracts.errors import OutOfStock


class Echo:
    name = os.environ.get("ECHO_NAME", "echo")
    remembered: list[str] = []

    @rpc
    def echo(self, value):
        return value

    @rpc
    def refuse(self):
        raise OutOfStock("已兑完", facts={"left": 0})

    @rpc
    def fail(self):
        raise ValueError("a fault")

    @rpc
    def dawdle(self, seconds):
        eventlet.sleep(seconds)

    @rpc
    def remember(self, word):
        self.remembered.append(word)

    @rpc
    def recall(self):
        return self.remembered
