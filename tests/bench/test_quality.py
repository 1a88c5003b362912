import sys

import numpy as np
import pytest

from bench.clip import Clip, write_clip
from bench.codef_torch import Settings
from bench.ours import Point, Solution, list_plates, measure_psnr, rebuild_frame
from bench.processes import run_measured
from bench.quality import (
    Recording,
    StepCost,
    compute_baseline_seconds,
    first_reaching,
    print_comparison,
    read_recordings,
)
from bench.sizes import Row, draw_logo, format_table


def test_steps_to_a_threshold_lie_between_the_measured_points():
    recording = Recording("a", Settings(), [0, 100, 200], [1.0, 20.0, 30.0])
    assert recording.steps_to(24.0) == pytest.approx(140)
    assert recording.steps_to(35.0) is None


def test_steps_cost_more_as_the_levels_open():
    cost = StepCost(closed=1.0, opened=3.0)
    assert cost.of_steps(4000, Settings()) == pytest.approx(4000)
    assert cost.of_steps(100, Settings(anneal=False)) == pytest.approx(300)
    assert 4000 + 4000 * 1.9 < cost.of_steps(8000, Settings()) < 4000 + 4000 * 2.2


def test_the_quickest_recording_counts_and_vain_steps_are_a_lower_bound():
    slow = Recording("slow", Settings(), [0, 100], [1.0, 25.0])
    quick = Recording("quick", Settings(anneal=False), [0, 10], [1.0, 24.0])
    cost = StepCost(1.0, 2.0)
    assert compute_baseline_seconds([slow, quick], cost, 24.0) == (pytest.approx(20), True)
    assert compute_baseline_seconds([slow, quick], cost, 35.0) == (pytest.approx(100), False)


def test_the_cheapest_of_our_points_counts():
    assert first_reaching([(9.0, 41.0), (5.0, 36.0), (2.0, 20.0)], 24.0) == 5.0
    assert first_reaching([(2.0, 20.0)], 24.0) is None


def test_each_quality_is_charged_to_the_cheapest_preset_that_reaches_it(capsys):
    baseline = Recording("a", Settings(anneal=False), [0, 900], [1.0, 45.0])
    draft, standard = Point("--preset draft", "plate", 2.0, 36.0), Point("", "solved", 9.0, 41.0)
    assert not print_comparison([baseline], StepCost(1.0, 1.0), [standard, draft])  # 300 times to 24 dB is missed
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "unreel train --preset draft, export --kind plate: 36.00 dB after 2.0 core-s"
    assert [line.split()[2] for line in told[-3:]] == ["2.0", "2.0", "9.0"]


def test_the_committed_baseline_can_be_read():
    for recording in read_recordings():
        assert recording.steps[0] == 0
        assert recording.steps == sorted(recording.steps)


@pytest.mark.slow
def test_exact_maps_rebuild_the_clip(tmp_path):
    clip = Clip(width=160, height=90, frame_count=3)
    write_clip(clip, tmp_path)
    solution = Solution(clip.frame(1), lambda number: clip.map_between(number - 1001, 1))
    np.testing.assert_allclose(rebuild_frame(solution, 1002), clip.frame(1), atol=1e-5)
    assert measure_psnr(solution, list_plates(tmp_path)[1:2]) > 90


def test_a_process_is_measured_and_its_failure_told():
    held = bytearray(300 << 20)  # of ours: must not be counted
    cost = run_measured([sys.executable, "-c", "x = bytearray(100 << 20)"], threads=1)
    assert 100 < cost.peak_mib < len(held) >> 20
    assert 0 < cost.core_seconds
    with pytest.raises(RuntimeError, match="no such thing"):
        run_measured([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_the_logo_is_premultiplied_and_inside_the_frame():
    logo = draw_logo(160, 90)
    assert logo.shape == (90, 160, 4)
    assert 0 < (logo[..., 3] > 0).mean() < 0.3
    assert (logo[..., :3] <= logo[..., 3:]).all()
    assert not logo[:2].any() and not logo[-2:].any()


def test_the_table_has_a_line_a_row():
    assert (
        format_table([Row("train", 480, 270, 24, 0.5, 0.6, 700.0)])
        .splitlines()[-1]
        .startswith("| train | 480x270 | 24 |")
    )
