"""What comes from the broker's socket, many frames at once or one in pieces, is handed on frame by frame."""

import socket
import struct
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from amqp.transport import TCPTransport

from messaging import broker

Frame = tuple[int, int, bytes]


class Wire:
    """An open connection, with ourselves as the broker at its other end."""

    def __init__(self) -> None:
        self.theirs, ours = socket.socketpair()
        transport = TCPTransport("127.0.0.1", 1)
        transport.sock = ours
        transport._setup_transport()
        self.handed_on: list[Frame] = []
        opened = SimpleNamespace(transport=transport, on_inbound_frame=self.handed_on.append)
        self.connection: Any = SimpleNamespace(connection=opened)

    def close(self) -> None:
        self.theirs.close()
        self.connection.connection.transport.sock.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


def on_the_wire(frame: Frame, end: int = 0xCE) -> bytes:
    kind, channel, payload = frame
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + bytes([end])


FRAMES = [(1, 1, b"deliver"), (2, 1, b""), (3, 1, b"\xce" * 9), (8, 0, b"")]


def test_frames_that_come_together_are_handed_on_in_their_order(wire: Wire) -> None:
    wire.theirs.sendall(b"".join(on_the_wire(frame) for frame in FRAMES))
    broker.drain(wire.connection, 1)
    assert wire.handed_on == FRAMES


def test_a_frame_that_comes_in_pieces_is_handed_on_once_it_is_whole(wire: Wire) -> None:
    for octet in on_the_wire(FRAMES[0]) + on_the_wire(FRAMES[1]):
        wire.theirs.sendall(bytes([octet]))
        broker.drain(wire.connection, 1)
    assert wire.handed_on == FRAMES[:2]


def test_the_beginning_of_a_frame_is_left_to_whoever_reads_next(wire: Wire) -> None:
    first, second = on_the_wire(FRAMES[0]), on_the_wire(FRAMES[2])
    wire.theirs.sendall(first + second[:5])
    broker.drain(wire.connection, 1)
    wire.theirs.sendall(second[5:])
    assert wire.connection.connection.transport.read_frame() == FRAMES[2]


def test_silence_times_out(wire: Wire) -> None:
    with pytest.raises(TimeoutError):
        broker.drain(wire.connection, 0.01)


@pytest.mark.parametrize("sent", [b"", on_the_wire(FRAMES[0], end=0)])
def test_a_broker_that_hangs_up_or_says_nonsense_is_lost(wire: Wire, sent: bytes) -> None:
    wire.theirs.sendall(sent)
    wire.theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(broker.ERRORS):
        broker.drain(wire.connection, 1)
