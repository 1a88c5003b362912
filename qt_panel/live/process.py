"""The helper as a process of the window: started, written to, listened to in a thread, and its end told."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from unreel.plugin.client import own_session
from unreel.plugin.runtime import Runtime, clean_environment, module_command

from .messages import Message, Misspoken, line_of, message_of
from .scratch import Scratch

MODULE = "unreel.qt_panel.live.helper"
TAIL_BYTES = 4000
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
"""glibc: whole frames go back to the system when they are let go, strips of them stay. Else the heap grows to twice
what is in use; without the second, each strip is asked for anew, which takes as long as laying it."""


class HelperProcess:
    """One run of it. `heard` and `ended` are called in a thread of its own."""

    def __init__(
        self,
        runtime: Runtime,
        scratch: Scratch,
        heard: Callable[[HelperProcess, Message], None],
        ended: Callable[[HelperProcess], None],
    ) -> None:
        """OSError where it can't be started."""
        self._log = tempfile.TemporaryFile()
        inherited: dict[str, Any] = {} if scratch.path is not None else {"pass_fds": (scratch.file,)}
        try:
            self.process = subprocess.Popen(
                module_command(runtime, MODULE),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                env=clean_environment(os.environ) | THREADS | MEMORY,
                text=True,
                encoding="utf-8",
                bufsize=1,
                **inherited,
                **own_session(False),
            )
        except BaseException:
            self._log.close()
            raise
        self._heard, self._ended = heard, ended
        self.last_words = ""
        """The end of what it wrote beside its messages, once it has ended."""
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, message: Message) -> None:
        """One that is gone hears nothing; its end is told by itself."""
        assert self.process.stdin is not None
        with suppress(OSError, ValueError):
            self.process.stdin.write(line_of(message))
            self.process.stdin.flush()

    def close(self) -> None:
        """Let it go; at once."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                self._heard(self, message_of(line))
        except Misspoken as error:
            self.process.kill()
            self.last_words = str(error)
        self.process.wait()
        self.process.stdout.close()
        self.last_words = self.last_words or tail_of(self._log)
        self._log.close()
        self._ended(self)


def tail_of(log: IO[bytes]) -> str:
    log.seek(max(0, os.fstat(log.fileno()).st_size - TAIL_BYTES))
    return log.read().decode("utf-8", "replace").strip()
