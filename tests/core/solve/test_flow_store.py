"""Flow between any two frames: searched once, kept, and not believed to be of other pictures."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from unreel.core.engines import codef
from unreel.core.frame import Window
from unreel.core.settings import make_settings
from unreel.core.shot import open_shot
from unreel.core.solve import flow_store
from unreel.core.solve.flow import Flow, carry, compute_flow, search_flow
from unreel.core.solve.flow_store import FlowStore, flow_folder_of, pack, unpack

from .pictures import HEIGHT, WIDTH, X, Y, waves

FRAMES = tuple(range(1, 10))
INSIDE = np.s_[30:-30, 30:-30]


def place(number: int, x: np.ndarray, y: np.ndarray, back: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Where a frame's pixels lie on the world, which turns by 1.5 degrees a frame and slides; `back` is the inverse."""
    angle, slide = np.deg2rad(1.5 * number), 2.5 * number
    cos, sin = np.cos(angle), np.sin(angle) * (-1 if back else 1)
    x, y = (x - slide, y) if back else (x, y)
    x, y = x - WIDTH / 2, y - HEIGHT / 2
    x, y = cos * x - sin * y + WIDTH / 2, sin * x + cos * y + HEIGHT / 2
    return (x, y) if back else (x + slide, y)


def truth(number: int, other: int) -> np.ndarray:
    x, y = place(other, *place(number, X, Y), back=True)
    return np.stack([x - X, y - Y], -1)


PICTURES = {number: waves(*place(number, X, Y)) for number in FRAMES}
GRAINY = {
    number: picture + np.random.default_rng(number).normal(0, 0.05, picture.shape).astype(np.float32)
    for number, picture in PICTURES.items()
}


def store(folder: Path | None = None, **values) -> FlowStore:
    return FlowStore(PICTURES.__getitem__, FRAMES, folder=folder, **values)


def miss(to: np.ndarray, number: int, other: int) -> float:
    """The mean way, in pixels, from where the flow leads to where it should, no pixel's counted beyond 5."""
    return float(np.minimum(np.linalg.norm(to - truth(number, other), axis=-1)[INSIDE], 5).mean())


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """One entry for each search."""
    done: list[int] = []

    def counted(*arguments):
        done.append(1)
        return search_flow(*arguments)

    monkeypatch.setattr(flow_store, "search_flow", counted)
    yield done


def test_the_truth_of_these_pictures_is_true() -> None:
    carried = carry(PICTURES[7], truth(2, 7).astype(np.float32))
    assert np.abs(carried - PICTURES[2])[INSIDE].max() < 0.02
    assert np.abs(PICTURES[7] - PICTURES[2])[INSIDE].max() > 0.2


def test_neighbours_are_searched_as_pictures_are() -> None:
    flow, plain = store().between(3, 4), compute_flow(PICTURES[3], PICTURES[4])
    np.testing.assert_allclose(flow.to, plain.to, atol=1 / 128)
    np.testing.assert_allclose(flow.confidence[INSIDE], plain.confidence[INSIDE], atol=0.05)


@pytest.mark.parametrize(("number", "other"), [(1, 9), (9, 1)])
def test_a_long_step_beats_neighbours_one_after_the_other_and_a_search_without_a_start(number, other) -> None:
    flows = FlowStore(GRAINY.__getitem__, FRAMES)
    step = 1 if other > number else -1
    chained = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    for at in range(number, other, step):
        chained = chained + carry(flows.between(at, at + step).to, chained)
    flow = flows.between(number, other)
    direct = compute_flow(GRAINY[number], GRAINY[other]).to
    assert miss(flow.to, number, other) < 0.7 * miss(chained, number, other)
    assert miss(flow.to, number, other) < 0.5 * miss(direct, number, other)
    assert miss(np.zeros_like(chained), number, other) == 5
    assert np.median(flow.confidence[INSIDE]) > 0.8


def test_a_start_is_two_flows_one_after_the_other_both_ways() -> None:
    flows = store()
    there, back = flows.by_way_of(5, 1, 9)
    assert miss(there, 1, 9) < 0.3 and miss(back, 9, 1) < 0.3
    assert miss(flows.between(1, 5).to + flows.between(5, 9).to, 1, 9) > 0.8  # not their plain sum


