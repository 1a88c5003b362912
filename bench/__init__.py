"""Speed and quality, measured: see README.md."""
