"""From what a reader wants drawn to the graph behind it: its nodes, their order, names and scopes."""
