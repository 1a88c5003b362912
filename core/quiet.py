"""Frames are worked on in parallel, so the libraries under them start no threads of their own: pools would fight."""

from __future__ import annotations

import os

QUIET = {
    "OMP_WAIT_POLICY": "PASSIVE",  # idle threads that spin take a core from the ones that work
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""To be set before numpy loads; what the user has set stays."""


def ask_for_quiet() -> None:
    """Of libraries that are not loaded yet."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def quieten() -> None:
    """OpenCV, OpenEXR and OpenImageIO work in the thread that calls them."""
    import cv2
    import OpenImageIO as oiio

    cv2.setNumThreads(1)
    oiio.attribute("threads", 1)
    oiio.attribute("exr_threads", -1)
