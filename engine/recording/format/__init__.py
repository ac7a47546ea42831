"""Defines how a recording is stored on disk."""
