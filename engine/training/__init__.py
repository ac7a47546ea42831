"""Contains what all trainings share."""
