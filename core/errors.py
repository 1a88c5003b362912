"""Every error a user can meet. Each says what, where and what to do; `exit_code` is the command line's answer."""


class UnreelError(Exception):
    """Something failed that the user can act on."""

    exit_code = 1


class FolderInUse(UnreelError):
    """Someone else trains, or reads, the unreel folder that this would change, or read."""


class FolderGone(UnreelError):
    """The unreel folder was deleted or moved while it was being worked on."""


class UsageError(UnreelError):
    """The request itself is wrong: an unknown setting, a bad range, a key frame outside the shot."""

    exit_code = 2


class InputError(UnreelError):
    """A file that was asked for is missing or cannot be used."""

    exit_code = 3


class MissingFrames(InputError):
    """Frames of a sequence are not on disk."""


class UnreadableFile(InputError):
    """A file is there and cannot be read: truncated, not a picture, no permission."""


class MismatchedPictures(InputError):
    """Pictures that belong together differ in size, window or channels."""


class IncompatibleModel(UnreelError):
    """An unreel folder made by a newer version, or not one at all."""

    exit_code = 4


class OutOfMemory(UnreelError):
    """The machine's memory does not hold what was asked for."""

    exit_code = 5


class LostProcess(UnreelError):
    """Of several that train together one has died; what was reached is on disk."""


class Cancelled(UnreelError):
    """Stopped by the user; what was reached is on disk."""

    exit_code = 130
