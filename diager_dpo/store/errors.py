"""What can go wrong with the store, as codes; services turn them into words."""


class StoreError(Exception):
    """The store cannot be used. ``code`` names the sentence, ``values`` fill it; never a secret."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.code = code
        self.values = values
        super().__init__(code)
