"""How loops are compiled."""

import pytest


def test_a_loop_is_compiled_where_nothing_can_be_kept() -> None:
    compiling = pytest.importorskip("unreel.core.fields.compiling", reason="numba does not import here")
    names: dict[str, object] = {}
    exec("def doubled(a):\n    return a + a", names)  # no file, so numba has nowhere to keep it
    with pytest.raises(RuntimeError, match="no locator"):
        compiling.njit(cache=True)(names["doubled"])
    assert compiling.compiled()(names["doubled"])(21) == 42
