"""The installer's files import each other as plain names, as `python3 install` lets them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

INSTALL = Path(__file__).resolve().parents[2] / "install"
if str(INSTALL) not in sys.path:
    sys.path.append(str(INSTALL))

NAMES = "Zoë Ünreel & Co"
"""Of a folder: a blank, letters beyond ASCII, and one that shells read."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with a part for each host."""
    root = tmp_path / NAMES / "checkout"
    hosts = {host: {"least": least} for host, least in (("nuke", "14.0"), ("natron", "2.5"), ("blender", "4.5"))}
    texts = {
        "core/nodes.json": json.dumps({"schema": 1, "version": "0.1.0", "hosts": hosts}),
        "plugin/__init__.py": "",
        "plugin/face.py": "SCHEMA = 1\n",
        "plugin/__pycache__/face.pyc": "old",
        "plugin/hosts/__init__.py": "",
        "plugin/hosts/nuke_start/init.py": "import sys\n",
        "plugin/hosts/nuke_start/menu.py": "import nuke\n",
        "plugin/hosts/nuke_start/icons/unreel.png": "picture",
        "plugin/hosts/natron_start/Unreel_Train.py": "import sys\ndef createInstance(app, group):\n    pass\n",
        "plugin/hosts/natron_start/Unreel_Train.png": "picture",
        "plugin/hosts/blender_start/__init__.py": "def register():\n    pass\n",
        "plugin/hosts/blender_start/blender_manifest.toml": 'id = "unreel"\n',
        "pyproject.toml": "[project]\n",
        "LICENSE": "Apache-2.0\n",
        "install/constraints.txt": "numpy==2.4.6\n",
        "install/constraints-blender.txt": "numpy==1.26.4\n",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / NAMES / "home"
    folder.mkdir(parents=True)
    return folder
