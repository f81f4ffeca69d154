"""``python -m autograd_core``: versions, folders, which engine lays drawings out, and what hides what.
``python -m autograd_core grade exercises.py folder`` checks the files of a course.
"""

import sys
from importlib import import_module

from . import __version__, get_num_threads
from .grading import command
from .installation import OURS, hidden, overwritten, report


def main() -> int:
    """Print it; 0 if all is well."""
    print(f"autograd-core {__version__}")
    print(report())
    threads = get_num_threads()
    print(f"A large convolution or matrix product uses {threads} thread{'s' * (threads > 1)}.")
    trouble = hidden() + overwritten()
    if not hidden(OURS):
        print(import_module("viz.output.engines").in_words())
    for sentence in trouble:
        print(f"Trouble: {sentence}")
    if not trouble:
        print("Nothing hides anything.")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(command.main(sys.argv[2:]) if sys.argv[1:2] == ["grade"] else main())
