import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core import tasks
from unreel.core.errors import Cancelled, InputError, UsageError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.fields.homography import apply_homography
from unreel.core.foreground_cut import cleaned, guided, soft_edge
from unreel.core.foreground_grid import agreed
from unreel.core.foreground_motion import fit_background, judge_step, together, weighted_median, without_light
from unreel.core.frame import Frame, Window
from unreel.core.report import never, silent
from unreel.core.solve.flow import Flow, pixel_centres

SIZE = Window(0, 0, 192, 108)
PAN = (2.0, 0.6)
"""Pixels a frame that the background slides by, to the left and up."""
RADIUS = 22


def noise(seed, colour):
    rng = np.random.default_rng(seed)
    made = sum(
        cv2.GaussianBlur(rng.standard_normal((256, 384)).astype(np.float32), (0, 0), sigma) * sigma
        for sigma in (1.2, 3.0)
    )
    return (np.exp(0.8 * made)[..., None] * np.float32(colour)).astype(np.float32)


BEHIND, BEFORE = noise(1, (0.10, 0.16, 0.20)), noise(2, (0.30, 0.14, 0.08))


def slid(picture, x, y):
    """The part of `picture` as large as the plate that begins at (x, y), any fraction of a pixel."""
    return cv2.getRectSubPix(picture, (SIZE.width, SIZE.height), (x + SIZE.width / 2 + 32, y + SIZE.height / 2 + 32))


def bars(shift):
    """Light [h, w, 1] between 0.3 and 1, in slanted bars that lie `shift` pixels to the right."""
    y, x = np.mgrid[: SIZE.height, : SIZE.width].astype(np.float32)
    wave = np.sin((x + 0.5 * y - shift) * (2 * np.pi / 60))
    return (0.65 + 0.35 * np.tanh(2 * wave))[..., None].astype(np.float32)


@dataclass(frozen=True)
class Rendered:
    """A slid noise, before it a disc of another noise with exact soft edges: `centres` a frame, None for no disc."""

    folder: Path
    centres: tuple[tuple[float, float] | None, ...]
    pan: tuple[float, float] = PAN
    shadow: float | None = None
    """Pixels a frame by which bars of shade with soft edges sweep over all of it."""
    data: Window = SIZE
    display: Window = SIZE

    @property
    def plate(self):
        return str(self.folder / "plate.####.exr")

    def truth(self, at):
        if self.centres[at] is None:
            return np.zeros(SIZE.shape, np.float32)
        y, x = np.mgrid[: SIZE.height, : SIZE.width]
        away = np.hypot(x - self.centres[at][0], y - self.centres[at][1])
        return np.clip(RADIUS + 0.5 - away, 0, 1).astype(np.float32)

    def write(self):
        rng = np.random.default_rng(3)
        for at, centre in enumerate(self.centres):
            x, y = centre or (0, 0)
            cover = self.truth(at)[..., None]
            behind = slid(BEHIND, self.pan[0] * at, self.pan[1] * at)
            colour = cover * slid(BEFORE, 60 - x, 40 - y) + (1 - cover) * behind
            if self.shadow is not None:
                colour = colour * bars(self.shadow * at)
            colour = colour * (1 + 0.01 * rng.standard_normal(colour.shape))
            planes = dict(zip("RGB", np.moveaxis(colour.astype(np.float16), 2, 0), strict=True))
            write_frame(self.folder / f"plate.{at + 1:04d}.exr", Frame(planes, self.data, self.display))
        return self

    def matte(self, should_stop=never, report=silent, **values):
        output = str(self.folder / "matte" / "m.####.exr")
        return tasks.matte(self.plate, output, values, report, should_stop)

    def read(self, at):
        return read_frame(self.folder / "matte" / f"m.{at + 1:04d}.exr")

    def overlap(self, at):
        """Intersection over union of the matte and the truth."""
        found, true = self.read(at).planes["Y"] > 0.5, self.truth(at) > 0.5
        return (found & true).sum() / (found | true).sum()


