"""Trains three tiny frames by what a host would load. Run with any Python, bare: `-I -S doctor_job.py PLACE WORK`.

PLACE is the folder that the host loads Unreel from: `unreel_host.zip` and `runtime.json`. One JSON line a check.
"""

from __future__ import annotations

import importlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

SECONDS = 300.0
HOSTS = ("nuke", "nukescripts", "NatronEngine", "NatronGui", "bpy")
HEAVY = ("numpy", "torch", "yaml", "PySide2", "PySide6")


def tell(name: str, good: bool, text: str) -> bool:
    print(json.dumps({"name": name, "good": good, "text": text}), flush=True)
    return good


def load(name: str) -> Any:
    return importlib.import_module(f"unreel.plugin.{name}")


def check_face(place: Path) -> bool:
    """The zip is imported alone, all of it, and what a host must not load is not loaded."""
    packed = place / "unreel_host.zip"
    sys.path.insert(0, str(packed))
    try:
        import_all(packed)
        face = load("face").read_face()
    except Exception as error:  # a damaged zip fails in many ways
        return tell("host side", False, f"{packed}: {type(error).__name__}: {error}")
    loaded = [name for name in HEAVY if name in sys.modules]
    if loaded:
        return tell("host side", False, f"it loads {', '.join(loaded)}, which may break the host")
    return tell("host side", True, f"Unreel {face.version}, {len(face.nodes)} nodes, the standard library alone")


def import_all(packed: Path) -> None:
    """Each module, but for those that need their host: this is none."""
    with zipfile.ZipFile(packed) as archive:
        names = [name[: -len(".py")].replace("/", ".") for name in archive.namelist() if name.endswith(".py")]
    for name in names:
        try:
            importlib.import_module(name[: -len(".__init__")] if name.endswith(".__init__") else name)
        except ImportError as error:
            if error.name not in HOSTS:
                raise


def check_runtime(place: Path) -> Any:
    """Unreel's Python, as a host finds it; None where it does not."""
    runtime = load("runtime")
    try:
        found = runtime.find_runtime((place,))
    except runtime.RuntimeMissing as error:
        tell("runtime", False, str(error))
        return None
    tell("runtime", True, found.python)
    return found


def check_job(name: str, found: Any, work: Path, command: str, values: Any, flags: Any) -> bool:
    """A job is started as a node starts it, and is waited for."""
    job, client = load("job"), load("client")
    try:
        made = job.Job(command, values, flags, {"host": "doctor"}, id=job.make_id(command))
        folder = job.write_job(made, work / "jobs")
        running = client.start(folder, found)
    except (OSError, RuntimeError) as error:
        return tell(name, False, str(error))
    status = running.wait(SECONDS)
    if not status.ended:
        running.close()
        return tell(name, False, f"it has not ended after {SECONDS:.0f} s, and is at {status.stage or 'its start'}")
    if status.state != "done":
        return tell(name, False, status.message or f"the worker ended with code {status.exit_code}")
    told = f", {status.psnr:.1f} dB" if status.psnr is not None else ""
    return tell(name, True, f"done in {status.beat - status.started:.1f} s{told}")


def main(arguments: list[str]) -> int:
    place, work = Path(arguments[0]), Path(arguments[1])
    if not check_face(place):
        return 1
    found = check_runtime(place)
    if found is None:
        return 1
    solve = {"plate": str(work / "plate.####.exr"), "key": 2, "preset": "draft", "solve.threads": 1}
    unreel_folder = str(work / "doctor.unreel")
    if not check_job("worker, train", found, work, "train", solve, {"output": unreel_folder}):
        return 1
    maps = {"folder": unreel_folder, "output": str(work / "maps.####.exr"), "outputs": ["stmap", "inverse"]}
    return 0 if check_job("worker, maps", found, work, "propagate", {}, maps) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
