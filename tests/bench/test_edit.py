import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench import edit
from bench.comparison_sheet import TILE, write_sheet
from bench.ours_edit import PRESETS, Way, installed_ways, train_options
from bench.rivals import RIVALS, FlowSearch, carry_edit, track
from bench.score import (
    Figure,
    best_shift,
    compute_psnr,
    display_from_linear,
    grown,
    match_blocks,
    outline,
    sample_bilinear,
    score_shot,
    summarise,
)
from bench.shots import find_shots
from bench.tracks import Tracks, TrueTracks, compare_tracks, true_tracks

spec = spec_from_file_location("rendered", Path(__file__).parent / "rendered.py")
rendered = module_from_spec(spec)
spec.loader.exec_module(rendered)


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    return rendered.write_shot(tmp_path_factory.mktemp("shots") / "plane")


@pytest.fixture(scope="module")
def truth(shot):
    return true_tracks(shot)


# --- the score -----------------------------------------------------------------------------------------------------


def scored(shot, read_result):
    return summarise(score_shot(shot, read_result), shot.reference)


def test_the_truth_scores_perfectly(shot):
    figures = scored(shot, lambda number: shot.edited(number)[0])
    assert figures["psnr_edit"] == Figure(99.0, 99.0, 1)
    for name in ("contour", "miss", "spill", "flicker"):
        assert figures[name].mean == pytest.approx(0, abs=1e-6)
    assert figures["align"].mean < 0.01  # a parabola through three costs is not exact


def test_no_edit_at_all_misses_everything(shot):
    figures = scored(shot, shot.beauty)
    assert figures["miss"].mean == 1
    assert figures["align"].mean == 6
    assert figures["spill"].mean == 0
    assert "contour" not in figures


def test_an_edit_that_lies_two_pixels_off_is_found_two_pixels_off(shot):
    def moved(number):
        plate, (edited, _) = shot.beauty(number), shot.edited(number)
        return plate + np.roll(edited - plate, 2, 1)

    figures = scored(shot, moved)
    assert figures["align"].mean == pytest.approx(2, abs=0.35)
    assert figures["miss"].mean < 0.02
    assert figures["psnr_edit"].mean < 20
    assert figures["flicker"].mean < 10


def test_an_error_that_stays_on_the_surface_does_not_flicker_and_one_that_pops_does(shot):
    def steady(number):
        return shot.edited(number)[0] * 0.8

    def popping(number):
        return shot.edited(number)[0] * (0.8 if number % 2 else 1)

    assert scored(shot, steady)["flicker"].mean < 1.5
    assert scored(shot, popping)["flicker"].mean > 4


def test_the_reference_frame_is_left_out_and_the_worst_frame_is_named():
    scores = {1: {"psnr_edit": 30.0, "miss": 0.5}, 2: {"psnr_edit": 10.0}, 3: {"psnr_edit": 20.0, "miss": 0.1}}
    figures = summarise(scores, reference=2)
    assert figures == {"psnr_edit": Figure(25.0, 20.0, 3), "miss": Figure(0.3, 0.5, 1)}


def test_psnr_is_of_the_region_alone():
    a, b, region = np.zeros((2, 2, 3)), np.ones((2, 2, 3)), np.array([[True, False], [False, False]])
    b[0, 0] = 0.1
    assert compute_psnr(a, b, region) == pytest.approx(20)
    assert compute_psnr(a, a, region) == 99


def test_display_values_are_srgb():
    np.testing.assert_allclose(display_from_linear(np.array([-1, 0.002, 0.5, 3])), [0, 0.02584, 0.735357, 1], atol=1e-5)


def test_masks_grow_by_discs_and_outlines_are_one_pixel_wide():
    dot = np.zeros((9, 9), bool)
    dot[4, 4] = True
    assert grown(dot, 1).sum() == 5
    assert grown(dot, 2).sum() == 13
    square = np.zeros((9, 9), bool)
    square[2:7, 2:7] = True
    assert outline(square).sum() == 16
    assert outline(np.ones((9, 9), bool)).sum() == 32


