"""Names of sequences: the same as the core's, and versions that write over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from unreel.core.live_files import live_paths
from unreel.core.sequence import Sequence, output_path, parse_range, pattern_with
from unreel.plugin.job import BadKnob
from unreel.plugin.nodes import patterns
from unreel.plugin.nodes.propagate import live_files

NAMES = [
    "/a b/out.####.exr",
    "/a/out_v001.%04d.exr",
    "/a/v001/out_#.exr",
    "/a/shot-a.b.####.exr",
    "/ü/####.exr",
    "out.%d.exr",
    "/a#b/out.####.exr",
]


@pytest.mark.parametrize("pattern", NAMES)
def test_names_are_the_core_s(pattern: str):
    assert patterns.at_frame(pattern, 7) == str(output_path(pattern, 7))
    assert patterns.at_frame(pattern, 12345) == str(output_path(pattern, 12345))
    for word in ("layer", "live_st"):
        assert patterns.with_word(pattern, word) == pattern_with(pattern, word)
    assert live_files(pattern)["live_canonical"] == str(live_paths(pattern).canonical)


@pytest.mark.parametrize("text", ["1001-1005", "1-9x4, 20", "7", "-3--1", "10 12  14", "5 5 4"])
def test_ranges_are_the_core_s(text: str):
    assert patterns.numbers_of(text) == sorted(set(parse_range(text)))


@pytest.mark.parametrize("text", ["1001:1005", "first", "1-9x0"])
def test_what_is_no_range_is_told(text: str):
    with pytest.raises(BadKnob, match="is no frame range; write it like 1001-1100"):
        patterns.numbers_of(text)


def test_frames_on_disk_are_the_core_s(tmp_path: Path):
    for name in ("p.0998.exr", "p.1003.exr", "p.10004.exr", "p.7.exr", "p.1001.png", "q.1001.exr"):
        (tmp_path / name).touch()
    pattern = str(tmp_path / "p.####.exr")
    assert patterns.numbers_on_disk(pattern) == [998, 1003, 10004] == list(Sequence.find(pattern).on_disk)
    assert patterns.numbers_on_disk(str(tmp_path / "gone" / "p.####.exr")) == []


def test_a_name_without_a_token_is_one_file(tmp_path: Path):
    assert patterns.at_frame("/a/paint.exr", 7) == "/a/paint.exr"
    assert patterns.with_token("/a/paint.exr") == "/a/paint.####.exr"
    with pytest.raises(BadKnob, match=r"out.exr is one file; put a frame token in, like /a/out.####.exr"):
        patterns.with_word("/a/out.exr", "layer")
    with pytest.raises(BadKnob, match="two frame tokens, ## and %04d; leave one"):
        patterns.at_frame("/a/out.##.%04d.exr", 1)


@pytest.mark.parametrize(
    ("path", "following"),
    [
        ("/r/v009/talk_v009.####.exr", "/r/v010/talk_v010.####.exr"),
        ("/show_v2/comp_v099.%04d.exr", "/show_v2/comp_v100.%04d.exr"),
        ("/r/talk.####.exr", "/r/talk_v002.####.exr"),
        ("/r/talk.exr", "/r/talk_v002.exr"),
        ("/r/talk_V03.####.exr", "/r/talk_V04.####.exr"),
        ("/r/rev5.####.exr", "/r/rev5_v002.####.exr"),
    ],
)
def test_the_next_version(path: str, following: str):
    assert patterns.next_version(path) == following


def test_nothing_is_written_over(tmp_path: Path):
    pattern = str(tmp_path / "out_v001.####.exr")
    assert patterns.unused(pattern) == pattern
    for version in ("v001", "v002"):
        (tmp_path / f"out_{version}.1001.exr").touch()
    assert patterns.unused(pattern) == str(tmp_path / "out_v003.####.exr")


def test_the_next_folder_is_after_the_highest(tmp_path: Path):
    assert patterns.next_folder(str(tmp_path / "none")).endswith("v001")
    for name in ("v002", "v011", "v3_old", "other"):
        (tmp_path / name).mkdir()
    assert patterns.next_folder(str(tmp_path)) == str(tmp_path / "v012")
