from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from unreel.core.errors import UsageError
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Attribute, Window
from unreel.plugin import client, protocol
from unreel.plugin.job import write_job
from unreel.plugin.runtime import find_runtime
from unreel.qt_panel.movie import encode, worker
from unreel.qt_panel.movie.order import Order, movie_job, read_order

GREY = 0.18


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """Five frames of 160x90 with overscan, grey, a little lighter from frame to frame."""
    display = Window(0, 0, 160, 90)
    for number in range(1001, 1006):
        plane = np.full((94, 170), GREY * (number - 1000), np.float16)
        plane[:, :5] = 50  # beyond the display window
        frame = make_frame(dict.fromkeys("RGB", plane), Window(-5, -2, 170, 94), display, kind="picture")
        write_frame(tmp_path / f"in.{number}.exr", frame)
    (tmp_path / "shot.unreel").mkdir()
    words = {"shot": "shot", "version": "v003", "date": "2026-11-21"}
    return Order(
        str(tmp_path / "shot.unreel"), str(tmp_path / "in.####.exr"), str(tmp_path / "movie.mp4"), fps="24000/1001",
        words=words,
    )  # fmt: skip


def made(order: Order) -> tuple[int, list[dict], protocol.Status]:
    """In this process; exit code, events and the state it ended with."""
    folder = write_job(movie_job(order, {"host": "test"}))
    code = worker.main([str(folder), "--detached"])
    status = protocol.read_status(folder)
    assert status is not None
    return code, protocol.read_events(folder / protocol.EVENTS)[0], status


@pytest.fixture(autouse=True)
def no_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's process keeps its own way of being interrupted."""
    monkeypatch.setattr("unreel.plugin.stopping.signal.signal", lambda number, handler: None)
    monkeypatch.setattr("unreel.plugin.working.faulthandler.enable", lambda file: None)


def decoded(path: Path) -> tuple[Fraction, list[np.ndarray]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        rate = stream.average_rate
        assert rate is not None
        return rate, frames


def test_a_movie_has_each_frame_once_at_its_rate_with_words_burnt_in(order: Order):
    code, events, status = made(order)
    assert (code, status.state) == (0, protocol.DONE)
    assert [event["frame"] for event in events if event["event"] == "progress"] == [1001, 1002, 1003, 1004, 1005]
    rate, frames = decoded(Path(order.output))
    assert rate == Fraction(24000, 1001) and len(frames) == 5
    for frame in frames:
        assert frame.shape == (90, 160, 3)
        for rows in (slice(0, 22), slice(-22, None)):
            for columns in (slice(0, 40), slice(-40, None)):
                assert np.ptp(frame[rows, columns].astype(int)) > 60
    means = [frame[40:50, 70:90].mean() for frame in frames]
    assert means == sorted(means) and means[-1] > means[0] + 40  # each frame in its turn
    without = replace(order, words=None)
    made(without)
    plain = decoded(Path(order.output))[1][0]
    assert np.ptp(plain.astype(int)) < 8  # nothing of the overscan, nothing burnt in


def test_it_is_reduced_to_even_sizes(order: Order):
    made(replace(order, longest=100, frames="1001-1002"))
    assert [frame.shape for frame in decoded(Path(order.output))[1]] == [(56, 100, 3)] * 2


def test_an_odd_size_gets_one_more_pixel(order: Order, tmp_path: Path):
    plane = np.full((33, 65), GREY, np.float16)
    window = Window(0, 0, 65, 33)
    write_frame(tmp_path / "odd.0001.exr", make_frame(dict.fromkeys("RGB", plane), window, window, kind="picture"))
    made(replace(order, input=str(tmp_path / "odd.####.exr"), words=None))
    [frame] = decoded(Path(order.output))[1]
    assert frame.shape == (34, 66, 3) and np.ptp(frame.astype(int)) < 6


def test_frames_of_wide_pixels_make_a_movie_of_wide_pixels(order: Order, tmp_path: Path):
    window, aspect = Window(0, 0, 64, 48), {"PixelAspectRatio": Attribute("float", 2.0)}
    grey = dict.fromkeys("RGB", np.full((48, 64), GREY, np.float16))
    write_frame(tmp_path / "wide.0001.exr", make_frame(grey, window, window, metadata=aspect))
    for pattern, wide in (("wide.####.exr", 2), ("in.####.exr", 1)):
        made(replace(order, input=str(tmp_path / pattern), words=None))
        with av.open(order.output) as container:
            assert container.streams.video[0].sample_aspect_ratio == wide


def test_a_codec_that_stands_in_is_told(order: Order, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(encode, "is_there", lambda codec: codec.name == "mjpeg")
    _, events, _ = made(order)
    [result] = [event["result"] for event in events if event["event"] == "result"]
    assert result["file"].endswith("movie.mov") and "the movie is Motion JPEG" in result["note"]
    assert any("FFmpeg has no libx264" in event.get("message", "") for event in events)
    assert len(decoded(Path(result["file"]))[1]) == 5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"input": "/nowhere/in.####.exr"}, "there is no such sequence"),
        ({"frames": "1001-1009"}, "are missing"),
        ({"fps": "24 or so"}, "is no frame rate"),
        ({"view": "none such"}, "has no view 'none such'"),
        ({"output": ""}, "output is missing"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_left(order: Order, tmp_path: Path, change: dict, told: str):
    before = {path.name for path in tmp_path.iterdir()}
    code, _, status = made(replace(order, **change))
    assert code != 0 and status.state == protocol.FAILED and told in status.message
    assert {path.name for path in tmp_path.iterdir()} - before == {"shot.unreel.jobs"}


def test_an_option_there_is_not_is_told(order: Order):
    job = movie_job(order, {})
    assert read_order(job) == order
    with pytest.raises(UsageError, match="no option fsp"):
        read_order(replace(job, flags={**job.flags, "fsp": 3}))


@pytest.mark.parametrize(
    ("written", "exact"),
    [("24", "24"), ("23.976", "24000/1001"), ("23.98", "24000/1001"), ("29.97", "30000/1001"), ("12.5", "25/2")],
)
def test_a_rounded_rate_means_the_exact_one(order: Order, written: str, exact: str):
    assert replace(order, fps=written).rate == Fraction(exact)


@pytest.mark.slow
def test_the_worker_runs_as_a_process_of_its_own_and_stops_when_it_is_asked(order: Order, runtime: None):
    folder = write_job(movie_job(order, {"host": "test"}))
    running = client.start(folder, find_runtime(), detached=True, module=worker.MODULE)
    assert running.wait(60).state == protocol.DONE
    assert len(decoded(Path(order.output))[1]) == 5
    Path(order.output).unlink()
    folder = write_job(movie_job(replace(order), {"host": "test"}))
    running = client.start(folder, find_runtime(), detached=True, module=worker.MODULE)
    running.pause()
    running.cancel()
    assert running.wait(60).state == protocol.STOPPED
    assert not Path(order.output).exists()
    assert json.loads((folder / protocol.JOB).read_text())["command"] == "movie"
