"""Ids sort by the time they were made, so that lists can be paged by them."""

import time

from ulid import ULID

from contracts import ids


def test_ids_made_one_after_the_other_sort_in_that_order() -> None:
    made = [ids.new("tra") for _ in range(2_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_tells_what_it_names() -> None:
    prefix, ulid = ids.new("tra").split("_")

    assert prefix == "tra"
    assert len(ulid) == 26
    assert ulid == ulid.lower()


def test_an_id_holds_a_ulid_of_this_moment() -> None:
    ulid = ULID.from_str(ids.new("tra").removeprefix("tra_").upper())

    assert abs(ulid.timestamp - time.time()) < 60
