"""Is the environment sound? Run by `python3 install doctor` with the environment's own Python.

Packages are imported by name: this file, like all of install/, needs nothing but the standard library to be read.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import doctor_panel

PACKAGES = {
    "torch": "torch",
    "numpy": "numpy",
    "scipy": "scipy",
    "cv2": "opencv-python-headless",
    "OpenImageIO": "OpenImageIO",
    "PyOpenColorIO": "opencolorio",
    "yaml": "PyYAML",
    "safetensors": "safetensors",
    "numba": "numba",
    "fileseq": "fileseq",
    "typer": "typer",
    "rich": "rich",
    "pydantic": "pydantic",
    "unreel.core.cli": "unreel",
}
"""Import name: the distribution it comes from."""


PANEL = {"pyqtgraph": "pyqtgraph", "av": "av"}
"""What the panel needs besides Qt."""


def load(name: str) -> Any:
    return importlib.import_module(name)


def check_import(module: str, distribution: str) -> str:
    load(module)
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "found, from another distribution than " + distribution


def check_device() -> str:
    torch = load("torch")
    if torch.cuda.is_available():
        return f"CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}"
    if torch.backends.mps.is_available():
        return "Apple MPS"
    return f"CPU, {torch.get_num_threads()} threads"


def check_exr() -> str:
    """Half values above one, below zero and a timecode go to disk and come back as they were."""
    oiio, numpy = load("OpenImageIO"), load("numpy")
    pixels = numpy.array([[[0.0, 0.18, 1.0], [-0.25, 12.5, 65504.0]]], numpy.float16)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "doctor.exr")
        spec = oiio.ImageSpec(2, 1, 3, "half")
        spec.attribute("compression", "zips")
        output = oiio.ImageOutput.create(path)
        if not (output and output.open(path, spec) and output.write_image(pixels) and output.close()):
            raise OSError(f"an EXR can't be written: {output.geterror() if output else oiio.geterror()}")
        source = oiio.ImageInput.open(path)
        if source is None:
            raise OSError(f"an EXR can't be read: {oiio.geterror()}")
        back = source.read_image("half")
        source.close()
    if back is None or numpy.asarray(back, numpy.float16).tobytes() != pixels.tobytes():
        raise OSError("an EXR comes back with other values than were written")
    return "written and read, every bit the same"


def report(name: str, check: Callable[[], str]) -> bool:
    try:
        answer, good = check(), True
    except Exception as error:  # a doctor goes on to the next question whatever the answer was
        answer, good = f"{type(error).__name__}: {error}", False
    print(f"  {'ok  ' if good else 'FAIL'} {name:<15} {answer}", flush=True)
    return good


def report_package(module: str, distribution: str) -> bool:
    return report(module, lambda: check_import(module, distribution))


def check_panel() -> list[bool]:
    """Empty where it was not installed, which is nothing wrong."""
    if not doctor_panel.is_installed():
        print(f"  --   {'panel':<15} not installed; python3 install panel adds it", flush=True)
        return []
    if not report("PySide6", doctor_panel.check_qt):
        return [False]
    good = [report_package(*package) for package in PANEL.items()]
    return [*good, report("panel", doctor_panel.check_window), report("screen", doctor_panel.check_screen)]


def main(arguments: list[str]) -> int:
    """`--no-panel`: a host's nodes do without it."""
    print(f"Python {platform.python_version()} on {platform.platform()}\n  {sys.executable}")
    good = [report_package(*package) for package in PACKAGES.items()]
    good += [report("device", check_device), report("EXR", check_exr)]
    good += [] if "--no-panel" in arguments else check_panel()
    print("all is well" if all(good) else f"{good.count(False)} checks failed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
