"""What the trained fields see of a shot: its proxies in colour, in memory, and the flow between them."""

from __future__ import annotations

import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..errors import Cancelled, InputError
from ..memory import budget_bytes
from ..report import OnReport, ShouldStop
from ..shot import LUMA, Shot
from ..solve.flow_store import KEPT_BYTES, FlowStore, flow_folder_of
from ..solve.key_frame import choose_key_frame
from ..solve.pyramid import Pyramid, make_pyramid, pad_to_align
from ..solve.vectors import VectorFlow
from ..spill import large
from .reading import LUMA_GAIN, read_frames, solve_mask

log = logging.getLogger(__name__)

MOST_FLOW = 1 << 30
"""Bytes of flow, ready to use."""


class Pictures:
    """Frames count from 0, as the fields count them; `numbers` are those of the shot."""

    def __init__(
        self, shot: Shot, flow_folder: Path | None, threads: int, report: OnReport, should_stop: ShouldStop
    ) -> None:
        self.numbers, self.size = shot.frames, shot.proxy_size
        width, height = self.size
        count, budget = len(self.numbers), budget_bytes(shot.settings.solve)
        folder = flow_folder and flow_folder.parent
        self.colours = torch.from_numpy(large((count, height, width, 3), np.float16, budget / 2, folder))
        """[t, h, w, 3], encoded, as bright as the solve's luma."""
        self.masks = torch.from_numpy(large((count, height, width), np.float16, budget / 8, folder))
        """[t, h, w]: the layer, where the plate has finite pixels."""

        def read(number: int) -> int:
            at = self.numbers.index(number)
            colour, mask, bad = shot.read_colour_proxy(number)
            self.colours[at] = torch.from_numpy(np.clip(colour * np.float32(LUMA_GAIN), -60000, 60000))
            self.masks[at] = torch.from_numpy(solve_mask(mask) if shot.cut else mask)
            return bad

        def stop_if_asked() -> None:
            if should_stop():
                raise Cancelled("stopped while the plate was read")

        read_frames(shot, read, report, stop_if_asked)
        self.threads = threads
        self.room = min(MOST_FLOW, budget // 4)
        self.key = self.numbers.index(shot.settings.key if shot.settings.key is not None else self.choose_key())
        if self.masks[self.key].float().sum() < 64:
            what = f"the matte is empty in frame {self.numbers[self.key]}; choose a key frame that shows the layer"
            raise InputError(what if shot.cut else "no frame of the plate has finite pixels")
        self.flows = FlowStore(
            lambda number: pad_to_align(self.luma(self.numbers.index(number)), None),
            self.numbers,
            VectorFlow.open(shot),
            flow_folder and flow_folder_of(flow_folder, shot),
            min(KEPT_BYTES, budget // 8),
        )
        self.ready: OrderedDict[tuple[int, int], Tensor] = OrderedDict()

    @property
    def bytes(self) -> int:
        return self.colours.nbytes + self.masks.nbytes

    def move(self, device: torch.device) -> None:
        """Colours, masks and flow lie there from now on."""
        self.colours, self.masks = self.colours.to(device), self.masks.to(device)
        self.ready.clear()

    def luma(self, frame: int) -> np.ndarray:
        return self.colours[frame].float().cpu().numpy() @ LUMA

    def mask(self, frame: int) -> np.ndarray:
        return self.masks[frame].float().cpu().numpy()

    def pyramid(self, frame: int) -> Pyramid:
        return make_pyramid(self.luma(frame), self.mask(frame))

    def choose_key(self) -> int:
        places = {number: at for at, number in enumerate(self.numbers)}
        with ThreadPoolExecutor(self.threads) as pool:
            number = choose_key_frame(lambda n: (self.luma(places[n]), self.mask(places[n])), self.numbers, pool.map)
        log.info("key frame %d: it sees most of the others, and they of it", number)
        return number

    def flow(self, frame: int, other: int) -> Tensor:
        """Flow in pixels from one frame to another, and how sure it is: [h, w, 3] float16."""
        pair = (frame, other)
        if pair not in self.ready:
            found = self.flows.between(self.numbers[frame], self.numbers[other])
            width, height = self.size
            both = np.concatenate([found.to, found.confidence[..., None]], -1)[:height, :width]
            self.ready[pair] = torch.from_numpy(both.astype(np.float16)).to(self.colours.device)
            while len(self.ready) * self.ready[pair].nbytes > self.room and len(self.ready) > 1:
                self.ready.popitem(last=False)
        self.ready.move_to_end(pair)
        return self.ready[pair]