def test_both_ways_are_searched_at_once(searches: list[int]) -> None:
    flows = store()
    there = flows.between(3, 4)
    assert len(searches) == 2
    back = flows.between(4, 3)
    assert len(searches) == 2
    assert miss(there.to, 3, 4) < 0.3 and miss(back.to, 4, 3) < 0.3
    assert np.abs(there.to - back.to).max() > 2


def test_the_way_to_the_frame_itself_is_none() -> None:
    flow = store().between(4, 4)
    assert (flow.to == 0).all() and (flow.confidence == 1).all()


def test_frames_that_are_searched_alone_are_neighbours_in_the_shot(searches: list[int]) -> None:
    stepped = FlowStore(PICTURES.__getitem__, (1, 3, 5))
    stepped.between(5, 3)
    assert len(searches) == 2
    stepped.between(1, 5)
    assert len(searches) == 6  # 1 to 3, and 1 to 5 itself


def test_what_was_kept_is_the_same_to_the_bit_and_not_searched_again(tmp_path: Path, searches: list[int]) -> None:
    first = store(tmp_path).between(2, 5)
    assert searches
    searches.clear()
    again = store(tmp_path).between(2, 5)
    assert not searches
    assert np.array_equal(first.to, again.to) and np.array_equal(first.confidence, again.confidence)
    assert np.array_equal(store().between(2, 5).to, again.to)  # as without a folder


@pytest.mark.parametrize("change", ["cut", "empty", "flipped", "other size"])
def test_a_damaged_file_is_searched_again(tmp_path: Path, searches: list[int], change: str) -> None:
    before = store(tmp_path).between(2, 3)
    path = tmp_path / "2_3.flow"
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:half],
            "empty": b"",
            "flipped": whole[:half] + bytes([whole[half] ^ 255]) + whole[half + 1 :],
            "other size": pack(np.ones((2, HEIGHT, WIDTH - 16, 2), np.float32)),
        }[change]
    )
    searches.clear()
    assert np.array_equal(store(tmp_path).between(2, 3).to, before.to)
    assert len(searches) == 2
    assert path.read_bytes() == whole


def test_the_last_few_are_remembered(searches: list[int]) -> None:
    flows = store()
    flows.between(1, 2)
    flows = store(room=int(2.5 * flows.held))
    searches.clear()
    for number in (1, 2, 1, 3, 1):
        flows.between(number, number + 1)
    assert len(searches) == 6
    flows.between(2, 3)
    assert len(searches) == 8


def test_a_disk_that_takes_nothing_is_told_once_and_the_flow_is_there(tmp_path: Path, caplog) -> None:
    in_the_way = tmp_path / "flow"
    in_the_way.write_text("a file where the folder should be")
    flows = store(in_the_way / "of_these")
    assert miss(flows.between(2, 3).to, 2, 3) < 0.3
    assert miss(flows.between(3, 4).to, 3, 4) < 0.3
    assert caplog.text.count("optical flow is not kept") == 1
    assert in_the_way.is_file()


def test_a_folder_that_may_only_be_read_is_read(tmp_path: Path, searches: list[int], caplog) -> None:
    store(tmp_path).between(2, 3)
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("root may write everywhere; tests/test_plain_user.py runs this without that right")
    searches.clear()
    flows = store(tmp_path)
    flows.between(2, 3)
    assert not searches
    flows.between(3, 4)
    tmp_path.chmod(0o700)
    assert caplog.text.count("optical flow is not kept") == 1


def test_a_disk_that_is_full_gets_back_what_was_kept(tmp_path: Path, monkeypatch, caplog) -> None:
    folder = tmp_path / "of_these"
    flows = store(folder)
    flows.between(2, 3)

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert miss(flows.between(3, 4).to, 3, 4) < 0.3
    assert not folder.exists()
    assert "the disk is full" in caplog.text


def test_two_threads_get_what_one_gets(tmp_path: Path) -> None:
    ways = [(1, 4), (4, 1), (3, 4), (2, 4)] * 2
    alone, shared = store(), store(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda way: shared.between(*way), ways))
    for way, flow in zip(ways, found, strict=True):
        assert np.array_equal(flow.to, alone.between(*way).to)
    assert not list(tmp_path.glob(".*"))


