"""What can be set of the trained fields: `fields.*` of the settings."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LossSettings(_Settings):
    weight: float = Field(0.0, ge=0, description="weight; 0 leaves it out.")
    begin: int = Field(0, ge=0, description="first step it counts in.")
    length: int = Field(0, ge=0, description="for how many steps; 0 is to the end.")

    def at(self, step: int) -> float:
        """Weight in a step."""
        past = step < self.begin or (self.length and step >= self.begin + self.length)
        return 0.0 if past else self.weight


class LossesSettings(_Settings):
    colour_kind: Literal["mse", "l1", "charbonnier"] = Field("mse", description="Error of the colour.")
    colour: LossSettings = Field(LossSettings(weight=1), description="Colour in the layer")
    gradient: LossSettings = Field(LossSettings(), description="Sobel gradients of luma; tiles of 3 pixels or more")
    flow: LossSettings = Field(LossSettings(), description="Agreement with the optical flow, of the longer side")
    background: LossSettings = Field(LossSettings(), description="Colour outside the layer")
    reference: LossSettings = Field(LossSettings(), description="The canonical is the key frame")
    rigidity: LossSettings = Field(LossSettings(), description="Stretch and shrink over one pixel")
    rigidity_global: LossSettings = Field(LossSettings(), description="The same over an eighth of the picture")
    bending: LossSettings = Field(LossSettings(), description="Squared second differences in space, pixels")
    temporal: LossSettings = Field(LossSettings(), description="Squared second differences in time, pixels")


class FieldsSettings(_Settings):
    canonical: Literal["explicit", "hash", "fourier"] = Field(
        "explicit", description="A picture of colours; a hash grid and a network; frequencies and a network."
    )
    canonical_sampling: Literal["bilinear", "bicubic"] = Field("bilinear", description="How a picture is sampled.")
    canonical_margin: float = Field(0.3, ge=0, le=4, description="How far it reaches beyond the frame, a side of 1.")
    canonical_start: Literal["none", "key"] = Field("key", description="Before the first step.")
    canonical_fixed: bool = Field(False, description="Only the deformation is trained.")
    canonical_layers: int | None = Field(None, ge=1, le=16, description="Hidden layers; by default 2, fourier 8.")
    canonical_width: int | None = Field(None, ge=4, le=1024, description="By default 64, fourier 256.")
    canonical_growth: float = Field(1.44, gt=1, le=4, description="Each level's cells are this much finer.")
    deformation: Literal["spline", "hash", "fourier", "smooth"] = Field(
        "spline",
        description="Homography and lattice a frame; hash grid over time and a network; frequencies, a code a frame "
        "and a network; a plain network.",
    )
    deformation_layers: int | None = Field(None, ge=1, le=16, description="Hidden layers; by default 8, else 6.")
    deformation_width: int | None = Field(None, ge=4, le=1024, description="By default 64, fourier 128, smooth 256.")
    deformation_growth: float = Field(1.38, gt=1, le=4, description="Each level's cells are this much finer.")
    residual: Literal["none", "hash", "fourier", "smooth"] = Field(
        "none", description="A further deformation on top; annealing is its, not the one's under it."
    )
    residual_scale: float = Field(0.05, gt=0, le=1, description="Share of its output that counts.")
    cell: int = Field(16, ge=4, le=256, description="Lattice cell of a spline, in proxy pixels.")
    levels: int = Field(16, ge=1, le=24, description="Levels of a hash grid; two features each.")
    table_log2: int = Field(19, ge=8, le=24, description="Entries of its finer levels, as a power of two.")
    base: int = Field(16, ge=2, le=256, description="Its coarsest level's points an axis.")
    frequencies: int = Field(8, ge=1, le=16, description="Octaves of Fourier features.")
    code: int = Field(8, ge=1, le=64, description="Numbers of a frame's own code, with Fourier features.")
    start: Literal["zero", "flow", "solve"] = Field(
        "flow", description="Deformation before the first step: none, the flow to the key, or the default engine's."
    )
    start_steps: int = Field(300, ge=1, description="Steps of a network's direct fit to its start.")
    steps: int = Field(600, ge=1, description="Steps of training.")
    batch: Literal["frames", "points"] = Field("frames", description="Whole frames a step, or points in some.")
    frames_per_step: int = Field(1, ge=1, description="Frames that a step looks at.")
    points_per_step: int = Field(32768, ge=16, description="Points that a step looks at.")
    tile: int = Field(4, ge=1, le=256, description="Points are drawn in squares of this side, in pixels.")
    rate: float = Field(2e-3, gt=0, le=1, description="Adam's step for the canonical.")
    deformation_rate: float = Field(3e-5, gt=0, le=1, description="The same for the deformation; a network wants 1e-3.")
    halve_at: tuple[int, ...] = Field((300, 450), description="Steps at which both are halved.")
    annealing_begin: int = Field(0, ge=0, description="Step from which levels or frequencies of the deformation open.")
    annealing_length: int = Field(0, ge=0, description="Over how many steps; 0 is all at once.")
    ema: float = Field(0.0, ge=0, lt=1, description="Decay of the average of the last steps that is kept; 0 is none.")
    flow_frames: tuple[int, ...] = Field((1, 2, 4, 8), description="Distances of the flow loss, in frames.")
    flow_backward: bool = Field(True, description="Also to frames before.")
    flow_key: bool = Field(True, description="Also to the key frame.")
    losses: LossesSettings = LossesSettings()
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|mps|cuda(:[0-9]+)?)$",
        description="What trains: auto (cuda where there is one), cpu, cuda, cuda:1, mps.",
    )
    precision: Literal["float32", "auto"] = Field(
        "float32", description="auto: bfloat16 where a trial shows it faster; seeds repeat less surely."
    )
    core_seconds: float | None = Field(None, gt=0, description="Stop training after so much time of one core.")
    log: str | None = Field(None, description="Folder for TensorBoard's files.")