def walk(count, step=(3.0, 0.4)):
    return tuple((55 + step[0] * at, 50 + step[1] * at) for at in range(count))


@pytest.fixture(scope="module")
def walking(tmp_path_factory):
    """With its matte; to read only."""
    shot = Rendered(tmp_path_factory.mktemp("walking"), walk(8)).write()
    return shot, shot.matte()


@pytest.mark.slow
def test_what_moves_on_its_own_is_found(walking):
    shot, told = walking
    assert min(shot.overlap(at) for at in range(8)) > 0.93
    assert told["count"] == 8
    assert float(told["covered"]) == pytest.approx(np.pi * RADIUS**2 / (192 * 108), rel=0.1)


@pytest.mark.slow
def test_the_edge_is_soft_and_stands_where_it_is(walking):
    shot, _ = walking
    for at in (1, 6):
        matte, true = shot.read(at).planes["Y"].astype(np.float32), shot.truth(at)
        rim = cv2.dilate(true, np.ones((5, 5))) - cv2.erode(true, np.ones((5, 5))) > 0
        assert ((matte > 0.02) & (matte < 0.98) & rim).sum() > 100
        assert np.abs(matte - true)[rim].mean() < 0.2
        assert matte.sum() == pytest.approx(true.sum(), rel=0.06)
        assert (matte[cv2.erode(true, np.ones((15, 15))) == 1] == 1).all()
        assert (matte[cv2.dilate(true, np.ones((15, 15))) == 0] == 0).all()


@pytest.mark.slow
def test_a_foreground_that_pauses_stays_in(tmp_path):
    steps = walk(4)
    still_behind = tuple((x + 3.0 * 3, y + 0.4 * 3) for x, y in steps)
    shot = Rendered(tmp_path, (*steps, *(steps[-1],) * 5, *still_behind[1:]), pan=(0.0, 0.0)).write()
    shot.matte()
    assert min(shot.overlap(at) for at in range(len(shot.centres))) > 0.85


@pytest.mark.slow
@pytest.mark.parametrize("pan", [(0.0, 0.0), PAN])
def test_where_nothing_moves_on_its_own_it_is_said_and_nothing_is_written(tmp_path, pan):
    shot = Rendered(tmp_path, (None,) * 5, pan=pan).write()
    with pytest.raises(InputError, match="nothing moves on its own"):
        shot.matte()
    assert not (tmp_path / "matte").exists()


@pytest.mark.slow
def test_what_moves_is_found_under_shadows_that_sweep_over_it(tmp_path):
    shot = Rendered(tmp_path, walk(8), shadow=5.0).write()
    shot.matte()
    assert min(shot.overlap(at) for at in range(8)) > 0.85


@pytest.mark.slow
def test_the_matte_has_the_plates_windows(tmp_path):
    data, display = Window(-5, 7, 192, 108), Window(0, 0, 200, 120)
    shot = Rendered(tmp_path, walk(3), data=data, display=display).write()
    shot.matte()
    frame = shot.read(1)
    assert (frame.data, frame.display) == (data, display)
    assert {name: plane.dtype for name, plane in frame.planes.items()} == {"Y": np.float16}
    assert shot.overlap(1) > 0.85


@pytest.mark.slow
def test_frames_without_sound_pixels_have_an_empty_matte(tmp_path):
    shot = Rendered(tmp_path, walk(6, (2.0, 0.4)), pan=(0.0, 0.0)).write()
    (tmp_path / "plate.0003.exr").unlink()
    frame = read_frame(tmp_path / "plate.0005.exr")
    for plane, value in zip(frame.planes.values(), (np.nan, np.inf, -np.inf), strict=True):
        plane[40:44, :20] = value
    write_frame(tmp_path / "plate.0005.exr", frame)
    shot.matte(missing="black")
    assert shot.read(2).planes["Y"].max() == 0
    assert shot.overlap(4) > 0.85 and shot.overlap(0) > 0.85
    assert np.isfinite(shot.read(4).planes["Y"]).all()


