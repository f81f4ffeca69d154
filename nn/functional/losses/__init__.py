"""Losses: one number that says how far the outputs are from what is wanted."""
