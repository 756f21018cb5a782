"""Training and evaluation of the tone model."""
