"""Frames are dispatched one by one, whether many arrive at once or one arrives in pieces."""

import socket
import struct
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from amqp.transport import TCPTransport

from messaging import broker
from messaging.fastpath import frames

Frame = tuple[int, int, bytes]


class FakeBroker:
    """A kombu connection whose other end is a socket of the test."""

    def __init__(self) -> None:
        self.socket, client_socket = socket.socketpair()
        transport = TCPTransport("127.0.0.1", 1)
        transport.sock = client_socket
        transport._setup_transport()
        self.dispatched: list[Frame] = []
        amqp_connection = SimpleNamespace(transport=transport, on_inbound_frame=self.dispatched.append)
        self.connection: Any = SimpleNamespace(connection=amqp_connection)

    def close(self) -> None:
        self.socket.close()
        self.connection.connection.transport.sock.close()


@pytest.fixture
def broker_end() -> Iterator[FakeBroker]:
    fake = FakeBroker()
    yield fake
    fake.close()


def encode(frame: Frame, end: int = 0xCE) -> bytes:
    kind, channel, payload = frame
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + bytes([end])


FRAMES = [(1, 1, b"deliver"), (2, 1, b""), (3, 1, b"\xce" * 9), (8, 0, b"")]


def test_frames_that_arrive_together_are_dispatched_in_order(broker_end: FakeBroker) -> None:
    broker_end.socket.sendall(b"".join(encode(frame) for frame in FRAMES))
    frames.drain_events(broker_end.connection, 1)
    assert broker_end.dispatched == FRAMES


def test_a_frame_that_arrives_in_pieces_is_dispatched_when_complete(broker_end: FakeBroker) -> None:
    for octet in encode(FRAMES[0]) + encode(FRAMES[1]):
        broker_end.socket.sendall(bytes([octet]))
        frames.drain_events(broker_end.connection, 1)
    assert broker_end.dispatched == FRAMES[:2]


def test_an_incomplete_frame_is_left_for_py_amqp_to_read(broker_end: FakeBroker) -> None:
    first, second = encode(FRAMES[0]), encode(FRAMES[2])
    broker_end.socket.sendall(first + second[:5])
    frames.drain_events(broker_end.connection, 1)
    broker_end.socket.sendall(second[5:])
    assert broker_end.connection.connection.transport.read_frame() == FRAMES[2]


def test_no_frame_within_the_timeout_raises(broker_end: FakeBroker) -> None:
    with pytest.raises(TimeoutError):
        frames.drain_events(broker_end.connection, 0.01)


@pytest.mark.parametrize("sent", [b"", encode(FRAMES[0], end=0)])
def test_a_closed_connection_or_an_invalid_frame_raises(broker_end: FakeBroker, sent: bytes) -> None:
    broker_end.socket.sendall(sent)
    broker_end.socket.shutdown(socket.SHUT_WR)
    with pytest.raises(broker.ERRORS):
        frames.drain_events(broker_end.connection, 1)
