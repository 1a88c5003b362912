"""A node's job for a terminal, or a farm: written, not started."""

from __future__ import annotations

import shlex

from ..job import Job, command_line, write_job
from .node_in_host import NodeInHost
from .status import GOOD
from .tell import tell


def copy_job(node: NodeInHost, job: Job) -> None:
    """Write a job that a terminal, or a farm, does with one command; and copy that."""
    command = shlex.join(command_line(write_job(job)))
    node.host.copy(command)
    tell(node, command, GOOD)
