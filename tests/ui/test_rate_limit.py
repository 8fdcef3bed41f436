"""A bucket of tokens for each address."""

from diager_dpo.services.rate_limit import MOST, RateLimit


def test_a_burst_passes_and_then_one_at_a_time():
    limit = RateLimit(burst=3, seconds=10)
    assert [limit.take("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert not limit.take("a", 9.0)
    assert limit.take("a", 10.0)
    assert not limit.take("a", 11.0)


def test_addresses_do_not_share_a_bucket():
    limit = RateLimit(burst=1, seconds=10)
    assert limit.take("192.0.2.1", 0.0)
    assert limit.take("192.0.2.2", 0.0)
    assert not limit.take("192.0.2.1", 0.0)


def test_one_network_of_ipv6_is_one_address():
    limit = RateLimit(burst=1, seconds=10)
    assert limit.take("2001:db8:0:1::1", 0.0)
    assert not limit.take("2001:db8:0:1:ffff::2", 0.0)
    assert limit.take("2001:db8:0:2::1", 0.0)


def test_a_rest_never_fills_more_than_the_bucket():
    limit = RateLimit(burst=2, seconds=1)
    limit.take("a", 0.0)
    assert [limit.take("a", 1e6) for _ in range(3)] == [True, True, False]


def test_the_memory_is_bounded():
    limit = RateLimit(burst=1, seconds=1e9)
    for number in range(MOST + 10):
        limit.take(str(number), 0.0)
    assert len(limit._buckets) == MOST
