import numpy as np
import pytest

from bench.codef_recording import Point, read_checkpoint, train, write_checkpoint, write_recording
from bench.codef_torch import Settings, Trainer
from bench.quality import Recording, read_recordings


@pytest.mark.slow
def test_training_on_a_still_flat_picture_finds_its_colour():
    frames = np.full((2, 6, 8, 3), 0.5, np.float32)
    points: list = []
    trajectory: list = []
    train(Trainer(frames), trajectory, max_steps=10, measure_every=5, on_point=points.append)
    assert [point.step for point in trajectory] == [0, 5, 10] == [point.step for point in points]
    assert trajectory[-1].psnr > trajectory[0].psnr + 2
    assert 0 == trajectory[0].core_seconds < trajectory[1].core_seconds < trajectory[2].core_seconds


@pytest.mark.slow
def test_a_training_goes_on_where_it_was_saved(tmp_path):
    frames = np.random.default_rng(0).random((3, 6, 8, 3)).astype(np.float32)
    whole: list = []
    train(Trainer(frames), whole, max_steps=8, measure_every=4)
    first, part = Trainer(frames), []
    train(first, part, max_steps=4, measure_every=4)
    write_checkpoint(tmp_path / "half.pt", first, part)
    second = Trainer(frames)
    rest = read_checkpoint(tmp_path / "half.pt", second)
    train(second, rest, max_steps=8, measure_every=4)
    assert [(p.step, p.psnr) for p in rest] == [(p.step, p.psnr) for p in whole]


def test_a_recording_is_read_as_written_beside_the_others(tmp_path):
    path = tmp_path / "baseline.json"
    write_recording(path, "a", Settings(), [Point(0, 0.0, 1.0), Point(50, 9.0, 14.25)])
    write_recording(path, "b", Settings(anneal=False), [Point(0, 0.0, 1.5)])
    assert read_recordings(path) == [
        Recording("a", Settings(), [0, 50], [1.0, 14.25]),
        Recording("b", Settings(anneal=False), [0], [1.5]),
    ]
