"""The changes of a graph that commit slips: each function goes through the places where one can be
committed.
"""

from .answers import *
from .backward import *
from .functions import *
from .penalties import *
from .windows import *
