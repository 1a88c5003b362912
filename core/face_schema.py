"""What may stand in `plugin.yaml`: the nodes as they are written down, before owners are looked up."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

KnobType = Literal["text", "int", "float", "bool", "choice", "frames", "numbers", "names", "file"]
"""frames: a range such as 1-9x2. numbers, names: several, in hosts as words with blanks between."""
OwnerKind = Literal["setting", "option", "argument", "own"]
OWNERS: tuple[OwnerKind, ...] = ("setting", "option", "argument", "own")
NAME = r"^[a-z][a-z0-9_]*$"
SENTENCE = r"\.$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HostText(_Part):
    least: str = Field(description="The oldest version that the nodes are made for.")


class PortText(_Part):
    name: str = Field(pattern=NAME)
    label: str
    required: bool = False


class ButtonText(_Part):
    name: str = Field(pattern=NAME)
    label: str
    page: str
    tooltip: str = Field(pattern=SENTENCE)


class OwnText(_Part):
    """A value that only nodes have."""

    type: KnobType
    default: Any = None
    range: tuple[float | None, float | None] | None = None
    choices: tuple[str, ...] | None = None
    read_only: bool = False


class KnobText(_Part):
    name: str = Field(pattern=NAME)
    label: str | None = Field(None, description="By default the name, as words.")
    page: str
    tooltip: str = Field(pattern=SENTENCE)
    setting: str | None = None
    option: str | None = None
    argument: str | None = None
    own: OwnText | None = None
    cli: str | None = Field(None, description="Of a setting: the option or argument that takes it.")
    type: Literal["frames", "names"] | None = Field(None, description="Narrower than the owner's text.")
    file: Literal["in", "out", "folder"] | None = None
    sequence: bool = False

    @model_validator(mode="after")
    def check_owner(self) -> KnobText:
        owners = [kind for kind in OWNERS if getattr(self, kind) is not None]
        if len(owners) != 1:
            raise ValueError(f"knob {self.name} needs one owner of {', '.join(OWNERS)}, not {len(owners)}")
        if self.cli is not None and self.setting is None:
            raise ValueError(f"knob {self.name}: cli goes with setting alone; an option or argument is its own")
        if self.sequence and self.file is None:
            raise ValueError(f"knob {self.name}: a sequence is a file; say in or out")
        return self

    @property
    def owner(self) -> tuple[OwnerKind, str]:
        """Kind and name; what a node itself owns goes by the knob's name."""
        kind = next(kind for kind in OWNERS if getattr(self, kind) is not None)
        return kind, self.name if kind == "own" else getattr(self, kind)


class NodeText(_Part):
    id: str = Field(pattern=NAME)
    label: str
    command: str
    version: int = Field(ge=1)
    inputs: tuple[PortText, ...]
    outputs: tuple[PortText, ...]
    pages: tuple[str, ...]
    buttons: tuple[ButtonText, ...]
    knobs: tuple[KnobText, ...]

    @model_validator(mode="after")
    def check_names(self) -> NodeText:
        parts: list[KnobText | ButtonText] = [*self.knobs, *self.buttons]
        names = [part.name for part in parts]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"node {self.id} has two knobs or buttons named {', '.join(twice)}")
        pages = {part.page for part in parts}
        if pages != set(self.pages):
            raise ValueError(f"node {self.id}: pages with nothing, or not listed: {sorted(pages ^ set(self.pages))}")
        return self


class OptionLeftOut(_Part):
    option: str
    commands: tuple[str, ...]
    reason: str


class SettingLeftOut(_Part):
    setting: str = Field(description="It stands for all below it.")
    reason: str


class NotKnobs(_Part):
    options: tuple[OptionLeftOut, ...] = ()
    settings: tuple[SettingLeftOut, ...] = ()


class FaceText(_Part):
    """`plugin.yaml`."""

    schema_version: Literal[1] = Field(alias="schema")
    id: str = Field(pattern=NAME)
    name: str
    version: str
    license: str
    protocol: int = Field(ge=1, description="Of the jobs that hosts hand to the worker.")
    hosts: dict[Literal["nuke", "natron", "blender"], HostText]
    nodes: tuple[NodeText, ...]
    not_knobs: NotKnobs
