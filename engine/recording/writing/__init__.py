"""Recordings, written."""