def test_a_block_moved_by_a_part_of_a_pixel_is_found_there():
    rng = np.random.default_rng(0)
    change = cv2.GaussianBlur(rng.standard_normal((80, 90, 3)), (0, 0), 1.5) * 2
    rows, columns = np.mgrid[:80, :90].astype(float)
    moved = 0.5 * sample_bilinear(change, columns - 1.5, rows + 2)  # half as bright, which is free
    cover = np.zeros((80, 90))
    cover[20:60, 20:70] = 1
    assert match_blocks(change, moved, cover).mean() == pytest.approx(2.5, abs=0.15)


def test_a_block_like_nothing_in_reach_is_lost():
    cost = np.full((13, 13), 0.9)
    assert best_shift(cost) == 6
    cost[0, 5] = 0.1  # at the edge of what is searched
    assert best_shift(cost) == 6
    cost[6, 8] = 0.0
    assert best_shift(cost) == pytest.approx(2)


# --- the tracks ----------------------------------------------------------------------------------------------------


def test_true_tracks_are_the_planes_slide(shot, truth):
    assert truth.frame_numbers == [1, 3, 4]
    assert truth.under_edit.any() and not truth.under_edit.all()
    for index, number in enumerate(truth.frame_numbers):
        where = truth.points + np.array(rendered.SLIDE) * (number - shot.reference)
        seen = truth.tracks.visible[index]
        np.testing.assert_allclose(truth.tracks.xy_pixel[index][seen], where[seen], atol=0.01)
        inside = ((where >= 0) & (where <= (rendered.WIDTH - 1, rendered.HEIGHT - 1))).all(1)
        behind = (where[:, 0] >= rendered.BAR.start) & (where[:, 0] < rendered.BAR.stop)
        sure = truth.counted[index]
        assert np.array_equal(seen[sure], (inside & ~behind)[sure])
        assert sure.mean() > 0.9


def test_perfect_tracks_have_a_jaccard_of_one(truth):
    figures = compare_tracks(truth, truth.tracks)
    assert (figures.median, figures.average_jaccard, figures.occlusion_accuracy) == (0, 1, 1)
    assert figures.within == (1, 1, 1, 1, 1)
    assert compare_tracks(truth, truth.tracks, truth.under_edit).points == truth.under_edit.sum()


def two_points(seen_in_each: list[list[bool]]) -> TrueTracks:
    visible = np.array(seen_in_each)
    xy = np.zeros((*visible.shape, 2))
    points, chosen = np.zeros((visible.shape[1], 2)), np.ones(visible.shape[1], bool)
    return TrueTracks(points, chosen, [2, 3], Tracks(xy, visible), np.ones_like(visible))


def test_tracks_three_pixels_off_are_hits_at_three_of_five_thresholds():
    truth = two_points([[True, True], [True, True]])
    moved = Tracks(truth.tracks.xy_pixel + np.array([3, 0]), truth.tracks.visible)
    figures = compare_tracks(truth, moved)
    assert (figures.median, figures.p95) == (3, 3)
    assert figures.within == (0, 0, 1, 1, 1)
    assert figures.average_jaccard == pytest.approx(3 / 5)


@pytest.mark.parametrize(
    ("said", "jaccard", "accuracy"),
    [
        ([[True, True], [True, False]], 1, 1),
        ([[True, False], [True, False]], 2 / 3, 3 / 4),  # one of three is given away
        ([[True, True], [True, True]], 3 / 4, 3 / 4),  # three hits and one false alarm
        ([[False, False], [False, False]], 0, 1 / 4),
    ],
)
def test_wrong_visibility_lowers_the_jaccard_as_defined(said, jaccard, accuracy):
    truth = two_points([[True, True], [True, False]])
    figures = compare_tracks(truth, Tracks(truth.tracks.xy_pixel, np.array(said)))
    assert figures.average_jaccard == pytest.approx(jaccard)
    assert figures.occlusion_accuracy == pytest.approx(accuracy)


def test_a_miss_that_is_said_to_be_seen_counts_twice_against_it():
    truth = two_points([[True, True], [True, True]])
    xy = truth.tracks.xy_pixel.copy()
    xy[0, 0] = 100, 0
    assert compare_tracks(truth, Tracks(xy, truth.tracks.visible)).average_jaccard == pytest.approx(3 / 5)


def test_a_place_that_is_no_number_is_far_away():
    truth = two_points([[True, True], [True, True]])
    xy = truth.tracks.xy_pixel.copy()
    xy[0, 0] = np.nan
    figures = compare_tracks(truth, Tracks(xy, truth.tracks.visible))
    assert figures.within[-1] == 3 / 4 and figures.median == 0


