"""Trace once, replay at the speed of the hardware.

A function is run once, and what it does with arrays is written down: this room shows how a tracing compiler
works, from the array that tells what NumPy does with it to the text of the function that repeats it.

==================== ================================================================================
:mod:`.compiled`     ``compile``: when a function is recorded, and when a program of it is run
:mod:`.arguments`    what goes into a program and what comes out
:mod:`.run`          one recorded run, and its replays
:mod:`.traced`       the array that writes down what NumPy does with it
:mod:`.recording`    what the engine reports to, and what becomes an instruction
:mod:`.calls`        what instructions call
:mod:`.fragments`    primitives spelled out in calls that write where they are told
:mod:`.reads`        which names and attributes the function reads
:mod:`.guards`       what of that may change, and how it is noticed
:mod:`.program`      the program itself: variables, instructions, and what they mean
:mod:`.passes`       from program to program
:mod:`.placing`      where each variable is in memory
:mod:`.products`     which way BLAS computes a product soonest
:mod:`.writing`      the text that is run, and the function
:mod:`.rows`         a part of a program that is carried out some rows at a time
:mod:`.assembling`   an array that is put together part by part
:mod:`.listing`      the program as a table
:mod:`.values`       a function of single numbers, recorded once
:mod:`.batches`      one of one sample, for many at once
:mod:`.scalars`      their graph as arrays of numbers
:mod:`.sums`         the sums of products in it
:mod:`.grids`        which of them are the elements of a matrix product
:mod:`.lifting`      the graph as a computation with arrays
:mod:`.gathering`    numbers picked by their places, and the transpose
:mod:`.matrices`     that as a program, with its gradient
:mod:`.straight`     or a line of Python for each number
:mod:`.costs`        whichever takes less time
==================== ================================================================================
"""

from .compiled import compile as compile
from .compiled import no_compile as no_compile

__all__ = ["compile", "no_compile"]
