"""The errors that the engine cannot have."""

from autograd_core.errors import AutogradError, IndexRangeError

__all__ = ["FileFormatError", "MissingDataError", "MissingNameError", "MissingPartError", "ModuleError"]


class ModuleError(AutogradError, RuntimeError):
    """A module without ``super().__init__()`` or ``forward``, or a state that does not fit it."""


class MissingPartError(AutogradError, AttributeError):
    """A path that leads to no module, parameter or buffer."""


class MissingNameError(IndexRangeError, KeyError):
    """A name that a container has not."""

    __str__ = Exception.__str__  # KeyError would put its message in quotes


class FileFormatError(AutogradError, ValueError):
    """A file that is damaged, or is not what its name says."""


class MissingDataError(AutogradError, FileNotFoundError):
    """Files of a published data set that are not there and could not be downloaded."""
