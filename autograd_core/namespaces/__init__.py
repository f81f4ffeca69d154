"""What the rules compute with, besides NumPy: floats, special functions, many arrays at once, and texts."""
