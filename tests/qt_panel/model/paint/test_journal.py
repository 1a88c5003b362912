"""What is on disk when a window ends, however it ends."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint import document as document_module
from unreel.qt_panel.model.paint import journal
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.document import PaintDocument
from unreel.qt_panel.model.paint.journal import ELSEWHERE, GATHER_SECONDS, NAME
from unreel.qt_panel.model.paint.placed import usual_font
from unreel.qt_panel.model.paint.replay import replay
from unreel.qt_panel.model.paint.strokes import Line, Text

from .conftest import WINDOWS
from .test_document import RED, pixels, same, stroke, tiles


def journal_of(folder: Path) -> Path:
    return folder.with_name(folder.name + ".paint") / NAME


@pytest.fixture
def opened(loop: InTurn, folder: Path) -> Iterator[Callable[[], PaintDocument]]:
    """One more window on the shot."""
    documents: list[PaintDocument] = []

    def open_it() -> PaintDocument:
        documents.append(PaintDocument(loop))
        documents[-1].open(folder, WINDOWS)
        assert loop.run(lambda: not documents[-1].is_opening)
        return documents[-1]

    yield open_it
    for document in documents:
        document.close()


def do_everything(paint: PaintDocument) -> None:
    stroke(paint, (40, 50), (80, 200), (300, 240), brush=Brush(size=33.3, hardness=0.21, pressure_opacity=True))
    stroke(paint, (100, 50), (110, 180), erase=True)
    stroke(paint, (10, 10), (20, 30))
    paint.undo(), paint.undo(), paint.redo()
    paint.add_layer("On a frame", 1001)
    paint.layer(opacity=0.8)
    paint.layer(opacity=0.5)
    stroke(paint, (10, 10), (200.123, 30.456))
    paint.undo(), paint.undo(), paint.redo(), paint.redo()
    paint.begin(Brush(), RED, (5, 5), 1)
    paint.drop()
    paint.add(Line(Brush(), RED, (20, 20), (20, 200)))
    paint.add(Text("Ünreel", usual_font() or "", 40, RED, (50, 150), angle=-12, opacity=0.7))
    paint.change(2, Text("Unreel", usual_font() or "", 44, RED, (60, 150)))
    paint.add_layer("Gone", "canonical")
    stroke(paint, (10, 10), (20, 30))
    paint.remove_layer(1)
    paint.move(0, 1)
    paint.layer(name="Paint äöü", mode="multiply", locked=True)


def test_what_is_read_back_gives_the_same_pixels(paint: PaintDocument, opened):
    do_everything(paint)
    layers, was = paint.layers, tiles(paint)
    paint.close()
    again = opened()
    assert again.layers == layers and len(layers) == 2 and same(tiles(again), was)
    assert again.save_state.state == "clean" and again.undo() is None
    again.close()


def test_a_shot_that_was_only_looked_at_leaves_nothing_behind(folder: Path, opened):
    document = opened()
    document.undo()
    document.close()
    assert not journal_of(folder).parent.exists()


@pytest.mark.parametrize("torn", [1, 7, 30])
def test_a_torn_last_line_is_left_out(paint: PaintDocument, folder: Path, torn: int, opened):
    stroke(paint, (40, 50), (80, 200))
    was = pixels(paint)
    stroke(paint, (200, 50), (180, 200))
    paint.add(Line(Brush(), RED, (20, 20), (20, 200)))
    paint.close()
    lines = journal_of(folder).read_bytes().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if b'"kind":"line"' in line)
    ends = [i for i, line in enumerate(lines[:at]) if line == b'{"do":"end"}\n']
    journal_of(folder).write_bytes(b"".join(lines[:at]) + lines[at][:-torn])
    again = opened()
    assert len(again.layers[0].ops) == 2 and again.save_state.state == "recovered"
    stroke(again, (20, 50), (80, 20))
    again.close()
    assert len(opened().layers[0].ops) == 3, "what came after the torn line is on lines of its own"
    journal_of(folder).write_bytes(b"".join(lines[: ends[0] + 1]))
    assert np.array_equal(pixels(opened()), was)


def test_damage_within_costs_what_comes_after_and_a_copy_is_kept(
    paint: PaintDocument, loop: InTurn, folder: Path, opened
):
    for at in range(3):
        stroke(paint, (40, 50 + 20 * at), (80, 200))
    paint.close()
    lines = journal_of(folder).read_bytes().splitlines(keepends=True)
    ends = [at for at, line in enumerate(lines) if line == b'{"do":"end"}\n']
    lines[ends[1]] = b"\xff\x00 rubbish\n"
    journal_of(folder).write_bytes(b"".join(lines))
    again, told = PaintDocument(loop), []
    again.told.connect(told.append)
    again.open(folder, WINDOWS)
    assert loop.run(lambda: not again.is_opening)
    assert len(again.layers[0].ops) == 2 and "makes no sense" in told[0]
    assert [p.read_bytes() for p in journal_of(folder).parent.glob("journal.damaged-*")] == [b"".join(lines)]
    stroke(again, (20, 50), (80, 20))
    again.close()
    assert replay(journal_of(folder).read_bytes()).damage is None
    assert len(opened().layers[0].ops) == 3


def test_damage_of_which_no_copy_can_be_kept_is_not_written_over(
    paint: PaintDocument, loop: InTurn, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    stroke(paint, (40, 50), (80, 200))
    paint.close()
    with open(journal_of(folder), "ab") as file:
        file.write(b"rubbish\n")
    was = journal_of(folder).read_bytes()

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    again = PaintDocument(loop)
    again.open(folder, WINDOWS)
    assert loop.run(lambda: not again.is_opening)
    assert again.save_state.state == "read only" and "No space left" in again.save_state.text
    stroke(again, (20, 50), (80, 20))
    again.close()
    assert journal_of(folder).read_bytes() == was


@pytest.mark.parametrize("is_away", [False, True])
def test_a_journal_that_another_has_changed_is_left_as_it_is(
    paint: PaintDocument, loop: InTurn, folder: Path, is_away: bool
):
    """As on a file system without locks."""
    stroke(paint, (40, 50), (80, 200))
    assert loop.run(lambda: paint.save_state.state == "saved")
    theirs = journal_of(folder).read_bytes() + b'{"do":"undo"}\n'
    if is_away:
        journal_of(folder).unlink()
    else:
        journal_of(folder).write_bytes(theirs)
    stroke(paint, (40, 80), (80, 200))
    assert loop.run(lambda: paint.save_state.state == "failed") and "from elsewhere" in paint.save_state.text
    paint.close()
    assert not journal_of(folder).exists() if is_away else journal_of(folder).read_bytes() == theirs


def test_a_newer_journal_is_left_alone(folder: Path, opened):
    journal_of(folder).parent.mkdir()
    journal_of(folder).write_text('{"do":"journal","schema":99}\n{"do":"hologram"}\n')
    document = opened()
    document.add_layer("Paint", "canonical")
    assert document.save_state.state == "read only" and "newer Unreel" in document.save_state.text
    document.close()
    assert journal_of(folder).read_text().endswith('{"do":"hologram"}\n')


def test_opened_twice_the_second_is_for_looking_and_says_so(paint: PaintDocument, loop: InTurn, folder: Path, opened):
    stroke(paint, (40, 50), (80, 200))
    assert loop.run(lambda: paint.save_state.state == "saved")
    second = opened()
    assert second.save_state.state == "read only" and second.why_not() == ELSEWHERE
    assert np.array_equal(pixels(second), pixels(paint))
    assert second.begin(Brush(), RED, (10, 10), 1) == (0, 0, 0, 0) and second.undo() is None
    second.close()
    before = journal_of(folder).read_bytes()
    paint.close()
    assert journal_of(folder).read_bytes() == before + b'{"do":"closed"}\n'
    third = opened()
    assert third.why_not() is None
    third.close()


def test_two_windows_that_begin_at_once_do_not_mix(opened):
    first, second = opened(), opened()
    first.add_layer("Mine", "canonical")
    second.add_layer("Yours", "canonical")
    assert second.save_state.state == "read only" and not second.layers
    first.close()
    fourth = opened()
    assert [layer.name for layer in fourth.layers] == ["Mine"]
    fourth.close()


def test_a_disk_that_does_not_take_it_is_told_and_tried_again(loop: InTurn, monkeypatch, opened):
    monkeypatch.setattr(journal, "RETRY_SECONDS", 0.05)
    document = opened()
    document.add_layer("Paint", "canonical")
    assert loop.run(lambda: document.save_state.state == "saved")
    real = os.fsync

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    stroke(document, (40, 50), (80, 200))
    assert loop.run(lambda: document.save_state.state == "failed")
    assert "the disk is full" in document.save_state.text and pixels(document).any()
    monkeypatch.setattr(os, "fsync", real)
    assert loop.run(lambda: document.save_state.state == "saved")
    stroke(document, (140, 50), (180, 200))
    document.close()
    again = opened()
    assert len(again.layers[0].ops) == 2
    again.close()


PAINTER = """
import sys, time
from pathlib import Path
from unreel.core.frame import Window
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint import document as document_module
from unreel.qt_panel.model.paint import journal
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.document import PaintDocument
paint = PaintDocument(InTurn())
paint.open(Path(sys.argv[1]), {"canonical": Window(-30, -20, 420, 330)})
paint.add_layer("Paint", "canonical")
paint.begin(Brush(), (1, 0, 0), (20, 20), 1)
paint.extend((60, 60), 1)
paint.end()
paint.begin(Brush(), (1, 0, 0), (100, 20), 1)
for at in range(100000):
    now = time.time()
    paint.extend((100 + at % 200, 40 + at % 77), 1)
    print(now, flush=True)
    time.sleep(0.005)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX; on Linux or macOS this runs")
