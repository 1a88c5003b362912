"""How a frame is matched against the key frame: blind to light, coarse to fine, never chained."""
