"""Arrays beyond a budget lie in a file that nobody sees and that goes with the process."""

import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from unreel.core.errors import UnreelError
from unreel.core.spill import Spill, large

ARRAYS = {
    "half": np.arange(600, dtype=np.float16).reshape(20, 30),
    ("seen", 7): np.eye(25, dtype=bool),
    3: np.random.default_rng(1).integers(0, 65535, (40, 50)).astype(np.uint16),
    "turned": np.arange(60.0).reshape(6, 10).T,
}


@pytest.fixture
def file_limit():
    """A context in which no file can grow beyond some bytes, as on a full disk."""

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, ignored)

    return limited


def fill(spill: Spill) -> Spill:
    for name, array in ARRAYS.items():
        spill[name] = array
    return spill


@pytest.mark.parametrize("budget", [0, 1500, 1 << 20])
def test_what_is_kept_comes_back_wherever_it_lies(tmp_path: Path, budget: int):
    spill = fill(Spill(budget, tmp_path))
    for name, array in ARRAYS.items():
        assert spill[name].dtype == array.dtype
        np.testing.assert_array_equal(spill[name], array)
    assert (spill.file is None) == (budget > 1500)
    assert spill.used <= budget


def test_a_later_one_takes_the_place_of_an_earlier(tmp_path: Path):
    spill = fill(Spill(1000, tmp_path))
    for shift in (1, 2):
        for name, array in ARRAYS.items():
            spill[name] = array + np.array(shift, array.dtype)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(spill[name], array + np.array(2, array.dtype))
    assert spill.used <= 1000
    assert spill.end <= sum(array.nbytes for array in ARRAYS.values()), "in the same place of the file"


def test_what_goes_leaves_room_in_memory(tmp_path: Path):
    spill = Spill(1000, tmp_path)
    spill["a"] = np.zeros(900, np.uint8)
    del spill["a"]
    assert "a" not in spill
    spill["b"] = np.ones(1000, np.uint8)
    assert spill.file is None


def test_threads_don_t_disturb_each_other(tmp_path: Path):
    spill = Spill(4000, tmp_path)

    def keep_and_look(number: int) -> bool:
        spill[number] = np.full(1000, number % 251, np.uint8)
        return all((spill[n] == n % 251).all() for n in range(max(number - 3, 0), number + 1) if n in spill)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(keep_and_look, range(60)))


def test_nothing_is_seen_in_the_folder_and_nothing_stays(tmp_path: Path):
    spill = fill(Spill(0, tmp_path))
    seen = list(tmp_path.iterdir())
    assert seen == [] or sys.platform == "win32"
    spill.close()
    assert list(tmp_path.iterdir()) == []
    assert "half" not in spill


def test_a_run_that_is_killed_leaves_nothing(tmp_path: Path):
    code = (
        "import sys, numpy as np; from pathlib import Path; from unreel.core.spill import Spill\n"
        "spill = Spill(0, Path(sys.argv[1])); spill['a'] = np.zeros(1 << 20, np.uint8)\n"
        "print('kept', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "kept\n"
        os.kill(process.pid, signal.SIGKILL)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_no_more_is_told_with_what_to_do(tmp_path: Path, file_limit):
    spill = Spill(100, tmp_path)
    spill["small"] = np.ones(100, np.uint8)
    with file_limit(4096), pytest.raises(UnreelError, match=r"frames can't be kept in .*raise solve.memory") as told:
        spill["large"] = np.zeros(1 << 20, np.uint8)
    assert told.value.exit_code == 1 and str(tmp_path) in str(told.value)
    assert "large" not in spill
    np.testing.assert_array_equal(spill["small"], np.ones(100))


def test_a_folder_that_is_not_there_is_done_without(tmp_path: Path):
    spill = fill(Spill(0, tmp_path / "none"))
    np.testing.assert_array_equal(spill["half"], ARRAYS["half"])
    assert list(tmp_path.iterdir()) == []


def test_a_large_array_is_mapped_where_memory_is_too_small(tmp_path: Path):
    within, beyond = (large((30, 40), np.float16, budget, tmp_path) for budget in (1 << 20, 100))
    assert type(within) is np.ndarray and isinstance(beyond, np.memmap)
    for array in (within, beyond):
        array[:] = np.arange(40)
        array[3] = 7
        assert array.sum(dtype=float) == 29 * 780 + 40 * 7
    assert list(tmp_path.iterdir()) == []


def test_a_map_that_the_disk_has_no_room_for_is_told_and_not_begun(tmp_path: Path, file_limit):
    with file_limit(4096), pytest.raises(UnreelError, match="raise solve.memory"):
        large((1 << 20,), np.uint8, 0, tmp_path)


def test_a_disk_that_lets_no_file_begin_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(**_: object):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(UnreelError, match="the disk is full"):
        large((1 << 20,), np.uint8, 0, tmp_path)
    with pytest.raises(UnreelError, match="the disk is full"):
        Spill(0, tmp_path)["any"] = np.ones(4)
