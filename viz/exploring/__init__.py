"""A function under sliders: its graph is drawn anew wherever they stand."""
