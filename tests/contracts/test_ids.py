"""Ids start with their kind and sort by time of creation, so that they serve as cursors."""

import re
import time

from ulid import ULID

from contracts import ids


def test_ids_sort_in_order_of_creation() -> None:
    made = [ids.new("tra") for _ in range(2_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_is_a_prefix_and_26_lower_case_characters() -> None:
    prefix, ulid = ids.new("tra").split("_")

    assert prefix == "tra"
    assert len(ulid) == 26
    assert ulid == ulid.lower()


def test_an_id_without_time_is_of_the_same_form_and_in_no_order() -> None:
    made = [ids.new_without_time("ent") for _ in range(2_000)]

    assert all(re.fullmatch(r"ent_[0-9a-hjkmnp-tv-z]{26}", id) for id in made)
    assert len({id[4:14] for id in made}) == len(made), "the first ten characters of a ULID are its time"
    assert made != sorted(made)


def test_an_id_contains_a_ulid_of_the_current_time() -> None:
    ulid = ULID.from_str(ids.new("tra").removeprefix("tra_").upper())

    assert abs(ulid.timestamp - time.time()) < 60
