"""The installer's files import each other as plain names, as `python3 install` lets them."""

from __future__ import annotations

import sys
from pathlib import Path

INSTALL = Path(__file__).resolve().parents[2] / "install"
if str(INSTALL) not in sys.path:
    sys.path.append(str(INSTALL))
