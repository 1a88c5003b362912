"""What can go wrong while installing, said so that the user can act: what, why, what to do."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Sequence
from pathlib import Path

INDENT = "    "


class InstallFailed(Exception):
    """The environment can't be made. The text is complete; the exit code is 3."""

    def __init__(self, what: str, why: str, do: str, tail: Sequence[str] = ()):
        lines = [what, f"Why:        {why}", f"What to do: {do}"]
        if tail:
            lines += ["", "The last lines of pip:", *(INDENT + line for line in tail)]
        super().__init__("\n".join(lines))


def explain_missing_venv(missing: str) -> InstallFailed:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return InstallFailed(
        f"This Python ({sys.executable}) has no module '{missing}', so it can't make an environment.",
        "Debian and Ubuntu ship it as a package of its own.",
        f"apt install {package}   (or start this program with a Python from another source)",
    )


def explain_pip(tail: Sequence[str], wheelhouse: Path | None, constraints: str = "constraints.txt") -> InstallFailed:
    """The likely cause of pip's failure, read from the last lines that it printed."""
    text = "\n".join(tail)
    # A pinned package that pip can't get is reported as a conflict with its pin: the third form.
    missing = re.search(
        r"(?:No matching distribution found for|satisfies the requirement|requested \(constraint\)) ([^\s(]+)", text
    )
    network = (
        r"name resolution|NewConnectionError|ConnectTimeout|Read timed out|ProxyError|Max retries|Connection refused"
    )
    if re.search(r"No space left on device|Errno 28", text):
        why = "The disk is full. Unreel's environment takes 2 GB without CUDA and about 8 GB with it."
        do = "Free some space, or put the environment on another disk with --venv PATH (and set TMPDIR there)."
    elif re.search(r"Permission denied|Errno 13|Read-only file system", text):
        why = "The folder can't be written."
        do = "Choose a folder of your own with --venv PATH."
    elif "CERTIFICATE_VERIFY_FAILED" in text:
        why = "The package index shows a certificate that this Python does not trust, as behind a studio's proxy."
        do = "Give pip the studio's certificate (PIP_CERT=FILE), or install offline with --wheelhouse DIR."
    elif re.search(network, text):
        why = "The package index can't be reached."
        do = "Check the connection and pip's proxy settings, or install offline with --wheelhouse DIR."
    elif missing:
        name = missing.group(1)
        where = f"The folder {wheelhouse} has" if wheelhouse else "The package index that pip uses has"
        why = f"{where} no wheel of {name} for {describe_python()}, or can't be read."
        do = (
            f"Add it: pip download --dest {wheelhouse} --constraint install/{constraints} {name}"
            if wheelhouse
            else "Check `pip config list` and the connection, try another Python, or use --wheelhouse DIR."
        )
    elif "ResolutionImpossible" in text or "conflicting dependencies" in text:
        why = f"The pinned versions in install/{constraints} do not agree with what pip found."
        do = "Look for a PIP_CONSTRAINT or a pip setting of this machine that pins other versions, and unset it."
    else:
        why = "The lines below say it."
        do = "Mend that and run the same command again; it goes on where it stopped."
    return InstallFailed("pip could not install what Unreel needs.", why, do, tail)


def describe_python() -> str:
    return f"Python {sys.version_info.major}.{sys.version_info.minor} on {platform.system()} {platform.machine()}"
