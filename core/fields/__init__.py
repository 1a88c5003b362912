"""Canonical and deformation fields as plain values. Nothing here knows files, settings or screens."""
