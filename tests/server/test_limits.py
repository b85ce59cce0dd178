"""The request counter."""

from hybridtui.server.limits import RequestLimiter


def test_one_too_many_blocks_that_name_alone() -> None:
    limiter = RequestLimiter({"book": 2, "ticker": 1}, block=60.0)
    assert [limiter.allow("book", now) for now in (0.0, 1.0, 2.0)] == [True, True, False]
    assert limiter.allow("ticker", 2.0)
    assert not limiter.allow("book", 61.9)
    assert limiter.allow("book", 62.0)


def test_the_window_slides_and_unknown_names_are_free() -> None:
    limiter = RequestLimiter({"book": 1}, block=60.0)
    assert limiter.allow("book", 0.0)
    assert limiter.allow("book", 60.0)
    assert all(limiter.allow("conf", 0.0) for _ in range(100))