@pytest.mark.slow
def test_the_command_writes_the_frames_that_are_asked_for(walking, run, tmp_path):
    shot, _ = walking
    pattern = tmp_path / "m.####.exr"
    told = run("matte", shot.plate, "-o", pattern, "--frames", "2-5", "--progress", "json", "--set", "solve.proxy=160")
    assert told.code == 0 and json.loads(told.out)["count"] == 4
    assert sorted(path.name for path in tmp_path.glob("*")) == [f"m.000{n}.exr" for n in range(2, 6)]
    last = {step["stage"]: step for step in map(json.loads, told.err.splitlines())}
    assert list(last) == ["read", "flow", "motion", "cut", "steady", "matte"]
    assert all(step["done"] == step["total"] for step in last.values())


@pytest.mark.slow
def test_train_takes_the_matte(walking, run, tmp_path):
    shot, _ = walking
    pattern = str(shot.folder / "matte" / "m.####.exr")
    told = run("train", shot.plate, "-o", tmp_path / "a.unreel", "--matte", pattern, "--progress", "none")
    assert told.code == 0


@pytest.mark.slow
def test_the_same_shot_gives_the_same_matte(walking):
    shot, _ = walking
    before = shot.read(3).planes["Y"]
    shot.matte()
    assert np.array_equal(before, shot.read(3).planes["Y"])


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["read", "flow", "motion", "cut", "steady", "matte"])
def test_it_stops_at_every_stage_and_leaves_whole_files(tmp_path, stage):
    shot, seen = Rendered(tmp_path, walk(3)).write(), []
    with pytest.raises(Cancelled):
        shot.matte(lambda: stage in seen, lambda report: seen.append(report.stage), solve={"threads": 1})
    left = list((tmp_path / "matte").glob("*")) if (tmp_path / "matte").exists() else []
    assert [path for path in left if path.name.startswith(".")] == []
    assert len(left) < 3 and (stage == "matte") == bool(left)


def test_the_plate_is_never_written_over(tmp_path):
    shot = Rendered(tmp_path, walk(2)).write()
    with pytest.raises(UsageError, match="a file of the shot itself"):
        tasks.matte(shot.plate, shot.plate, {}, silent, never)


def test_a_matte_to_start_from_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"leave out matte"):
        Rendered(tmp_path, ()).matte(matte={"path": "m.####.exr"})


def test_the_background_is_what_reaches_the_edge():
    here = pixel_centres(np.zeros((90, 160, 2)))
    matrix = np.array([[1.01, 0.02, 3.0], [-0.01, 0.99, 1.0], [1e-5, 2e-5, 1.0]])
    flow = np.stack(apply_homography(matrix, here[..., 0], here[..., 1]), -1).astype(np.float32) - here
    flow[14:76, 25:135] = (-4, 6)  # the larger part of the picture's middle
    found = fit_background(flow, np.ones((90, 160), np.float32))
    corners = np.array([0.0, 159, 0, 159]), np.array([0.0, 0, 89, 89])
    assert np.allclose(apply_homography(found, *corners), apply_homography(matrix, *corners), atol=0.05)


def test_a_shadows_edge_that_moves_is_light_and_texture_that_moves_is_not():
    texture = np.log2(BEHIND[:60, :80])
    edge = np.log2(bars(0)[:60, :80])
    moved_edge, moved_texture = (np.roll(plane, 5, 1) - plane for plane in (edge, texture))
    # whoever follows the edge slides the texture under it
    by_edge = without_light(np.broadcast_to(moved_edge, texture.shape), moved_texture)[:, 10:-5]
    assert by_edge.mean() < 0.05
    assert np.median(without_light(moved_texture, 0.1 * texture)) == 1


