"""The exceptions of the package."""


class DedupeError(Exception):
    """Any failure of this package. Its text is that of the command line."""


class InputError(DedupeError, ValueError):
    """The input or an option cannot be used: no column for the text, no document, a value out of range."""


class OutputError(DedupeError, OSError):
    """A file could not be written. What was there before is unchanged."""


class ResourceError(DedupeError, RuntimeError):
    """A limit was reached: too many documents, no space for temporary data, no more threads."""


class Cancelled(DedupeError):
    """The run was told to stop."""
