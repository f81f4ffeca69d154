"""The diagrams of lectures that are drawn without Graphviz."""
