"""What earlier trainings led to, and the way back to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unreel.plugin import protocol
from unreel.plugin.job import Job, make_id

from .advice import title_of

TOLD = "told.json"


@dataclass(frozen=True)
class Version:
    number: int
    told: Mapping[str, Any]
    """What its training told."""

    @property
    def time(self) -> float:
        """Seconds since 1970."""
        return float(self.told.get("time", 0.0))

    @property
    def line(self) -> str:
        """Such as `hero, 41.2 dB, key 1040: Good`."""
        psnr = self.told.get("psnr")
        parts = [str(self.told.get("preset", ""))]
        parts += [f"{psnr:.1f} dB"] if isinstance(psnr, (int, float)) else []
        return f"{', '.join(parts)}, key {self.told.get('key')}: {title_of(self.told)}"


def read_told(folder: Path) -> dict[str, Any]:
    """What the last training of an unreel folder told; empty where there is none."""
    return protocol.read_json(folder / TOLD) or {}


def versions_of(folder: Path) -> tuple[Version, ...]:
    """The newest first."""
    found = []
    for path in (folder / "history").glob("*/" + TOLD):
        told = protocol.read_json(path)
        if told is not None and path.parent.name.isdigit():
            found.append(Version(int(path.parent.name), told))
    return tuple(sorted(found, key=lambda each: -each.number))


def restore_job(folder: Path, version: int, made_by: Mapping[str, Any]) -> Job:
    flags = {"folder": str(folder), "version": version}
    return Job("restore", {}, flags, dict(made_by), id=make_id("restore"))


def discard_job(folder: Path, made_by: Mapping[str, Any]) -> Job:
    return Job("discard", {}, {"folder": str(folder)}, dict(made_by), id=make_id("discard"))
