"""Headers of messages are not trusted: who may publish to a queue may not stop its consumer by them."""

from typing import Any

import pytest
from kombu import Message

from messaging.consumer.dead_letters import DeadLetter
from messaging.consumer.retry import ATTEMPTS, attempts_of


@pytest.mark.parametrize("header", ["abc", None, -3, 1.5, [], {"a": 1}, "7"])
def test_a_header_that_no_consumer_wrote_counts_as_no_attempt(header: Any) -> None:
    assert attempts_of(Message(headers={ATTEMPTS: header})) == 0


def test_attempts_are_read_from_the_header() -> None:
    assert attempts_of(Message(headers={ATTEMPTS: 3})) == 3


@pytest.mark.parametrize("headers", [{"x-death": "abc"}, {"x-death": [1]}, {ATTEMPTS: "abc", "x-death": []}])
def test_a_dead_letter_with_strange_headers_can_be_listed(headers: dict[str, Any]) -> None:
    assert DeadLetter.from_message(Message(body=b"{}", headers=headers)).attempts == 0
