"""What an installation is told by its environment: ``DIAGER_DPO_HOME``, ``DIAGER_DPO_SOURCE`` and so on."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

import diager_dpo

CHECKOUT = Path(diager_dpo.__file__).resolve().parent.parent
DEMONSTRATION_SOURCE = CHECKOUT / "data" / "sources" / "demo.toml"


class Settings(BaseSettings):
    """Places. A relative path of the environment counts from the working directory, a default from the checkout."""

    model_config = SettingsConfigDict(env_prefix="DIAGER_DPO_", frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = CHECKOUT / "var"
    source: Path | None = None  # the source file; without one, the demonstration company
    charters: Path = CHECKOUT / "data" / "charters"
    store_url: str | None = Field(default=None, repr=False)  # may hold a password; without one, a file in the home
    sign_in: str | None = Field(default=None, repr=False)  # path of sign-in.toml, or its text

    publishes_by_itself: bool = True  # statistics of closed months, once somebody opens the app

    @property
    def store_file(self) -> Path:
        """Where the store is, unless an address is given."""
        return self.home / "store.sqlite3"

    @property
    def sign_in_file(self) -> Path:
        """How people sign in, unless the environment says it."""
        return self.home / "sign-in.toml"

    @property
    def demonstration_file(self) -> Path:
        """The database of the made-up company, which is the source where no source file is given."""
        return self.home / "demonstration.sqlite3"

    @property
    def keys(self) -> Path:
        """Keys of this installation; readable by its owner only."""
        return self.home / "keys"

    @property
    def anchors(self) -> Path:
        """What is handed to the outside to prove the journal's past."""
        return self.home / "anchors"

    @property
    def logs(self) -> Path:
        """What worker processes print."""
        return self.home / "logs"
