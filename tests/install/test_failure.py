"""pip's failures in words: what, why, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from failure import explain_pip

MISSING = [
    "ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: none)",
    "ERROR: No matching distribution found for torch==2.13.0",
]


def test_a_wheel_missing_from_the_wheelhouse_is_named_with_the_command_that_adds_it():
    text = str(explain_pip(MISSING, Path("wheels")))
    assert "The folder wheels has no wheel of torch==2.13.0 for Python 3." in text
    assert "pip download --dest wheels --constraint install/constraints.txt torch==2.13.0" in text


def test_a_pin_that_cannot_be_had_is_taken_for_a_missing_wheel():
    lines = [
        "ERROR: Cannot install unreel because these package versions have conflicting dependencies.",
        "    unreel 0.1.0 depends on torch>=2.4",
        "    The user requested (constraint) torch==2.13.0",
        "ERROR: ResolutionImpossible: for help visit the manual",
    ]
    assert "The folder wheels has no wheel of torch==2.13.0" in str(explain_pip(lines, Path("wheels")))


def test_a_wheel_missing_from_the_index_is_named():
    text = str(explain_pip(MISSING, None))
    assert "The package index that pip uses has no wheel of torch==2.13.0" in text
    assert "--wheelhouse DIR" in text


@pytest.mark.parametrize(
    ("line", "why", "do"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full", "--venv PATH"),
        ("ERROR: [Errno 13] Permission denied: '/opt/x'", "can't be written", "--venv PATH"),
        ("ssl.SSLError: CERTIFICATE_VERIFY_FAILED", "certificate", "PIP_CERT"),
        ("NewConnectionError: Temporary failure in name resolution", "can't be reached", "--wheelhouse DIR"),
        ("ERROR: ResolutionImpossible: for help visit", "pinned versions", "PIP_CONSTRAINT"),
        ("something new", "lines below", "same command again"),
    ],
)
def test_each_cause_has_its_own_answer(line, why, do):
    text = str(explain_pip([line], None))
    assert why in text
    assert do in text
    assert f"    {line}" in text


def test_no_connection_is_not_taken_for_a_missing_wheel():
    lines = ["WARNING: Retrying after connection broken by 'NewConnectionError'", *MISSING]
    assert "can't be reached" in str(explain_pip(lines, None))