# --- rivals, and the whole -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
def test_flow_carries_the_edit_of_a_sliding_plane(shot, truth, rival):
    flows = FlowSearch(shot)
    pictures = dict(carry_edit(rival, flows))
    assert scored(shot, pictures.__getitem__)["align"].mean < 1
    assert compare_tracks(truth, track(rival, flows, truth.points, truth.frame_numbers)).median < 0.3


def test_a_checked_flow_gives_up_what_is_hidden(shot, truth):
    flows, (kept, checked) = FlowSearch(shot), RIVALS[:2]
    seen = [track(r, flows, truth.points, truth.frame_numbers).visible.sum() for r in (kept, checked)]
    assert seen[1] < seen[0]


def test_one_command_writes_tables_and_sheets(shot, tmp_path, monkeypatch, capsys):
    words = ["edit", str(shot.folder.parent), "-o", str(tmp_path / "out"), "--methods", "dis-chain,dis-key-checked"]
    monkeypatch.setattr("sys.argv", words)
    edit.main()
    table = json.loads((tmp_path / "out" / "table.json").read_text())
    assert [result["method"] for result in table["results"]] == ["dis-chain", "dis-key-checked"]
    assert table["results"][0]["tracks"]["average_jaccard"] > 0.5
    assert (tmp_path / "out" / "table.md").read_text().count("| plane | DIS flow, chained |") == 2
    sheet = cv2.imread(str(tmp_path / "out" / "plane.png"))
    assert sheet.shape[1] == 3 * TILE[0]
    assert "| plane | DIS flow, chained |" in capsys.readouterr().out


def test_a_method_that_fails_is_told_and_the_others_go_on(shot, truth, tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("unreel train ended with 1:\nno such preset")

    monkeypatch.setattr(edit, "carry_edit", fail)
    results = edit.run_shot(shot, [Way("codef", False), RIVALS[0]], tmp_path, 10)
    assert results[0].failed == "no such preset"
    assert not results[1].failed
    assert "failed: no such preset" in edit.format_tables(results)


def test_a_sheet_shows_errors_under_pictures(shot, tmp_path):
    write_sheet(tmp_path / "sheet.png", shot, {"true": lambda n: shot.edited(n)[0], "plate": shot.beauty})
    sheet = cv2.imread(str(tmp_path / "sheet.png")).astype(int)
    errors = sheet[40 + TILE[1] + 60 : 40 + 2 * TILE[1] - 60]
    true, plate = (errors[:, (n + 1) * TILE[0] + 60 : (n + 2) * TILE[0] - 60] for n in range(2))
    assert true.max() < 5
    assert plate.mean() > 60


def test_presets_get_the_budget_and_ours_gets_none(shot):
    assert list(train_options(shot, Way(None, False), 60)) == []
    assert list(train_options(shot, Way(None, False, ("solve.segment=8",)), 60)) == ["--set", "solve.segment=8"]
    options = list(train_options(shot, Way("codef", True), 60))
    preset = ["--preset", "codef", "--set", "fields.core_seconds=60", "--key", str(shot.reference)]
    assert options[0] == "--matte" and options[2:] == preset
    assert Way("codef", True).title(60) == "codef, 60 core-s, with matte"


def test_methods_are_those_of_the_installed_unreel():
    names = [method.name for method in edit.choose_methods(None, None)]
    assert names[: len(RIVALS)] == [rival.name for rival in RIVALS]
    assert {"unreel", "unreel-matte"} <= set(names)
    assert {way.preset for way in installed_ways()} <= {None, *PRESETS}
    assert "unreel" not in [method.name for method in edit.choose_methods(None, True)]
    assert edit.choose_methods(["unreel"], None, ["key=1"]) == [Way(None, False, ("key=1",))]
    with pytest.raises(SystemExit, match="no method sift; there are"):
        edit.choose_methods(["sift"], None)


def test_shots_are_found_by_their_files(shot):
    folder = shot.folder.parent
    (folder / "empty").mkdir(exist_ok=True)
    assert [found.name for found in find_shots(folder)] == ["plane"]
    with pytest.raises(SystemExit, match="no shot cloth; there are plane"):
        find_shots(folder, ["cloth"])
