"""Root may read and write everywhere: what is said of files that may not be touched is tested without that right."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
NEEDING = (
    "core/test_bad_input.py::test_no_permission",
    "core/solve/test_flow_store.py::test_a_folder_that_may_only_be_read_is_read",
)
"""They skip themselves where the user may write everywhere."""


@pytest.mark.slow
def test_what_root_skips_passes_without_its_rights():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(str(TESTS / each) for each in NEEDING)]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root's rights are dropped with setpriv of util-linux, which is not installed")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(NEEDING)} passed" in done.stdout
