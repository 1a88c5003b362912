"""What a container leaves a process of the machine."""

from pathlib import Path

import pytest
from unreel.core.machine import memory_bytes, usable_cores
from unreel.core.memory import budget_bytes, threads_for
from unreel.core.settings import SolveSettings


@pytest.fixture
def group(tmp_path: Path):
    """A function that writes what groups say: by path within them."""
    own = tmp_path / "own"
    own.write_text("12:cpu:/old\n0::/jobs/one\n")
    (tmp_path / "groups/jobs/one").mkdir(parents=True)

    def write(**texts: str) -> tuple[Path, Path]:
        for name, text in texts.items():
            (tmp_path / "groups" / name.replace("__", "/").replace("_", ".")).write_text(text + "\n")
        return tmp_path / "groups", own

    return write


def test_a_quota_of_time_is_as_many_cores(group):
    assert usable_cores(*group(jobs__one__cpu_max="max 100000")) == usable_cores()
    assert usable_cores(*group(jobs__cpu_max="100000 100000")) == 1
    assert usable_cores(*group(jobs__cpu_max="20000 100000")) == 1, "less than one is one"


def test_the_least_of_the_groups_limits_holds(group):
    assert memory_bytes(*group(jobs__one__memory_max="max")) == memory_bytes()
    assert memory_bytes(*group(jobs__memory_max=str(3 << 20))) == 3 << 20
    assert memory_bytes(*group(jobs__one__memory_high=str(2 << 20))) == 2 << 20


def test_older_groups_say_it_elsewhere(tmp_path: Path):
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory/memory.limit_in_bytes").write_text("4194304\n")
    assert memory_bytes(tmp_path, tmp_path / "none") == 4 << 20


def test_a_machine_without_groups_has_all_it_has(tmp_path: Path):
    assert memory_bytes(tmp_path, tmp_path / "none") >= memory_bytes() > 100 << 20
    assert usable_cores(tmp_path, tmp_path / "none") >= usable_cores() >= 1


def test_the_budget_is_what_the_setting_says_or_a_quarter():
    assert budget_bytes(SolveSettings(memory=0.5)) == 1 << 29
    assert budget_bytes(SolveSettings()) == memory_bytes() // 4


def test_threads_are_no_more_than_have_room():
    assert threads_for(SolveSettings()) == usable_cores()
    assert threads_for(SolveSettings(threads=7)) == 7
    assert threads_for(SolveSettings(threads=7, memory=1), bytes_each=1 << 28) == 4
    assert threads_for(SolveSettings(threads=7, memory=0.01), bytes_each=1 << 30) == 1