def test_a_window_killed_in_a_stroke_loses_a_quarter_second_at_most(folder: Path, opened):
    child = subprocess.Popen([sys.executable, "-c", PAINTER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    drawn = [float(child.stdout.readline()) for _ in range(150)]
    child.send_signal(signal.SIGKILL)
    child.wait()
    with child.stdout:
        drawn += [float(line) for line in child.stdout.read().splitlines() if line]
    paint = opened()
    assert paint.save_state.state == "recovered" and len(paint.layers[0].ops) == 2
    kept = len(paint.layers[0].ops[1].points) - 1
    assert kept >= 100 and drawn[-1] - drawn[kept - 1] <= 0.25
    assert pixels(paint).any()
    stroke(paint, (10, 10), (20, 30))
    paint.close()
    again = opened()
    assert len(again.layers[0].ops) == 3 and again.save_state.state == "clean"
    again.close()


def killed(paint: PaintDocument, folder: Path) -> None:
    """As if the window had gone: what was written stays, and the system frees the lock."""
    assert paint._keeping is not None
    paint._keeping._journal.close()
    lines = journal_of(folder).read_bytes()
    assert not lines.endswith(b'{"do":"closed"}\n')


def test_what_is_recovered_can_be_thrown_away_and_that_undone(paint: PaintDocument, folder: Path, opened):
    stroke(paint, (40, 50), (80, 200))
    before = pixels(paint)
    paint.close()
    second = opened()
    stroke(second, (200, 50), (80, 200))
    second.add_layer("More", "canonical")
    stroke(second, (10, 10), (20, 30))
    after = pixels(second)
    killed(second, folder)
    third = opened()
    assert third.save_state.state == "recovered" and np.array_equal(pixels(third), after)
    third.throw_away()
    assert np.array_equal(pixels(third), before) and len(third.layers) == 1
    assert third.undo() == "What was recovered" and np.array_equal(pixels(third), after)
    third.redo()
    third.close()
    fourth = opened()
    assert np.array_equal(pixels(fourth), before) and fourth.save_state.state == "clean"
    fourth.close()


def test_what_is_recovered_and_kept_is_not_offered_again(paint: PaintDocument, folder: Path, opened):
    stroke(paint, (40, 50), (80, 200))
    killed(paint, folder)
    second = opened()
    second.keep()
    killed(second, folder)
    third = opened()
    assert third.save_state.state == "clean" and len(third.layers[0].ops) == 1
    third.throw_away()
    assert len(third.layers[0].ops) == 1, "there is nothing to throw away"
    third.close()


def test_points_are_written_while_the_brush_is_down(paint: PaintDocument, loop: InTurn, folder: Path):
    paint.begin(Brush(), RED, (20, 20), 1)
    assert loop.run(lambda: paint.save_state.state == "saved")
    paint.extend((60.004, 60), 0.5)
    end = time.monotonic() + 20 * GATHER_SECONDS
    while b"[60.0,60.0,0.5]\n" not in journal_of(folder).read_bytes():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert json.loads(journal_of(folder).read_bytes().splitlines()[-1]) == [60.0, 60.0, 0.5]
    paint.end()


def test_a_long_journal_is_read_beside_the_window(paint: PaintDocument, loop: InTurn, folder: Path, monkeypatch):
    do_everything(paint)
    layers, was = paint.layers, tiles(paint)
    paint.close()
    monkeypatch.setattr(document_module, "READ_AT_ONCE", 100)
    paint.open(folder, WINDOWS)
    assert paint.is_opening and not paint.layers and paint.why_not() == "The paint is still being read."
    assert loop.run(lambda: not paint.is_opening) and paint.layers == layers and same(tiles(paint), was)
    paint.open(folder, WINDOWS)
    paint.close()
    loop.run(lambda: False, 0.1)
    assert not paint.layers, "what was closed meanwhile stays closed"


def test_a_layer_that_cannot_be_drawn_is_told_and_the_others_are_there(
    paint: PaintDocument, loop: InTurn, folder: Path, monkeypatch
):
    stroke(paint, (40, 50), (80, 200))
    paint.add_layer("Second", 1001)
    stroke(paint, (40, 50), (80, 200))
    first, second = paint.layers
    paint.close()
    draw_all, said = document_module.draw_all, list[str]()

    def no_memory(raster, ops, make):
        if ops == first.ops and raster.window == WINDOWS["canonical"]:
            raise MemoryError
        return draw_all(raster, ops, make)

    monkeypatch.setattr(document_module, "draw_all", no_memory)
    paint.told.connect(said.append)
    paint.open(folder, WINDOWS)
    assert loop.run(lambda: not paint.is_opening)
    assert said == ["Paint can't be shown whole (MemoryError): open the shot again."]
    assert paint.painted_part(second)[2] and not paint.painted_part(first)[2]
