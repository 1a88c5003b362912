"""A node's job for a farm: a bundle beside the unreel folder, which the core writes."""

from __future__ import annotations

from ..job import Job, unreel_folder_of, write_job
from . import watch
from .node_in_host import NodeInHost
from .patterns import next_folder, next_render
from .status import GOOD
from .tell import tell


def write_bundle(node: NodeInHost, job: Job) -> None:
    """Have it written, as a version of its own; nothing of the job itself is started."""
    watch.refuse_while_running(node)
    folder = str(unreel_folder_of(job))
    bundle = next_folder(folder + ".farm")
    result = None if job.command == "propagate" else next_render(folder)  # else the job itself says where
    asked = node.other_job("farm", folder=folder, job=str(write_job(job)), output=bundle, result=result)
    watch.launch(node, asked, lambda job, result: tell(node, f"farm job: {result['bundle']}", GOOD))
