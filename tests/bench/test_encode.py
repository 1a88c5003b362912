import torch
from unreel.core.fields.encode import HashGrid
from unreel.core.fields.hash_grid import GridSpec

from bench.encode import CodefStep, PlainGrid, frame_points, measure, ratios


def test_the_plain_form_computes_what_the_backends_do():
    for axes in (2, 3):
        spec = GridSpec(axes, levels=5, table_log2=9, base=4, growth=1.7)
        plain, ours = PlainGrid(spec, seed=1), HashGrid(spec, seed=1, backend="torch")
        points = frame_points(axes)[::997]
        torch.testing.assert_close(plain(points), ours(points), rtol=0, atol=1e-8)


def test_phases_are_measured_apart():
    short, long = measure([lambda: None, lambda: sum(range(200_000))], repeats=3)
    assert 0 <= short.core < long.core
    assert float(ratios(long, long).split("/")[0]) == 1


def test_a_step_moves_all_that_learns(monkeypatch):
    small = {axes: GridSpec(axes, levels=2, table_log2=6, base=4, growth=1.7) for axes in (2, 3)}
    monkeypatch.setattr("bench.encode.PUBLISHED", small)
    monkeypatch.setattr("bench.encode.SIZE", (6, 4))
    monkeypatch.setattr("bench.encode.NETWORKS", [(7, 2, 2, 16), (6, 3, 2, 16)])
    step = CodefStep(lambda spec: HashGrid(spec, backend="torch"))
    before = [grid.table.detach().clone() for grid in step.grids]
    step()
    assert all((grid.table != old).any() for grid, old in zip(step.grids, before, strict=True))
