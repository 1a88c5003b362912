"""What a movie can be written as."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Codec:
    name: str
    """FFmpeg's, of the encoder."""
    label: str
    pixels: str
    suffixes: tuple[str, ...]
    """Of the files that hold it; the first is the usual one."""
    options: dict[str, str] = field(default_factory=dict)
    full_range: bool = False


CODECS = {
    "h264": Codec("libx264", "H.264", "yuv420p", (".mp4", ".mov"), {"crf": "17", "preset": "medium", "bf": "2"}),
    "prores": Codec("prores_ks", "ProRes 422", "yuv422p10le", (".mov",), {"profile": "2", "vendor": "apl0"}),
    "mjpeg": Codec("mjpeg", "Motion JPEG", "yuvj422p", (".mov",), {"qmin": "2", "qmax": "3"}, True),
}
"""In the order in which they stand in for one another."""
