"""Recordings, read."""
