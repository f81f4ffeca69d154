"""The workloads, written for each library: a module is imported only by the process that runs it."""
