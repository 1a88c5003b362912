"""Everything that can be set, with its meaning and unit; read from `shot.yaml`, presets and `--set`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .engines.neural_settings import FieldsSettings
from .errors import InputError, UsageError

Preset = Literal["draft", "standard", "hero", "unreel", "codef", "codef-mlp", "codef-experiments"]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MatteSettings(_Settings):
    path: str = Field(description="Sequence of the wanted layer's matte; the picture size of the plate.")
    channel: str | None = Field(None, description="Channel to read; by default A, Y or R, whichever is there first.")
    invert: bool = Field(False, description="The matte is white where the layer is not.")
    dilate: float = Field(0.0, ge=-64, le=64, description="Grow (or shrink, below 0) the matte, in plate pixels.")


class LayerSettings(_Settings):
    """A part of the picture that moves as one sheet, with a canonical and textures of its own."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="Letters, digits, `_` and `-`.")
    matte: MatteSettings | None = Field(
        None, description="Its whole shape; what layers before it hide is taken out. None: all that they leave."
    )
    key: int | None = Field(None, description="As `key`, for this layer.")
    further_keys: tuple[int, ...] = Field((), description="As `further_keys`, for this layer.")


class VectorSettings(_Settings):
    forward: str | None = Field(None, description="Motion to the next frame: pixels, y up (`forward.u`, `forward.v`).")
    backward: str | None = Field(None, description="Motion to the frame before: pixels, y up.")


class SolveSettings(_Settings):
    engine: Literal["codef", "fields"] = Field(
        "codef", description="The way the shot is modelled: solved against the key frame, or trained, see fields.*."
    )
    proxy: int = Field(960, ge=64, le=8192, description="Longest side of the pictures that are matched, in pixels.")
    stiffness: Literal["auto", "plane", "stiff", "soft", "rigid"] = Field(
        "auto",
        description="How the surface may bend: a plane, a stiff sheet, a soft one, a rigid body with depth that hides "
        "parts of itself, or as the pictures ask.",
    )
    cell: Literal[4, 8, 16] = Field(8, description="Lattice cell of a soft sheet, in proxy pixels.")
    steps: int = Field(7, ge=1, le=100, description="Gauss-Newton steps a stage, at most.")
    bending: float = Field(0.1, gt=0, description="Weight of squared second differences of a soft sheet's knots.")
    crease: float = Field(0.5, gt=0, description="Bend, in pixels, from which a soft sheet yields like paper.")
    flow_trust: float = Field(0.1, ge=0, description="Pull of the optical flow's prediction where the match is poor.")
    robustness: float | None = Field(
        None, gt=0, description="k of the robust weights; by default 2 with a matte, else 0.5."
    )
    around: bool = Field(
        True, description="Without a matte, solve the surface under each paint by itself, not as a part of one sheet."
    )
    segment: int = Field(
        0,
        ge=0,
        description="Frames of a part of a long shot, parts being solved one beside the other; 0 is 60 where the shot "
        "has more than 120, else all in one.",
    )
    overlap: int = Field(5, ge=1, le=100, description="Frames that two neighbouring parts share.")
    threads: int = Field(0, ge=0, le=256, description="Frames worked on at once; 0 is one for each core.")
    memory: float = Field(
        0.0,
        ge=0,
        le=4096,
        description="GiB that frames are kept in, more of them on disk; 0 is a quarter of what the machine has.",
    )

    @model_validator(mode="after")
    def check_overlap(self) -> SolveSettings:
        if 0 < self.segment <= 2 * self.overlap:
            raise ValueError(
                f"segment must be more than twice overlap, {self.overlap}, or 0: parts of {self.segment} frames would "
                "be all overlap"
            )
        return self


class LightSettings(_Settings):
    strength: float = Field(1.0, ge=0, le=1, description="How much of the plate's change of light falls on the paint.")
    sigma: float | None = Field(
        None, gt=0, le=64, description="Fineness of the light, in plate pixels; larger is smoother. By default 0.5."
    )


class MatchSettings(_Settings):
    sharpness: float = Field(
        0.0,
        ge=0,
        le=1,
        description="How far the paint gets as soft as the plate: defocus, motion blur; measured.",
    )
    grain: float = Field(0.0, ge=0, le=1, description="Grain on the paint, as a share of the plate's, measured.")
    shutter: float = Field(
        0.0, ge=0, le=360, description="Motion blur of the paint: shutter angle in degrees, 180 is half a frame."
    )


