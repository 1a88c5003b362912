"""The panel: a whole shot in one window."""
