from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.qt_panel.live.layout import Layout, read_layout
from unreel.qt_panel.live.messages import MODES

from ...core.live_host import LiveFiles, index_map, rgba_of
from .conftest import make_maps, train, write_plate


def layout_of(raster: Window, on_disk: tuple[int, int], canonical: Window) -> Layout:
    return Layout(Path("proxy"), None, raster, Window(0, 0, 1920, 1080), on_disk, canonical)


def test_half_the_size_has_a_canvas_of_just_the_canonicals_pixels():
    layout = layout_of(Window(0, 0, 1920, 1080), (960, 540), Window(-20, -6, 1000, 560))
    assert layout.canvas == Window(-40, -12, 2000, 1120)
    assert (layout.size, layout.canvas_size, layout.scale) == ((960, 540), (1000, 560), 0.5)
    places = layout.canonical_places()
    np.testing.assert_allclose(places[0, 0], 0, atol=1e-5)
    np.testing.assert_allclose(places[-1, -1], (999, 559), atol=1e-3)


def test_one_that_was_solved_large_is_shown_reduced():
    layout = layout_of(Window(0, 0, 1920, 1080), (1920, 1080), Window(-21, 0, 1960, 1080))
    assert (layout.size, layout.scale, layout.canvas_size[0]) == ((960, 540), 0.5, 980)
    np.testing.assert_allclose(layout.canonical_places()[0, 0], (0.5, 0.5), atol=1e-5)  # between four


def test_places_come_back_from_picture_and_canvas():
    layout = layout_of(Window(-7, 5, 1000, 600), (480, 288), Window(-10, -4, 500, 300))
    for way, back in (
        (layout.picture_from_full, layout.full_from_picture),
        (layout.canvas_from_full, layout.full_from_canvas),
    ):
        assert back(way((123.25, 45.5))) == pytest.approx((123.25, 45.5))
    assert layout.picture_from_full((-7.5, 4.5)) == pytest.approx((-0.5, -0.5))
    # A pixel of the canvas is as wide as one of the picture.
    assert layout.canvas_from_full((993, 5))[0] - layout.canvas_from_full((-7, 5))[0] == pytest.approx(480)


def test_what_both_processes_see_is_named():
    planes = layout_of(Window(0, 0, 192, 128), (96, 64), Window(-2, 0, 100, 64)).planes()
    assert set(planes) == {"result0", "result1", "whole", "inverse", *MODES}
    assert planes["over"].shape == (64, 100, 4) and planes["result0"].shape == (64, 96, 4)


@pytest.mark.slow
def test_maps_and_canonical_lie_where_hosts_find_them(layout: Layout):
    files = LiveFiles(layout.folder / "maps", "shot")
    assert layout.scale == 0.5
    np.testing.assert_allclose(
        layout.canvas_from_st(files.rgba("st", 1004)[..., :2]), index_map(files, 1004), atol=1e-4
    )
    assert layout.canvas_size == (files.canonical.data.width, files.canonical.data.height)
    assert rgba_of(files.canonical).shape == (*layout.canvas_size[::-1], 4)


@pytest.mark.slow
def test_a_shot_with_overscan_counts_from_its_display_window(tmp_path: Path):
    train(write_plate(tmp_path / "plate", offset=(10, 6)), tmp_path / "odd.unreel")
    layout = read_layout(make_maps(tmp_path / "odd.unreel", "--frames", "1002"))
    assert layout is not None
    assert layout.raster == Window(10, 6, 192, 128) and layout.display == Window(0, 0, 212, 140)
    assert layout.picture_from_full((10 + 95.5, 6 + 63.5)) == pytest.approx((47.5, 31.5))
    files = LiveFiles(layout.folder / "maps", "shot")
    st = files.rgba("st", 1002)[..., :2]  # the key frame: the identity
    at = layout.canvas_from_st(st)[20, 30]
    assert layout.full_from_canvas((float(at[0]), float(at[1]))) == pytest.approx(
        layout.full_from_picture((30, 20)), abs=1e-3
    )


def test_nothing_is_shown_of_what_is_not_made_to_its_end(tmp_path: Path):
    assert read_layout(tmp_path) is None
    note = {"schema": 1, "trained": "a", "raster": [0, 0, 9, 9], "display": [0, 0, 9, 9], "size": [9, 9]}
    (tmp_path / "proxy.json").write_text(json.dumps(note), encoding="utf-8")
    assert read_layout(tmp_path) is None  # no canonical yet
    (tmp_path / "proxy.json").write_text(json.dumps({**note, "schema": 2}), encoding="utf-8")
    assert read_layout(tmp_path) is None
