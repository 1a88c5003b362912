"""What the figures mean, in words, and where a key would help."""

import pytest
from unreel.core import verdict
from unreel.core.verdict import Verdict, propose_keys
from unreel.core.verdict_early import Look, judge_early

WIDTH = 480


def judge(figures: dict[str, object], key: int) -> Verdict:
    return verdict.judge(figures, key, WIDTH)


GOOD = {n: 0.2 for n in range(1, 11)}


def figures(
    misfit: dict[int, float], covered: float = 0.9, over: dict[int, dict[str, float]] | None = None
) -> dict[str, object]:
    """Of a shot; `over` has other figures of some frames."""
    over = over or {}
    return {"frames": {str(n): {"misfit": m, "covered": covered} | over.get(n, {}) for n, m in misfit.items()}}


def test_the_verdict_names_what_to_do() -> None:
    assert judge(figures(GOOD), 1).word == "good"
    assert judge(figures(GOOD | {4: 0.7}), 1).frames == (4,)
    assert judge(figures(GOOD | {4: 0.7}), 1).word == "patch these frames"
    assert judge(figures({n: 0.7 for n in range(1, 11)}), 1).word == "split"
    assert judge(figures(GOOD, covered=0.2), 1).word == "add a key"


def test_frames_that_slide_are_named_though_they_match() -> None:
    found = judge(figures(GOOD, over={4: {"agreement": 5.0}, 5: {"agreement": 0.4}}), 1)
    assert (found.word, found.frames) == ("patch these frames", (4,))
    assert "slide" in found.reason
    assert verdict.judge(figures(GOOD, over={4: {"agreement": 5.0}}), 1, 8 * WIDTH).word == "good"


def test_a_verdict_that_asks_for_a_key_says_which() -> None:
    unseen = {n: {"covered": 0.2} for n in range(18, 25)}
    found = judge(figures(dict.fromkeys(range(1, 25), 0.2), over=unseen), 12)
    assert (found.word, found.frames, found.keys) == ("add a key", tuple(range(18, 25)), (21,))
    assert "train again with --key 12 --key 21" in found.reason and "import --on 21" in found.reason


def test_frames_that_the_key_sees_nothing_of_need_a_key_and_hidden_ones_do_not() -> None:
    away, hidden = (
        judge(figures(GOOD, over={n: {"covered": 0.0, "misfit": 1.0, "layer": layer} for n in range(6, 11)}), 2)
        for layer in (0.4, 0.0)
    )
    assert (away.word, away.keys) == ("add a key", (8,))
    assert (hidden.word, hidden.keys) == ("good", ())


@pytest.mark.parametrize(
    ("need", "keys"),
    [
        ({}, ()),
        ({4: 1, 5: 1}, ()),  # too short
        ({4: 1, 5: 1, 6: 1}, (5,)),
        ({4: 1, 5: 1, 8: 1}, (5,)),  # two good frames between them part nothing
        ({4: 1, 5: 1, 6: 1, 10: 1, 11: 1, 12: 1}, (5, 11)),
        ({4: 1, 5: 1, 6: 1, 10: 0.1, 11: 0.1, 12: 0.1}, (5,)),  # not worth it
        ({4: 0.1, 5: 0.1, 6: 0.1, 7: 0.2, 8: 0.9, 9: 1}, (8,)),  # where the need is
    ],
)
def test_a_key_goes_to_the_middle_of_the_need(need: dict[int, float], keys: tuple[int, ...]) -> None:
    assert propose_keys(dict.fromkeys(range(1, 15), 0.0) | need) == keys


LOOKS: dict[int, Look | None] = {n: Look(0.9, 0.3) for n in range(1, 25) if n != 12}


def test_a_shot_that_will_do_is_told_so_early() -> None:
    assert judge_early(LOOKS, 12).word == "good"
    assert "the matte is empty in frames 3-4" in judge_early(LOOKS | {3: None, 4: None}, 12).reason


def test_frames_that_the_key_does_not_show_are_told_early() -> None:
    found = judge_early(LOOKS | {n: Look(0.2, 0.3) for n in range(18, 25)}, 12)
    assert (found.word, found.keys) == ("add a key", (21,))
    assert found.reason == "frames 18-24 show mostly what key frame 12 does not; add --key 21"


def test_a_few_frames_that_match_nothing_are_named_early() -> None:
    found = judge_early(LOOKS | {n: Look(0.9, 0.7) for n in (7, 8)}, 12)
    assert (found.word, found.frames, found.keys) == ("patch these frames", (7, 8), ())


def test_a_shot_of_which_most_matches_nothing_is_to_be_split() -> None:
    found = judge_early(LOOKS | {n: Look(0.9, 0.7) for n in range(1, 25) if n > 10 and n != 12}, 12)
    assert found.word == "split"


def test_mattes_that_are_mostly_empty_are_told_early() -> None:
    assert "check it" in judge_early(LOOKS | dict.fromkeys(range(1, 15)), 15).reason
