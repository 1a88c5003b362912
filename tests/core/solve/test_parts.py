"""Where a shot is cut into parts."""

from unreel.core.solve.parts import parts_of


def even(count: int) -> dict[int, float]:
    return dict.fromkeys(range(1, count + 1), 100.0)


def ends(parts: list[tuple[int, ...]]) -> list[tuple[int, int]]:
    return [(part[0], part[-1]) for part in parts]


def cut(area: dict[int, float], length: int, overlap: int) -> list[tuple[int, int]]:
    return ends(parts_of(tuple(area), area, length, overlap))


def test_parts_are_as_long_as_is_asked_and_neighbours_share_what_is_asked() -> None:
    assert cut(even(23), 8, 3) == [(1, 8), (6, 13), (11, 18), (16, 23)]
    assert cut(even(20), 8, 3) == [(1, 7), (5, 11), (9, 16), (14, 20)]


def test_no_frame_is_in_more_than_two_parts() -> None:
    assert cut(even(37), 17, 8) == [(1, 18), (11, 27), (20, 37)]
    for count, overlap in [(121, 30), (121, 60), (121, 100), (130, 40), (250, 100)]:
        parts = parts_of(tuple(even(count)), even(count), 0, overlap)
        assert {sum(n in part for part in parts) for n in even(count)} <= {1, 2}


def test_a_short_shot_is_one_part() -> None:
    assert cut(even(8), 8, 3) == [(1, 8)]
    assert cut(even(120), 0, 5) == [(1, 120)]


def test_a_long_shot_is_cut_by_itself() -> None:
    assert cut(even(121), 0, 5) == [(1, 44), (40, 82), (78, 121)]


def test_frames_that_are_missing_are_not_counted() -> None:
    area = dict.fromkeys(range(1001, 1046, 2), 1.0)
    assert cut(area, 8, 3) == [(1001, 1015), (1011, 1025), (1021, 1035), (1031, 1045)]


def test_parts_meet_where_the_layer_is_seen() -> None:
    hidden = even(23) | {11: 3.0}
    assert cut(hidden, 8, 2) == [(1, 7), (6, 13), (12, 18), (17, 23)]
    assert cut(hidden | {13: 0.0, 10: 0.0}, 8, 2) == [(1, 7), (6, 18), (17, 23)]


def test_a_layer_that_is_never_seen_is_one_part() -> None:
    assert cut(dict.fromkeys(range(1, 24), 0.0), 8, 3) == [(1, 23)]
