"""The cache of the gateway's processes."""

from gateway.ttl_cache import TTLCache


def test_values_above_the_weight_limit_push_out_the_oldest() -> None:
    cache = TTLCache[bytes](size=100, weight_limit=10, weigh=len)
    for key, value in (("a", b"1234"), ("b", b"1234"), ("c", b"1234")):
        cache.put(key, value, 60)
    assert [cache.get(key) for key in "abc"] == [None, b"1234", b"1234"]


def test_a_value_that_replaces_another_weighs_once() -> None:
    cache = TTLCache[bytes](size=100, weight_limit=10, weigh=len)
    for value in (b"12345678", b"1234", b"12345678"):
        cache.put("a", value, 60)
    cache.put("b", b"12", 60)
    assert [cache.get(key) for key in "ab"] == [b"12345678", b"12"]


def test_a_value_heavier_than_the_limit_is_not_kept() -> None:
    cache = TTLCache[bytes](size=100, weight_limit=10, weigh=len)
    assert cache.get_or("a", lambda: b"12345678901", 60) == b"12345678901"
    assert cache.get("a") is None