class ShotSettings(_Settings):
    """`shot.yaml`."""

    plate: str = Field(description="The footage: `####`, `%04d`, or a folder that holds it.")
    frames: str | None = Field(
        None, coerce_numbers_to_str=True, description="Range such as 1001-1100 or 1-9x2; by default what is on disk."
    )
    missing: Literal["error", "black", "nearest", "hold", "skip"] = Field(
        "error", description="What to do about frames that are not on disk."
    )
    space: str | None = Field(None, description="Colour space of the plate; EXR is scene_linear, others texture_paint.")
    ocio: str | None = Field(None, description="OpenColorIO config, where $OCIO is not set.")
    matte: MatteSettings | None = None
    front: tuple[MatteSettings, ...] = Field((), description="Mattes of what stands before the layer and hides it.")
    layers: tuple[LayerSettings, ...] = Field(
        (), description="Front to back, instead of `matte` and `front`; a last one without a matte is the background."
    )
    vectors: VectorSettings = VectorSettings()
    key: int | None = Field(None, description="The frame whose picture the canonical is; by default chosen.")
    further_keys: tuple[int, ...] = Field(
        (), description="More key frames, each with a canonical; a frame is matched to the ones that see it best."
    )
    preset: Preset = "standard"
    seed: int = Field(0, ge=0, description="The same seed gives the same result; the default engine draws nothing.")
    solve: SolveSettings = SolveSettings()
    fields: FieldsSettings = FieldsSettings()
    light: LightSettings = LightSettings()
    match: MatchSettings = MatchSettings()

    @model_validator(mode="after")
    def check_layers(self) -> ShotSettings:
        names = [layer.name for layer in self.layers]
        if len(set(names)) < len(names):
            raise ValueError("two layers have one name")
        if any(layer.matte is None for layer in self.layers[:-1]):
            raise ValueError("only the last layer can be without a matte: it is what the others leave")
        if self.layers and (self.matte or self.front or self.key is not None or self.further_keys):
            raise ValueError("with layers, matte, front, key and further_keys belong to each layer")
        return self


def names_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """All settings as dotted names, and the tables that hold them: `solve`, `solve.proxy`."""
    for name, field in model.model_fields.items():
        yield prefix + name
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from names_of(kind, f"{prefix}{name}.")


def read_preset(name: str) -> dict[str, Any]:
    """A preset's values. UsageError naming those there are if it is none of them."""
    names = get_args(Preset)
    if name not in names:
        raise UsageError(f"there is no preset {name!r}; there are {', '.join(names)}")
    return yaml.safe_load((files(__package__) / "presets" / f"{name}.yaml").read_text(encoding="utf-8"))


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `under`, tables within tables."""
    out = dict(under)
    for name, value in over.items():
        below = out.get(name)
        out[name] = merged(below, value) if isinstance(value, Mapping) and isinstance(below, Mapping) else value
    return out


def nested(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """{"solve.proxy": 640} as {"solve": {"proxy": 640}}."""
    out: dict[str, Any] = {}
    for dotted, value in pairs.items():
        for name in reversed(dotted.split(".")):
            value = {name: value}
        out = merged(out, value)
    return out


def dotted_names(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The other way: names of the values in tables within tables."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from dotted_names(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def parse_assignments(texts: list[str]) -> dict[str, Any]:
    """`--set key=value` words; values are YAML. UsageError where there is no `=`."""
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--set {text}: write it as key=value, such as --set solve.proxy=640")
        try:
            pairs[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise UsageError(f"--set {text}: {value!r} is no value ({str(error).splitlines()[0]})") from None
    return nested(pairs)


def make_settings(values: Mapping[str, Any], where: str) -> ShotSettings:
    """Values over their preset, checked. UsageError says which key, what is wrong, and the nearest name."""
    preset = read_preset(str(values.get("preset", "standard")))
    try:
        return ShotSettings.model_validate(merged(preset, values))
    except ValidationError as error:
        raise UsageError(f"{where}: " + "; ".join(_spoken(e) for e in error.errors())) from None


def _spoken(problem: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{name}: {problem['msg'][:1].lower()}{problem['msg'][1:]}, not {problem['input']!r}"
    known = list(names_of(ShotSettings))
    last = name.rpartition(".")[2]
    near = [k for k in known if k.rpartition(".")[2] == last] or difflib.get_close_matches(name, known, 1, 0.6)
    if not near:
        lasts = difflib.get_close_matches(last, [k.rpartition(".")[2] for k in known], 1, 0.7)
        near = [k for k in known if k.rpartition(".")[2] in lasts]
    return f"there is no setting {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def read_settings_file(path: Path) -> dict[str, Any]:
    """The table in a `shot.yaml`. InputError if it is missing or no table."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(values, dict):
        raise InputError(f"{path} holds no settings; it should begin with `plate: ...`")
    return values
