"""The live page: a computation whose inputs can be moved, predicted step by step, and sent downhill."""