class Given:
    """Vectors that lead forward from frame 2 only, and are like no picture's."""

    def between(self, number: int, other: int) -> Flow | None:
        there = np.full((HEIGHT, WIDTH, 2), 9, np.float32)
        return Flow(there, np.ones((HEIGHT, WIDTH), np.float32)) if (number, other) == (2, 3) else None


def test_vectors_that_came_with_the_plate_lead_where_they_are_there() -> None:
    flows = store(vectors=Given())
    assert (flows.between(2, 3).to == 9).all() and (flows.between(2, 3).confidence == 1).all()
    assert miss(flows.between(3, 2).to, 3, 2) < 0.3
    start, _ = flows.by_way_of(3, 2, 4)
    np.testing.assert_allclose(start[INSIDE], (9 + carry(flows.between(3, 4).to, flows.between(2, 3).to))[INSIDE])


@pytest.mark.parametrize(("longest", "off"), [(3.0, 1 / 128), (511.9, 1 / 128), (2000.0, 2000 / 32767)])
def test_packing_keeps_a_64th_of_a_pixel_up_to_512_and_a_share_beyond(longest: float, off: float) -> None:
    flows = np.random.default_rng(3).uniform(-longest, longest, (2, 17, 23, 2)).astype(np.float32)
    flows[0, 0, 0, 0], flows[1, 3, 4, 1] = longest, -longest
    found = unpack(pack(flows), flows.shape)
    assert found is not None and found.dtype == np.float32
    np.testing.assert_allclose(found, flows, atol=off * 1.001)


def test_flow_of_pictures_is_small_when_packed() -> None:
    flow = np.stack([truth(1, 9)] * 2)
    assert len(pack(flow)) < flow.size * 4 / 10


def folder_of(kept: Path, shot, **values) -> Path:
    return flow_folder_of(kept, open_shot(make_settings({"plate": shot.plate, **values}, "the test")))


def test_flow_of_another_plate_or_size_is_removed(tiny, tmp_path: Path) -> None:
    kept = tmp_path / "flow"
    matte = {"path": tiny.write_matte(Window(20, 20, 40, 30))}
    folders = [folder_of(kept, tiny)]
    assert folder_of(kept, tiny) == folders[0]
    assert folder_of(kept, tiny, solve={"steps": 3}, key=1002) == folders[0]
    assert folder_of(kept, tiny, matte=matte) == folder_of(kept, tiny, front=(matte,)) == folders[0]  # layers share it
    for values in ({"solve": {"proxy": 64}}, {"frames": "1001-1004"}, {"space": "sRGB - Texture"}):
        folders[-1].mkdir(parents=True)
        (folders[-1] / "1001_1002.flow").write_bytes(b"old")
        folders.append(folder_of(kept, tiny, **values))
        assert not folders[-2].exists()
    tiny.write((1002,))
    folders.append(folder_of(kept, tiny))
    assert len(set(folders)) == len(folders)


def test_what_a_killed_run_left_goes_and_its_flow_stays(tiny, tmp_path: Path) -> None:
    kept = tmp_path / "flow"
    folder = folder_of(kept, tiny)
    folder.mkdir(parents=True)
    for name in ("1001_1002.flow", ".1001_1003.0123.tmp.flow"):
        (folder / name).write_bytes(b"")
    folder_of(kept, tiny)
    assert [p.name for p in folder.iterdir()] == ["1001_1002.flow"]


def test_a_second_solve_of_the_same_plate_searches_nothing(tiny, tmp_path: Path, searches: list[int]) -> None:
    def solved(**solve):
        values = {"plate": tiny.plate, "key": 1003, "solve": {"stiffness": "soft", "steps": 2, **solve}}
        shot = open_shot(make_settings(values, "the test"))
        return codef.fit(shot, lambda _: None, lambda: False, lambda _: None, flow_folder=tmp_path / "flow")

    first = solved()
    assert len(searches) == 8
    searches.clear()
    again = solved()
    assert not searches
    assert all(np.array_equal(first.maps[n].knots, again.maps[n].knots) for n in (1001, 1005))
    solved(proxy=64)
    assert len(searches) == 8
