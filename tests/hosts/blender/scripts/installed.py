"""In a Blender's Python: `installed.py RESULT.json enable REPOSITORY`, or `zip PATH`. What came of it is in RESULT."""

import importlib
import json
import os
import sys
import traceback


def main(result, word, what):
    bpy, addon_utils = importlib.import_module("bpy"), importlib.import_module("addon_utils")
    repository = what if word == "enable" else "user_default"
    if word == "zip":
        bpy.ops.extensions.package_install_files(filepath=what, repo=repository, enable_on_install=True)
    name = f"bl_ext.{repository}.unreel"
    enabled = addon_utils.enable(name) is not None
    plugin = sys.modules.get("unreel.plugin")
    return {"enabled": enabled, "plugin": next(iter(plugin.__path__)) if plugin else None}


if __name__ == "__main__":
    try:
        told = main(*sys.argv[1:])
    except BaseException:
        told = {"error": traceback.format_exc()}
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(told, file)
    # A Blender that has failed may not end by itself.
    os._exit(0)
