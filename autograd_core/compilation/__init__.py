"""Trace once, replay at the speed of the hardware."""