def test_flow_that_follows_a_shadows_edge_is_no_motion():
    texture, light = 0.05 * np.log2(BEHIND[:60, :120]), 0.1 * np.log2(bars(0)[:60, :120])
    colour, other = texture + light, texture + np.roll(light, 4, 1)
    edge = np.zeros((60, 120), bool)
    edge[16:44, 40:70] = True
    flow = np.zeros((60, 120, 2), np.float32)
    flow[edge] = (4, 0)
    sure = np.ones((60, 120), np.float32)
    shaded, slid_too = (
        judge_step(colour, seen, Flow(flow, sure), sure).moving[20:40, 45:65]
        for seen in (other, np.where(edge[..., None], np.roll(colour, 4, 1), other))
    )
    assert shaded.mean() < 0.05
    assert slid_too.mean() > 0.5


def test_made_up_flow_of_a_flat_sky_does_not_hide_what_moves():
    rng = np.random.default_rng(0)
    colour = 0.1 * np.log2(BEHIND[:120, :160])
    colour[:80] = 0.4  # the sky
    moved, flow = colour.copy(), np.zeros((120, 160, 2), np.float32)
    moved[90:112, 42:72] = colour[90:112, 40:70]
    flow[90:112, 40:70] = (2, 0)
    flow[:80] = cv2.GaussianBlur(rng.normal(0, 60, (80, 160, 2)).astype(np.float32), (0, 0), 8)
    told = np.where(np.arange(120) < 80, 0.1, 1).astype(np.float32)[:, None].repeat(160, 1)
    step = judge_step(colour, moved, Flow(flow, np.ones((120, 160), np.float32)), told)
    assert step.moving[98:104, 50:60].min() > 0.9
    assert step.moving[90:112, 90:].max() < 0.1


def test_the_median_goes_by_weight():
    plane = np.array([[5.0, 1.0], [2.0, 9.0]])
    assert weighted_median(plane, np.ones((2, 2))) == 2
    assert weighted_median(plane, np.array([[1, 0.2], [0.2, 0.4]])) == 5
    assert weighted_median(plane, np.zeros((2, 2))) == 0


def test_a_ripple_does_not_move_together():
    own = np.full((60, 60, 2), 4, np.float32)
    own[:, 30:] += np.random.default_rng(0).normal(0, 4, (60, 30, 2)).astype(np.float32)
    found = together(own)
    assert found[:, :20].min() > 0.9 and np.median(found[:, 40:]) < 0.2


def test_votes_go_to_what_has_the_same_colour():
    colour = np.full((64, 64, 3), 0.2, np.float32)
    colour[:, 32:] = 0.6
    votes, against = np.zeros((64, 64), np.float32), np.full((64, 64), 0.01, np.float32)
    votes[20:40, 40:60] = 1
    against[20:40, 4:24] = 1
    (share,) = agreed([colour], [votes], [against])
    assert share[:, 36:].min() > 0.8 and share[:, :28].max() < 0.2


def test_the_guided_filter_is_exact_where_the_matte_follows_the_picture():
    rng = np.random.default_rng(0)
    guide = rng.random((40, 50, 3))
    gain, offset = guided(guide @ (0.5, 0.2, -0.3) + 0.1, guide)
    assert np.allclose((gain * guide).sum(-1) + offset, guide @ (0.5, 0.2, -0.3) + 0.1, atol=0.01)


def test_the_border_of_a_coarse_cut_moves_to_the_plates_edge():
    plate = np.full((120, 200, 3), 0.2, np.float32)
    plate[:, 101:] = 0.6
    small = cv2.resize(plate, (50, 30), interpolation=cv2.INTER_AREA)
    marked = np.zeros((30, 50), np.uint8)
    marked[:, 26:] = 1  # a pixel of the proxy off
    matte = soft_edge(marked, small, plate)
    row = matte[60]
    assert (row[:90] < 0.05).all() and (row[112:] > 0.95).all()
    assert abs(int(np.argmax(row > 0.5)) - 101) <= 1


def test_specks_and_pinholes_go():
    marked = np.zeros((80, 80), np.uint8)
    marked[10:60, 10:60] = 1
    clean = marked.copy()
    marked[70:73, 70:73], marked[30:33, 30:33] = 1, 0
    assert np.array_equal(cleaned(marked), clean)
