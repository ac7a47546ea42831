"""What is recorded of a model at a step: its values, the parts of them that fit, and when."""
