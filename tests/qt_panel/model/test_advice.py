from __future__ import annotations

import pytest
from unreel.core.verdict import Verdict, judge
from unreel.qt_panel.model.advice import LABELS, advice_of, reason_of, title_of, word_of


def figures(**frames: dict[str, float]) -> dict[str, object]:
    good = {"misfit": 0.2, "covered": 0.9, "folded": 0.0, "layer": 0.5, "agreement": 0.01}
    return {"frames": {name[1:]: {**good, **its} for name, its in frames.items()}}


def told(verdict: Verdict, key: int) -> dict[str, object]:
    """As the core tells it."""
    return {
        "key": key,
        "verdict": f"{verdict.word}: {verdict.reason}",
        "frames": list(verdict.frames),
        "keys": list(verdict.keys),
    }


UNSEEN = {f"f{n}": {"covered": 0.1 if n > 4 else 0.9} for n in range(1, 9)}
POOR = {f"f{n}": {"misfit": 0.7 if n == 5 else 0.2} for n in range(1, 9)}
NOTHING = {f"f{n}": {"covered": 0.0} for n in range(1, 9)}
GOOD = {f"f{n}": {} for n in range(1, 9)}


@pytest.mark.parametrize(
    ("frames", "title", "kinds"),
    [
        (GOOD, "Good", ["next"]),
        (UNSEEN, "One key frame is not enough", ["keys", "look", "paint"]),
        (POOR, "Good, but for some frames", ["look", "matte", "next"]),
        (NOTHING, "More than one surface", ["matte"]),
    ],
)
def test_each_verdict_of_the_core_has_its_advice(frames, title, kinds):
    verdict = told(judge(figures(**frames), 2, 1920), 2)
    assert title_of(verdict) == title
    assert [each.kind for each in advice_of(verdict, has_matte=True)] == kinds
    assert all(each.label in LABELS for each in advice_of(verdict, has_matte=True))


def test_the_advice_to_add_keys_names_all_that_the_training_is_to_have():
    verdict = told(judge(figures(**UNSEEN), 2, 1920), 2)
    add = advice_of(verdict, has_matte=False)[0]
    assert add.keys == (2, *verdict["keys"]) and add.label.format(add.about) == f"Add key {verdict['keys'][0]}"
    assert add.frames == (5, 6, 7, 8)


def test_the_reason_is_plain_words_without_options_of_the_command_line():
    reason = reason_of(told(judge(figures(**UNSEEN), 2, 1920), 2))
    assert reason == "Frames 5-8 show mostly what key frame 2 does not."
    assert "--key" not in reason_of(told(judge(figures(**POOR), 2, 1920), 2))


def test_a_matte_is_made_where_there_is_none():
    verdict = told(judge(figures(**NOTHING), 2, 1920), 2)
    labels = [advice_of(verdict, has_matte=has)[0].label for has in (False, True)]
    assert labels == ["Make a matte", "Fix the matte"]


def test_what_an_older_version_told_is_no_advice():
    assert advice_of({"verdict": "good: all frames match"}, False)[0].kind == "next"
    assert advice_of({}, False) == () and word_of({}) == "" and title_of({}) == ""
