"""Tensors as grids of numbers: which cell uses which, the sums written out, the picture and the page."""
