"""What is computed after a training."""
