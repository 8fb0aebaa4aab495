"""A nameko service for the tests of RPC calls, run as a process of its own."""

import os

import eventlet
from nameko.rpc import rpc

from contracts.errors import OutOfStock


class EchoService:
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
        raise ValueError("an error")

    @rpc
    def sleep(self, seconds):
        eventlet.sleep(seconds)

    @rpc
    def remember(self, value):
        self.remembered.append(value)

    @rpc
    def recall(self):
        return self.remembered
