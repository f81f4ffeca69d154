"""Speed and memory beside other libraries: ``python -m benchmarks``, or ``make bench``.

Every contender runs in a process of its own and has to compute the same gradients as the others before
it is timed; :mod:`benchmarks.duel` explains how times are taken.
"""
