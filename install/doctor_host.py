"""Does Unreel work where a host looks for it? What was laid is there, and a job is done as the host would start it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import host_zip
from block import BlockChanged, find_block
from record import NAME, read_record, sha256_on_disk

HERE = Path(__file__).resolve().parent


def say_check(name: str, good: bool, text: str) -> bool:
    print(f"  {'ok  ' if good else 'FAIL'} {name:<15} {text}", flush=True)
    return good


def check_place(folder: Path, variables: dict[str, str]) -> bool:
    """All checks of one folder, as lines. variables: those of the caller, without what reaches into a Python."""
    record = read_record(folder)
    assert record is not None
    print(f"{record.host}: {folder}")
    good = check_files(folder) & check_start(folder)
    if record.host == "studio":
        return good
    with tempfile.TemporaryDirectory(prefix="unreel doctor ") as name, unpacked(folder) as place:
        work = Path(name)
        return check_work(place, work, variables) and good


def check_files(folder: Path) -> bool:
    """That each file is there and as it was written."""
    record = read_record(folder)
    assert record is not None
    found = {name: sha256_on_disk(folder / name) for name in record.files}
    missing = [name for name, sha256 in found.items() if sha256 is None]
    changed = [name for name, sha256 in found.items() if sha256 not in (None, record.files[name])]
    if missing or changed:
        told = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"changed: {', '.join(changed)}"] * bool(changed)
        return say_check("files", False, f"{'; '.join(told)}; run python3 install --host {record.host} again")
    return say_check("files", True, f"{len(found)}, as they were installed, Unreel {record.version}")


def check_start(folder: Path) -> bool:
    """That the user's start file still names the folder."""
    record = read_record(folder)
    assert record is not None
    good = True
    for name in record.start:
        try:
            lines = Path(name).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
            there = find_block(lines) is not None
            good &= say_check("start file", there, name if there else f"{name} lacks Unreel's lines; install again")
        except (OSError, BlockChanged) as error:
            good &= say_check("start file", False, f"{name}: {error}")
    return good


@contextmanager
def unpacked(folder: Path) -> Iterator[Path]:
    """The folder that the host loads from; Blender's zip is unpacked as Blender would."""
    zips = [path for path in folder.glob("*.zip") if path.name != host_zip.NAME]
    if (folder / host_zip.NAME).exists() or not zips:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="unreel extension ") as name:
        zipfile.ZipFile(io.BytesIO(zips[0].read_bytes())).extractall(name)
        yield Path(name)


def check_work(place: Path, work: Path, variables: dict[str, str]) -> bool:
    """Frames are made, trained by way of what the host loads, and the maps that come of it looked at."""
    python = read_python(place)
    if python is not None:
        looked = run([python, HERE / "doctor.py", "--no-panel"], variables)
        if looked.returncode != 0:
            lacks = [line.strip() for line in looked.stdout.splitlines() if line.strip().startswith("FAIL")]
            told = "; ".join(" ".join(line.split()[1:]) for line in lacks) or last_line(looked)
            return say_check("environment", False, f"{python}: {told}; run python3 install --host ... again")
        say_check("environment", True, python)
        made = run([python, HERE / "doctor_frames.py", "make", work], variables)
        if made.returncode != 0:
            return say_check("test frames", False, f"{python}: {last_line(made)}; run python3 install doctor")
    # `-I -S`: as bare as a host's own Python is to us.
    done = run([sys.executable, "-I", "-S", HERE / "doctor_job.py", place, work], variables)
    checks = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    for check in checks:
        say_check(check["name"], check["good"], check["text"])
    if done.returncode != 0:
        return False if checks and not checks[-1]["good"] else say_check("host side", False, last_line(done))
    good = True
    for name, word in (("ST map", "identity"), ("trained maps", "maps")):
        found = run([python, HERE / "doctor_frames.py", word, work], variables)
        good &= say_check(name, found.returncode == 0, last_line(found))
    return good


def read_python(place: Path) -> str | None:
    """What `runtime.json` names, or the variable that goes before it; None where the host side is to say what lacks."""
    try:
        named = os.environ.get("UNREEL_PYTHON") or json.loads((place / "runtime.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    python = named if isinstance(named, str) else str(named.get("python"))
    return python if os.access(python, os.X_OK) else None


def run(command: list[object], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [str(part) for part in command]
    return subprocess.run(words, capture_output=True, text=True, env=variables, encoding="utf-8", errors="replace")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[-1] if lines else f"it ended with code {done.returncode}"


def say_nothing_laid(host: str) -> bool:
    print(f"{host}:")
    return say_check("files", False, f"{NAME} was not found: run python3 install --host {host}, with the same --dir")
