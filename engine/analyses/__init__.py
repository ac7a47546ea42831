"""Contains the analyses, which are computed after a training."""
