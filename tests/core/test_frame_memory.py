"""Memory a frame: what makes it dearer makes fewer of them at once."""

from types import SimpleNamespace

from unreel.core.frame import Window
from unreel.core.frame_memory import PAINT_BYTES, PLATE_BYTES, frame_bytes
from unreel.core.memory import threads_for
from unreel.core.settings import MatchSettings, SolveSettings

RASTER = Window(0, 0, 3840, 2160)


def painted(width: int, height: int) -> SimpleNamespace:
    shot = SimpleNamespace(raster=RASTER)
    return SimpleNamespace(painted=Window(100, 100, width, height), solved=SimpleNamespace(shot=shot))


def test_a_frame_takes_what_its_paint_covers():
    still = MatchSettings()
    assert frame_bytes([], ("comp",), still) == PLATE_BYTES
    small, large = (frame_bytes([painted(w, w // 2)], ("comp",), still) for w in (400, 1600))
    assert PLATE_BYTES < small < large < PLATE_BYTES + PAINT_BYTES
    assert frame_bytes([painted(3840, 2160), painted(9, 9)], ("comp",), still) == PLATE_BYTES + PAINT_BYTES
    assert frame_bytes([], ("comp", "stmap"), still) == PLATE_BYTES + PAINT_BYTES
    assert frame_bytes([painted(400, 200)], ("comp",), MatchSettings(shutter=180)) > small


def test_large_frames_are_worked_on_one_by_one_where_memory_is_small():
    pixels = RASTER.width * RASTER.height
    each = frame_bytes([painted(3840, 2160)], ("comp",), MatchSettings()) * pixels
    assert threads_for(SolveSettings(threads=16, memory=3), each) == 1
    assert threads_for(SolveSettings(threads=16, memory=24), each) == 10
    assert threads_for(SolveSettings(threads=16, memory=3), each / 16) == 16
