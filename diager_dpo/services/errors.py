"""What can go wrong, as codes. The sentence a person reads is in the catalogs, in their language."""


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
