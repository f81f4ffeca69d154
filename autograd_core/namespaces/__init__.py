"""What the rules compute with, besides NumPy: floats, special functions, and many arrays at once."""
