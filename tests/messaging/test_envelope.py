"""Events are encoded as CloudEvents and decoded to what they were."""

import json
from datetime import UTC, datetime

import pytest

from messaging.envelope import Envelope, ReceivedEvent
from messaging.errors import Undecodable
from tests.messaging.shop import GivenBack, Sold

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def test_an_event_is_encoded_as_a_cloud_event() -> None:
    envelope = Envelope.wrap(Sold(what="大米", amount=2, sequence=7), at=NOON, traceparent="00-abc-def-01")
    assert envelope.dump() == {
        "specversion": "1.0",
        "id": envelope.id,
        "source": "/shanzhi/till",
        "type": "shanzhi.till.Sold",
        "time": "2026-11-03T12:00:00+00:00",
        "subject": "大米",
        "datacontenttype": "application/json",
        "community": "com_1",
        "sequence": 7,
        "traceparent": "00-abc-def-01",
        "data": {"community": "com_1", "sequence": 7, "what": "大米", "amount": 2},
    }


def test_a_decoded_event_equals_the_encoded_one() -> None:
    envelope = Envelope.wrap(Sold(what="大米"), at=NOON)
    decoded = Envelope.parse(json.dumps(envelope.dump()).encode())
    assert decoded == envelope
    assert ReceivedEvent.from_envelope(decoded, [GivenBack, Sold]).event == Sold(what="大米")


def test_ids_sort_by_time() -> None:
    ids = [Envelope.wrap(Sold(what="rice"), at=NOON).id[:14] for _ in range(100)]
    assert ids == sorted(ids)


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", '{"type": 3}', '{"type": "shanzhi.till.Sold", "data": []}'])
def test_other_content_is_undecodable(body: str) -> None:
    with pytest.raises(Undecodable):
        Envelope.parse(body)


def test_an_event_without_handler_is_undecodable() -> None:
    with pytest.raises(Undecodable, match="does not know"):
        ReceivedEvent.from_envelope(Envelope.wrap(Sold(what="rice"), at=NOON), [GivenBack])
