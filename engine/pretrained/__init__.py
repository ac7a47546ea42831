"""Finds, checks and loads models that others trained."""
