"""The two forms of the solve's loops, and the choice between them."""

import logging

import numpy as np
import pytest
from unreel.core.solve import forms
from unreel.core.solve.forms import chosen_form, compiled_form, using
from unreel.core.solve.sheet import Base, Expectation, SheetSettings, lattice_displacement, refine_sheet

from .pictures import HEIGHT, WIDTH, X, Y, seen_through, smooth_bend, waves, whole


@pytest.fixture
def anew():
    """The choice is made again, and forgotten after."""
    chosen_form.cache_clear()
    yield
    chosen_form.cache_clear()


@pytest.mark.parametrize("expected", [True, False])
def test_both_forms_find_the_same_sheet(expected: bool) -> None:
    moved, rng = smooth_bend(), np.random.default_rng(3)
    mask = (np.hypot(X - 80, Y - 60) < 55).astype(np.float32)
    frame = whole(seen_through(moved) + 0.01 * rng.normal(size=X.shape).astype(np.float32), mask)
    truth = np.stack([X, Y], -1) + moved
    expectation = Expectation(truth.astype(np.float32), 0.1 * mask) if expected else None
    found = {}
    for form in ("plain", "compiled"):
        with using(form):
            knots, cell = refine_sheet(
                frame,
                whole(waves(X, Y)),
                Base(np.eye(3), (0, 0)),
                np.zeros((HEIGHT // 16 + 3, WIDTH // 16 + 3, 2)),
                16,
                ((1, 16), (0, 8)),
                SheetSettings(),
                expectation,
            )
        found[form] = lattice_displacement(knots, cell, HEIGHT, WIDTH, 0)
    where = mask > 0
    np.testing.assert_allclose(found["compiled"][where], found["plain"][where], atol=2e-3)
    assert np.abs(found["plain"] - moved)[where].mean() < 0.1


def test_the_faster_form_is_chosen(anew, monkeypatch) -> None:
    for plain, compiled, wanted in ((2.0, 1.0, "compiled"), (1.0, 2.0, "plain"), (0.0, 0.0, "compiled")):
        chosen_form.cache_clear()
        times = {"plain": plain, "compiled": compiled}
        monkeypatch.setattr(forms, "fastest", lambda form, step, times=times: times[form])
        assert chosen_form() == wanted
        assert (compiled_form("lattice") is None) == (wanted == "plain")


def test_what_does_not_compile_is_told_once_and_the_plain_form_serves(anew, monkeypatch, caplog) -> None:
    def refuse(name: str, package: str) -> None:
        raise ImportError(f"{name} of {package} needs numba")

    monkeypatch.setattr(forms, "import_module", refuse)
    with caplog.at_level(logging.WARNING):
        assert [compiled_form("sheet"), compiled_form("comparison")] == [None, None]
    assert [record.message for record in caplog.records] == [
        "the solve's loops can't be compiled, and it takes twice as long: "
        ".comparison_compiled of unreel.core.solve needs numba"
    ]


def test_a_trial_takes_a_step_in_either_form() -> None:
    step = forms.make_trial()
    assert all(0 < forms.fastest(form, step) < np.inf for form in ("plain", "compiled"))
