"""Files of arrays, written whole and read with care."""

from .arrays import *
from .reading import *
