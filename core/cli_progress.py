"""How the command line talks: progress and log on standard error, results on standard output."""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from time import monotonic
from types import FrameType
from typing import Any, Literal

import typer
from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from .errors import Cancelled, UnreelError
from .memory import full_memory_told
from .report import Report, ShouldStop

Form = Literal["bar", "plain", "json", "openjd", "none"]


class Console:
    """`bar`, `plain` (lines), `json` (one object a line: progress, log and error), `openjd` (the lines that Open Job
    Description's farms read from standard output), or `none` (no progress)."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.told: tuple[str, int] | None = None
        """Stage and whole percent of the last line; a thousand steps are a hundred lines."""
        self.bar: Progress | None = None
        self.stage = ""
        self.first, self.began = 0, 0.0
        """What the stage's first report said was done, and when: the time left is judged from there."""

    def report(self, report: Report) -> None:
        if self.form == "json":
            self._json(report)
        elif report.early is not None or report.preview is not None:  # the log tells it
            return
        elif self.form == "bar":
            self._bar(report)
        elif self.form != "none":
            self._line(report)

    def _line(self, report: Report) -> None:
        percent = 100 * report.done // max(report.total, 1)
        if (report.stage, percent) == self.told:
            return
        self.told = report.stage, percent
        psnr = "" if report.psnr is None else f", {report.psnr:.1f} dB"
        line = f"{report.stage}: {report.done} of {report.total}{psnr}"
        if self.form == "openjd":
            say_openjd("progress", str(percent))
            say_openjd("status", line)
        else:
            tell(f"{line}, {percent}%")

    def _json(self, report: Report) -> None:
        line: dict[str, Any] = {"stage": report.stage, "done": report.done, "total": report.total}
        line |= {"frame": report.frame, "psnr": report.psnr, "loss": report.loss}
        line["eta_seconds"] = self._seconds_left(report)
        if report.early is not None:
            early = asdict(report.early)
            line["early"] = {"verdict": early.pop("word"), **early}
        if report.preview is not None:
            line["preview"] = asdict(report.preview)
        tell(json.dumps(line))

    def _seconds_left(self, report: Report) -> float | None:
        """None while the stage has shown only one step: nothing is known of its speed."""
        if report.stage != self.stage or report.done <= self.first:
            self.stage, self.first, self.began = report.stage, report.done, monotonic()
        left, seen = report.total - report.done, report.done - self.first
        if not left:
            return 0.0
        return round((monotonic() - self.began) / seen * left, 1) if seen else None

    def _bar(self, report: Report) -> None:
        if self.bar is None or report.stage != self.stage:
            self.finish()
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

    def log(self, level: str, text: str) -> None:
        """One line of the log."""
        tell(json.dumps({"level": level, "message": text}) if self.form == "json" else text)

    def error(self, text: str, code: int) -> None:
        """Why the command ends."""
        self.close()
        tell(json.dumps({"error": text, "exit_code": code}) if self.form == "json" else f"unreel: {text}")
        if self.form == "openjd":
            say_openjd("fail", text)

    def finish(self) -> None:
        """A bar that others follow is full: a training that is resumed reports only what was left to do."""
        if self.bar is not None:
            self.bar.update(self.task, completed=self.bar.tasks[0].total)
        self.close()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.stop()
            self.bar = None
            self.stage = ""

    def result(self, told: dict[str, Any]) -> None:
        """Results, a line each, on standard output; as one object in JSON form, with the lists that programs read."""
        self.finish()
        if self.form == "json" and told:  # else another process tells it
            print(json.dumps(told), flush=True)
            return
        for name, value in told.items():
            if not isinstance(value, (list, dict)):
                print(f"{name}: {value}")

    def batch(self, told: dict[str, Any]) -> None:
        """How the shots of `unreel batch` ended, on standard output."""
        self.finish()
        if self.form == "json":
            print(json.dumps(told), flush=True)
        else:
            RichConsole(markup=False, emoji=False).print(shots_table(told["shots"]))  # brackets of a path stay

    def information(self, told: dict[str, Any], as_json: bool) -> None:
        """`unreel info`, on standard output."""
        if as_json:
            print(json.dumps(told, indent=1))
            return
        for layer in told.get("layers", {}).values():
            self.information(layer, as_json)
        if "layers" in told:
            return
        for name, value in told.items():
            if name != "frames_solved":
                print(f"{name}: {spoken(value)}")
        RichConsole().print(frames_table(told["frames_solved"]))


