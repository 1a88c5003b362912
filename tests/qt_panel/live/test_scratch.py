from __future__ import annotations

import gc
import subprocess
import sys

import numpy as np
import pytest
from unreel.plugin.runtime import module_command
from unreel.qt_panel.live.scratch import PAGE, Plane, Scratch, begins_of, place_for, size_of

PLANES = {"small": Plane((3, 5), "float16"), "large": Plane((40, 30, 4), "float32")}
OTHER = """
import sys
from unreel.qt_panel.live.scratch import Plane, Scratch
planes = {"small": Plane((3, 5), "float16"), "large": Plane((40, 30, 4), "float32")}
array = Scratch.open(sys.argv[1], planes).array("large")
array[1] = array[0] * 2
"""


@pytest.mark.parametrize("by_path", [False, True])
def test_another_process_sees_what_is_written_and_the_reverse(by_path: bool, python):
    scratch = Scratch.make(PLANES, by_path)
    large = scratch.array("large")
    assert not large.any()
    large[0] = 1.5
    paths = f"import sys; sys.path[:0] = {list(python.path)!r}\n"
    files = () if by_path else (scratch.file,)
    subprocess.run([sys.executable, "-c", paths + OTHER, scratch.address], check=True, pass_fds=files)
    assert (large[1] == 3).all() and not large[2:].any()
    assert not scratch.array("small").any()
    assert scratch.path is None or scratch.path.exists()
    scratch.close()
    assert scratch.path is None or not scratch.path.exists()
    assert large[0, 0, 0] == 1.5  # whoever still shows it can


def test_nothing_is_left_of_one_without_a_name():
    scratch = Scratch.make(PLANES, by_path=False)
    assert scratch.path is None and not list(place_for(1).glob(f"unreel-live-*{scratch.file}*"))
    scratch.close()
    del scratch
    gc.collect()


def test_planes_lie_apart_on_pages_of_their_own():
    assert begins_of(PLANES) == {"small": 0, "large": PAGE}
    assert size_of(PLANES) == PAGE + 5 * PAGE  # 19200 bytes
    scratch = Scratch.make(PLANES)
    scratch.array("small")[:] = 7
    assert not scratch.array("large").any()
    assert scratch.array("small").dtype == np.float16
    scratch.close()


def test_without_room_in_memory_it_says_so(monkeypatch: pytest.MonkeyPatch):
    def full(file: int, start: int, length: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full)
    scratch = Scratch.make(PLANES)
    with pytest.raises(OSError, match="No space"):
        scratch.array("large")
    scratch.close()


def test_a_module_of_ours_is_run_as_workers_are(python):
    assert module_command(python, "unreel.qt_panel.live.helper")[:2] == [python.python, "-I"]
