from unreel.core.tasks import spread


def test_spread_takes_first_and_last_and_each_once():
    assert spread(tuple(range(1, 102)), 5) == [1, 26, 51, 76, 101]
    assert spread((7, 8, 9), 5) == [7, 8, 9]
    assert spread((7,), 5) == [7]
