"""Calls `MODULE.FUNCTION` with a job's values in this Natron, and writes what it gives.

It ends the process, because the renderer renders every writer that is left over its own range.
"""

import importlib
import json
import os
import sys
import traceback

with open(os.environ["UNREEL_TEST_JOB"], encoding="utf-8") as file:
    job = json.load(file)
sys.path.append(job["scripts"])
try:
    module, name = job["function"].split(".")
    told = {"result": getattr(importlib.import_module(module), name)(app, **job["values"])}  # noqa: F821 (Natron's)
except BaseException:
    told = {"error": traceback.format_exc()}
with open(job["result"], "w", encoding="utf-8") as file:
    json.dump(told, file)
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)
