"""What this checkout really lays for each host."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from host_zip import read_start_files
from hosts import HOSTS, Wish, make_places
from place import Machine
from product import read_product

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "plugin" / "hosts"
STARTS = {"nuke": {"init.py", "menu.py"}, "blender": {"__init__.py", "blender_manifest.toml"}}


def check_manifest(text: str, version: str, least: str) -> None:
    """The extension is of Unreel's version, and asks for the Blender that plugin.yaml names."""
    told = dict(re.findall(r'^(\w+) = "(.*)"$', text, re.MULTILINE))
    assert told["id"] == "unreel"
    assert told["version"] == version
    assert told["blender_version_min"] == f"{least}.0"


@pytest.mark.parametrize("host", HOSTS)
def test_each_part_can_be_laid(host, tmp_path):
    wish = Wish(ROOT, tmp_path / "python", (host,), Machine(tmp_path, {}), tmp_path / "out")
    (place,) = make_places(wish)
    assert place.files
    assert STARTS.get(host, set()) <= set(read_start_files(ROOT, host))


def test_natrons_folder_has_a_pyplug_for_each_node(tmp_path):
    nodes = json.loads((ROOT / "core" / "nodes.json").read_text(encoding="utf-8"))["nodes"]
    sources = [name for name in read_start_files(ROOT, "natron") if name.endswith(".py")]
    assert len(sources) == len(nodes)


def test_blenders_manifest_says_what_the_checkout_is():
    manifest = (PARTS / "blender_start" / "blender_manifest.toml").read_text(encoding="utf-8")
    product = read_product(ROOT)
    check_manifest(manifest, product.version, product.least["blender"])


def test_a_manifest_of_another_version_is_noticed():
    text = 'id = "unreel"\nversion = "0.1.0"\nblender_version_min = "4.5.0"\n'
    check_manifest(text, "0.1.0", "4.5")
    for version, least in (("0.2.0", "4.5"), ("0.1.0", "5.0")):
        with pytest.raises(AssertionError):
            check_manifest(text, version, least)
