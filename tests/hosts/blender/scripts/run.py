"""Calls `MODULE.FUNCTION` with a job's values in this Blender, and writes what it gives.

Blender's own end may hang after an error, so that is not waited for.
"""

import importlib
import json
import os
import sys
import traceback

function, job, result = sys.argv[1:]
try:
    module, name = function.split(".")
    with open(job, encoding="utf-8") as file:
        values = json.load(file)
    told = {"result": getattr(importlib.import_module(module), name)(**values)}
except BaseException:
    told = {"error": traceback.format_exc()}
with open(result, "w", encoding="utf-8") as file:
    json.dump(told, file)
sys.stdout.flush()
os._exit(0)
