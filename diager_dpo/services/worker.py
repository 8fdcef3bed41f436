"""A command of this program in a process of its own, which goes on when whoever started it is gone."""

import os
import subprocess
import sys
from threading import Thread

from diager_dpo.services.settings import CHECKOUT, Settings


def start_worker(settings: Settings, log: str, *command: str) -> None:
    """Start ``python -m diager_dpo COMMAND`` on the same installation; what it prints goes to ``logs/LOG``."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    with (settings.logs / log).open("ab") as output:
        worker = subprocess.Popen(  # noqa: S603 - our own program, with nothing that a user wrote
            (sys.executable, "-m", "diager_dpo", *command),
            cwd=CHECKOUT,
            env=os.environ | environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    Thread(target=worker.wait, daemon=True).start()  # whoever starts a process must take note of its end


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a worker reads them."""
    places = {"HOME": settings.home, "SOURCE": settings.source, "CHARTERS": settings.charters}
    given = {name: str(path.resolve()) for name, path in places.items() if path}
    if settings.store_url:
        given["STORE_URL"] = settings.store_url
    return {f"DIAGER_DPO_{name}": value for name, value in given.items()}
