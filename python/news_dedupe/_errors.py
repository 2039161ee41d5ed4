"""The exceptions of the package."""


class DedupeError(Exception):
    """Any failure of this package. Its text is that of the command line."""


class InputError(DedupeError, ValueError):
    """The input, an option or an index cannot be used: no column for the text, no document, a value out of range, a damaged
    index."""


class OutputError(DedupeError, OSError):
    """A file could not be written, and what was there before is unchanged; or an index could not be read or written."""


class ResourceError(DedupeError, RuntimeError):
    """A limit was reached: too many documents, no space for temporary data, no more threads, another process that writes to
    an index."""


class Cancelled(DedupeError):
    """The run was told to stop."""
