"""The errors that the engine cannot have."""

from autograd_core.errors import AutogradError

__all__ = ["FileFormatError", "MissingDataError", "ModuleError"]


class ModuleError(AutogradError, RuntimeError):
    """A module without ``super().__init__()`` or ``forward``, or a state that does not fit it."""


class FileFormatError(AutogradError, ValueError):
    """A file that is damaged, or is not what its name says."""


class MissingDataError(AutogradError, FileNotFoundError):
    """Files of a published data set that are not there and could not be downloaded."""
