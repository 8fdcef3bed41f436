"""What can go wrong, as codes. The sentence a person reads is in the catalogs, in their language."""

from collections.abc import Iterable


class DpoError(Exception):
    """Something a person must be told. ``code`` names the sentence; ``values`` fill it and never hold personal data."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.code = code
        self.values = values
        details = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{code} ({details})" if details else code)


class Refused(DpoError):
    """The actor may not do this."""


class NotPossible(DpoError):
    """The state of things does not allow this now; the code says which."""


class FilesWrong(NotPossible):
    """A configuration file must be mended. ``problems``: all that is wrong, as the layer that read it says it."""

    def __init__(self, code: str, problems: Iterable[object], **values: str | int) -> None:
        self.problems = tuple(problems)
        super().__init__(code, count=len(self.problems), problems="; ".join(map(str, self.problems)), **values)
