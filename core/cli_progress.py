"""How the command line talks: progress and log on standard error, results on standard output."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from .report import Report, ShouldStop


class Console:
    """`bar`, `json` (one object a line) or `none`."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.began = monotonic()
        self.bar: Progress | None = None
        self.stage = ""

    def report(self, report: Report) -> None:
        if self.form == "json":
            self._json(report)
        elif self.form == "bar":
            self._bar(report)

    def _json(self, report: Report) -> None:
        if report.stage != self.stage:
            self.stage, self.began = report.stage, monotonic()
        elapsed = monotonic() - self.began
        eta = elapsed / report.done * (report.total - report.done) if report.done else None
        line: dict[str, Any] = {"stage": report.stage, "done": report.done, "total": report.total}
        line |= {"frame": report.frame, "psnr": report.psnr, "eta_seconds": None if eta is None else round(eta, 1)}
        print(json.dumps(line), file=sys.stderr, flush=True)

    def _bar(self, report: Report) -> None:
        if self.bar is None or report.stage != self.stage:
            self.close()
            self.stage = report.stage
            self.bar = Progress(
                TextColumn("{task.description:<18}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[psnr]}"),
                TimeRemainingColumn(),
                console=RichConsole(stderr=True),
            )
            self.task = self.bar.add_task(report.stage, total=report.total, psnr="")
            self.bar.start()
        psnr = "" if report.psnr is None else f"{report.psnr:.1f} dB"
        self.bar.update(self.task, completed=report.done, psnr=psnr)
        if report.done >= report.total:
            self.close()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.stop()
            self.bar = None
            self.stage = ""

    def result(self, told: dict[str, Any]) -> None:
        """Results, a line each, on standard output; as one object in JSON form."""
        self.close()
        if self.form == "json":
            print(json.dumps(told), flush=True)
            return
        for name, value in told.items():
            print(f"{name}: {value}")

    def information(self, told: dict[str, Any], as_json: bool) -> None:
        if as_json:
            print(json.dumps(told, indent=1))
            return
        frames = told.pop("frames_solved", {})
        for name, value in told.items():
            print(f"{name}: {value}")
        if not frames:
            return
        table = Table("frame", "PSNR dB", "misfit", "covered", "folded")
        for number, figures in frames.items():
            table.add_row(
                str(number),
                f"{figures['psnr']:.1f}",
                f"{figures['misfit']:.2f}",
                f"{figures['covered']:.2f}",
                f"{figures['folded']:.4f}",
            )
        RichConsole().print(table)


@contextmanager
def listen_for_stop() -> Iterator[ShouldStop]:
    """Ctrl-C and SIGTERM ask for a stop, once; a second Ctrl-C ends the process where it stands."""
    asked = False

    def ask(number: int, _: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        print("stopping; what is reached is kept", file=sys.stderr)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
