"""Concurrent sign-ups for one activity over HTTP: 2,000 people of 800 households for 200 places.

Every member of a household sends the sign-up of the whole party, of one to four people, fifty requests at a time: the
first is taken and the others are refused as repeats. The same again for twenty activities of ten places each shows the
cost of contention: one row that all sign-ups lock.
"""

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
from sqlalchemy import insert

from benchmarks.figure import Figure
from deploy.demo.api_client import Api, ApiClient
from deploy.local.stack import Stack
from directory.tables import appointments, communities, courtyards, locations, memberships
from messaging import engine

_COMMUNITY, _CHAIR, _SINCE = "com_rush", "per_chair", date(2026, 1, 1)
_SIZES = (1, 2, 3, 4)
_HOUSEHOLDS, _PLACES, _ACTIVITIES, _CONCURRENT = 800, 200, 20, 50
PARTIES = {
    f"hou_{number}": [f"per_{number}_{member}" for member in range(size)]
    for number, size in zip(range(_HOUSEHOLDS), itertools.cycle(_SIZES), strict=False)
}
"""The members of each household, who sign up together: 2,000 people in all."""


@dataclass(frozen=True)
class Rush:
    """The outcomes of all requests, how long they took together, and each alone."""

    answers: Counter[str]
    seconds: float
    waits: list[float]

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def wait_seconds(self, part: float) -> float:
        """Return the seconds that `part` of all racers did not wait longer than."""
        return sorted(self.waits)[int(len(self.waits) * part)]


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield answered sign-ups per second, and the median and 99th percentile of the wait as rates."""
    stack.start()
    tokens = _people(stack)
    chair = Api(stack.gateway_url).with_token(tokens[_CHAIR])
    apart = _rush(stack, tokens, [_publish(chair, _PLACES // _ACTIVITIES) for _ in range(_ACTIVITIES)])
    one = _publish(chair, _PLACES)
    rush = _rush(stack, tokens, [one])
    _check(chair, rush, one)
    yield Figure("rush_signups", "answers/s", rush.per_second, apart.per_second)
    yield Figure("rush_signups_p50", "1/s", 1 / rush.wait_seconds(0.5), 1 / apart.wait_seconds(0.5))
    yield Figure("rush_signups_p99", "1/s", 1 / rush.wait_seconds(0.99), 1 / apart.wait_seconds(0.99))


def _check(chair: ApiClient, rush: Rush, activity: str) -> None:
    """Every racer was answered, exactly all places are taken, and nobody has two."""
    parties = Counter({"already_signed_up": sum(len(each) - 1 for each in PARTIES.values())})
    answered = rush.answers["confirmed"] + rush.answers["waiting"]
    assert answered == len(PARTIES), rush.answers
    assert rush.answers["already_signed_up"] == parties["already_signed_up"], rush.answers
    assert sum(rush.answers.values()) == 2_000, rush.answers
    signups = chair.all(f"/v1/activities/{activity}/signups", state="confirmed")
    people = [person for signup in signups for person in signup["person_ids"]]
    assert len(people) == len(set(people)) == _PLACES, len(people)
    assert chair.get(f"/v1/activities/{activity}")["taken"] == _PLACES


def _people(stack: Stack) -> dict[str, str]:
    """Insert the community into engagement's directory; return everybody's access token."""
    everybody = {person: household for household, people in PARTIES.items() for person in people}
    common = {"community": _COMMUNITY, "sequence": 1}
    dated = common | {"since": _SINCE}
    rows: dict[Any, list[dict[str, Any]]] = {
        communities: [common | {"settings": {}}],
        courtyards: [common | {"courtyard": "cty_1", "grid": "grd_1", "row": 1, "number": 1}],
        locations: [dated | {"household": household, "courtyard": "cty_1"} for household in PARTIES],
        memberships: [
            dated | {"person": person, "household": household, "tenure": "owner", "away": False}
            for person, household in everybody.items()
        ],
        appointments: [
            dated | {"appointment": "apt_1", "person": _CHAIR, "role": "working_group_chair", "scope": _COMMUNITY}
        ],
    }
    with engine.connect_to(stack.database_uris["engagement"]).begin() as connection:
        for table, inserted in rows.items():
            connection.execute(insert(table), inserted)
    now = int(time.time())
    claims = {"iss": "shanzhi", "com": _COMMUNITY, "sid": "ses_rush", "iat": now, "exp": now + 3_600}
    secret = stack.settings["JWT_SECRET"]
    return {person: jwt.encode({**claims, "sub": person}, secret, "HS256") for person in (*everybody, _CHAIR)}


def _publish(chair: ApiClient, places: int) -> str:
    start = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0)
    form = {
        "title": "清理河道",
        "kind": "volunteering",
        "place": "河边",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "places": places,
        "most_party": max(_SIZES),
    }
    created = chair.post("/v1/activities", form)
    return str(chair.post(f"/v1/activities/{created['id']}/publish")["id"])


def _rush(stack: Stack, tokens: dict[str, str], activities: Sequence[str]) -> Rush:
    """Let everybody, fifty at a time, sign up their household for one of the activities."""
    at, mine = urlsplit(stack.gateway_url), threading.local()
    answers, waits = Counter[str](), []

    def sign_up(racer: tuple[str, list[str], str]) -> tuple[str, float]:
        person, party, activity = racer
        if not hasattr(mine, "line"):
            mine.line = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)
        headers = {"Authorization": f"Bearer {tokens[person]}", "Content-Type": "application/json"}
        body = json.dumps({"person_ids": party})
        started = time.perf_counter()
        mine.line.request("POST", f"/v1/activities/{activity}/signups", body, headers)
        answer = json.loads(mine.line.getresponse().read())
        return answer.get("code") or answer["state"], time.perf_counter() - started

    racers = [
        (party[turn], party, activity)
        for turn in range(max(_SIZES))
        for party, activity in zip(PARTIES.values(), itertools.cycle(activities), strict=False)
        if turn < len(party)
    ]
    started = time.perf_counter()
    with ThreadPoolExecutor(_CONCURRENT) as crowd:
        for outcome, waited in crowd.map(sign_up, racers):
            answers[outcome] += 1
            waits.append(waited)
    return Rush(answers, time.perf_counter() - started, waits)
