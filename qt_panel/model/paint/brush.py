"""What a stroke is drawn with."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_RADIUS = 0.5
MOST_SIZE = 1000.0


@dataclass(frozen=True)
class Brush:
    """A round brush. Without a tablet the pressure is 1."""

    size: float = 24.0
    """Diameter in full-size pixels, 1 to 1000."""
    hardness: float = 0.7
    """0: soft from the middle on; 1: hard to the edge."""
    opacity: float = 1.0
    """The most that one stroke lays on, however often it crosses itself."""
    pressure_size: bool = True
    pressure_opacity: bool = False
    spacing: float = 0.08
    """Points of a stroke nearer than this, in radii, are left out."""

    def radius(self, pressure: float) -> float:
        """Full-size pixels."""
        radius = self.size / 2 * (pressure if self.pressure_size else 1.0)
        return min(max(radius, LEAST_RADIUS), MOST_SIZE / 2)

    def strength(self, pressure: float) -> float:
        """Opacity 0..1 at a pressure."""
        return min(max(self.opacity, 0.0), 1.0) * (pressure if self.pressure_opacity else 1.0)
