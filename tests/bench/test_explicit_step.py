import pytest
import torch

from bench import explicit_step
from bench.explicit_step import Step, bench_step

SIZE = (40, 24)


@pytest.mark.parametrize("batch", ["frames", "points"])
def test_both_forms_take_the_same_step(batch, monkeypatch):
    monkeypatch.setattr(explicit_step, "POINTS", 160)
    plain, ours = (Step(SIZE, batch, "bicubic", form) for form in ("torch", "numba"))
    plain(), ours()
    assert len(plain.xy) == (160 if batch == "points" else 40 * 24)
    for reference, found in zip(plain.trained, ours.trained, strict=True):
        assert reference.grad.abs().max() > 0
        torch.testing.assert_close(found.grad, reference.grad, rtol=0, atol=1e-3 * reference.grad.abs().max().item())


def test_each_step_is_a_row_and_its_parts_are_two(capsys):
    bench_step(SIZE, "frames", "bilinear", 1, 1)
    rows = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in rows] == [
        "**40x24, frames, bilinear, 1 thread**",
        "lattice",
        "picture",
    ]
