"""Where the pixels of a picture lie in a viewer."""

from __future__ import annotations

import math

from unreel.core.frame import Window

Point = tuple[float, float]
LEAST, MOST = 1 / 32, 64.0
"""Screen pixels for a pixel of the picture."""
MARGIN = 12.0
"""Around a picture that is fitted, in the viewer's own units."""


class Zoom:
    """`scale` is in pixels of the screen for a pixel's height; a pixel's width is its aspect times that.

    A viewer's units are device-independent: `ratio` pixels of the screen each.
    """

    def __init__(self) -> None:
        self.size: Point = (1.0, 1.0)
        self.ratio = 1.0
        self.display = Window(0, 0, 1, 1)
        self.aspect = 1.0
        self.scale = 1.0
        self.centre: Point = (0.5, 0.5)
        """What of the picture is in the viewer's middle."""
        self.is_fit = True

    def set_viewer(self, width: float, height: float, ratio: float) -> None:
        """A picture that is fitted stays so, another keeps its middle."""
        self.size, self.ratio = (max(width, 1.0), max(height, 1.0)), ratio
        self._refit()

    def set_picture(self, display: Window, aspect: float) -> None:
        """Another format is fitted; the same one stays where it is."""
        if (display, aspect) != (self.display, self.aspect):
            self.display, self.aspect, self.is_fit = display, aspect, True
            self._refit()

    def fit(self) -> None:
        self.is_fit = True
        self._refit()

    def one_to_one(self, at: Point | None = None) -> None:
        """A pixel of the picture is one of the screen; `at`, a point of the viewer, stays where it is."""
        self._to(1.0, at)

    def by(self, factor: float, at: Point | None = None) -> None:
        """Closer, or farther below 1; `at`, a point of the viewer, stays where it is; None is the middle."""
        self._to(min(max(self.scale * factor, LEAST), MOST), at)

    def _to(self, scale: float, at: Point | None) -> None:
        at = at or (self.size[0] / 2, self.size[1] / 2)
        kept = self._exactly(at)
        self.scale = scale
        across, down = self.units
        self.centre = kept[0] - (at[0] - self.size[0] / 2) / across, kept[1] - (at[1] - self.size[1] / 2) / down
        self.is_fit = False

    def pan(self, right: float, down: float) -> None:
        """Move the picture by so many units of the viewer."""
        per = self.units
        self.centre = self.centre[0] - right / per[0], self.centre[1] - down / per[1]
        self.is_fit = False

    @property
    def units(self) -> Point:
        """Units of the viewer for a pixel's width and height."""
        return self.scale * self.aspect / self.ratio, self.scale / self.ratio

    @property
    def origin(self) -> Point:
        """Where the picture's 0, 0 lies, on a pixel of the screen: else all of it would be blurred by the rest."""
        across, down = self.units
        found = self.size[0] / 2 - self.centre[0] * across, self.size[1] / 2 - self.centre[1] * down
        return round(found[0] * self.ratio) / self.ratio, round(found[1] * self.ratio) / self.ratio

    def to_viewer(self, xy: Point) -> Point:
        (left, top), (across, down) = self.origin, self.units
        return left + xy[0] * across, top + xy[1] * down

    def to_picture(self, at: Point) -> Point:
        """Full-size pixels, between them where the point is."""
        (left, top), (across, down) = self.origin, self.units
        return (at[0] - left) / across, (at[1] - top) / down

    def visible(self, margin: int = 0) -> Window:
        """The pixels that are in the viewer, those cut by its edge too."""
        x, y = self.to_picture((0, 0))
        right, bottom = self.to_picture(self.size)
        left, top = math.floor(x) - margin, math.floor(y) - margin
        return Window(left, top, math.ceil(right) + margin - left, math.ceil(bottom) + margin - top)

    def _refit(self) -> None:
        if not self.is_fit:
            return
        room = [max(each - 2 * MARGIN, 1.0) * self.ratio for each in self.size]
        width, height = max(self.display.width, 1) * self.aspect, max(self.display.height, 1)
        self.scale = min(max(min(room[0] / width, room[1] / height), LEAST), MOST)
        self.centre = self.display.x + self.display.width / 2, self.display.y + self.display.height / 2

    def _exactly(self, at: Point) -> Point:
        """`to_picture` without the origin's rounding, which would add up over many turns of the wheel."""
        across, down = self.units
        return self.centre[0] + (at[0] - self.size[0] / 2) / across, self.centre[1] + (at[1] - self.size[1] / 2) / down
