"""Memory that is freed serves again, told by the pages that the kernel hands out."""

import platform
import subprocess
import sys

import pytest

PAGES = """
import resource
import numpy as np
from unreel.core.kept_memory import keep_freed_memory

def taken():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(3):
        np.empty(3 << 20, np.uint8).fill(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

first = taken()
keep_freed_memory()
taken()
print(first, taken())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told; on Linux with it this runs")
def test_what_was_freed_is_not_asked_of_the_kernel_again():
    done = subprocess.run([sys.executable, "-c", PAGES], capture_output=True, text=True, check=True)
    first, again = map(int, done.stdout.split())
    assert first > 700 and again < 100