COLUMNS = {
    "psnr": ("PSNR dB", ".1f"),
    "misfit": ("misfit", ".2f"),
    "covered": ("covered", ".2f"),
    "folded": ("folded", ".4f"),
    "confidence": ("confidence", ".2f"),
    "agreement": ("agreement px", ".2f"),
}


def frames_table(frames: dict[str, dict[str, float]]) -> Table:
    """A row of figures a frame, of those that any of them has."""
    names = [name for name in COLUMNS if any(name in figures for figures in frames.values())]
    table = Table("frame", *(COLUMNS[name][0] for name in names))
    for number, figures in frames.items():
        cells = (format(figures[name], COLUMNS[name][1]) if name in figures else "" for name in names)
        table.add_row(str(number), *cells)
    return table


def shots_table(shots: dict[str, dict[str, Any]]) -> Table:
    """A row a shot: how it ended, which steps were done for it, and how good it is, or why it failed."""
    table = Table("shot", "", "done", "s", "PSNR dB", "verdict")
    for name, its in shots.items():
        done = ", ".join(step for step, state in its["steps"].items() if state == "done")
        psnr = f"{its['psnr']:.1f}" if "psnr" in its else ""
        table.add_row(name, its["state"], done, f"{its['seconds']:.0f}", psnr, its.get("error") or its.get("verdict"))
    return table


def spoken(value: Any) -> str:
    """A value of `info` as a line says it."""
    if isinstance(value, dict):
        return ", ".join(f"{part} ({name})" for name, part in value.items()) or "not known until a canonical is made"
    return str(value)


def tell(line: str) -> None:
    """One line on standard error, in one piece: several threads talk."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def say_openjd(kind: Literal["progress", "status", "fail"], text: str) -> None:
    """One line of Open Job Description's protocol, on standard output: whole, at a line's start, and at once."""
    sys.stdout.write(f"openjd_{kind}: {' '.join(text.split())}\n")
    sys.stdout.flush()


class ConsoleLog(logging.Handler):
    """The log, told by a console."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console

    def emit(self, record: logging.LogRecord) -> None:
        self.console.log(record.levelname.lower(), record.getMessage())


@contextmanager
def console_for(form: Form) -> Iterator[Console]:
    """What a command talks through. What ends it early is told, and becomes its exit code."""
    console = Console(form)
    ours, log = logging.getLogger(__package__), ConsoleLog(console)
    ours.setLevel(logging.INFO)
    ours.addHandler(log)
    try:
        with signals({signal.SIGTERM: cancel}), full_memory_told():
            yield console
    except UnreelError as error:
        raise ended(console, str(error), error.exit_code) from None
    except KeyboardInterrupt:
        raise ended(console, "cancelled", Cancelled.exit_code) from None
    finally:
        console.close()
        ours.removeHandler(log)


def ended(console: Console, text: str, code: int) -> typer.Exit:
    console.error(text, code)
    return typer.Exit(code)


def cancel(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does: what is being written goes, the exit code is 130."""
    raise KeyboardInterrupt


@contextmanager
def listen_for_stop(console: Console) -> Iterator[ShouldStop]:
    """Ctrl-C and SIGTERM ask for a stop, once; a second one breaks off where it stands."""
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        with suppress(RuntimeError):  # the signal came while a line was being written
            console.log("info", "stopping; what is reached is kept")

    with signals({signal.SIGINT: ask, signal.SIGTERM: ask}):
        yield lambda: asked


@contextmanager
def signals(handlers: dict[signal.Signals, Any]) -> Iterator[None]:
    """Handlers of signals for a while."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
