"""From a graph to a picture, which is pure data: boxes, arrows and notes."""
