"""How loops are compiled."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def compiling() -> Any:
    return pytest.importorskip("unreel.core.fields.compiling", reason="numba does not import here")


SOURCE = "def doubled(a):\n    return a + a\n\ndef share(a, b):\n    return a / b\n"


def function_of(name: str, file: str = "<string>") -> Callable[..., float]:
    module = ModuleType("loops")
    exec(compile(SOURCE, file, "exec"), module.__dict__)
    return module.__dict__[name]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiling: Any) -> Path:
    """A source file whose compiled loops are kept beside it."""
    (tmp_path / "loops.py").write_text(SOURCE)
    monkeypatch.setattr("numba.core.config.CACHE_DIR", "")
    return tmp_path / "loops.py"


def test_a_loop_is_compiled_where_nothing_can_be_kept(compiling: Any) -> None:
    without_file = function_of("doubled")  # so numba has nowhere to keep it
    with pytest.raises(RuntimeError, match="no locator"):
        compiling.njit(cache=True)(without_file)
    assert compiling.compiled()(without_file)(21) == 42


def test_what_was_compiled_is_kept_for_the_next_process(kept: Path, compiling: Any) -> None:
    loops = [compiling.compiled()(function_of("doubled", str(kept))) for _ in range(2)]
    assert [loop(21) for loop in loops] == [42, 42]
    assert [sum(loop.stats.cache_hits.values()) for loop in loops] == [0, 1]


def test_a_loop_runs_where_the_disk_takes_no_more(kept: Path, compiling: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numba.core.caching.IndexDataCacheFile._save_data", full)
    assert compiling.compiled()(function_of("doubled", str(kept)))(21) == 42
    monkeypatch.undo()
    monkeypatch.setattr("numba.core.config.CACHE_DIR", "")
    assert compiling.compiled()(function_of("doubled", str(kept)))(21) == 42


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_loop_runs_where_what_was_kept_is_damaged(kept: Path, compiling: Any, ending: str) -> None:
    assert compiling.compiled()(function_of("doubled", str(kept)))(21) == 42
    damaged = list(kept.parent.rglob(f"*.{ending}"))
    assert damaged
    for path in damaged:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert compiling.compiled()(function_of("doubled", str(kept)))(21) == 42


def test_a_division_by_zero_is_no_error(compiling: Any) -> None:
    assert compiling.compiled()(function_of("share"))(1.0, 0.0) == float("inf")
