"""Looking at a graph: checked against differences, explained, watched while it runs, shown in notebooks."""
