"""What is done with a whole recorded graph: derivatives of functions, recomputation, lowering to numbers."""
