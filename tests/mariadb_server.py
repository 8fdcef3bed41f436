"""A MariaDB server of its own for a session of tests, on a socket in a folder that goes with it."""

import getpass
import os
import shutil
import socket as unix
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql


def is_installed() -> bool:
    return bool(shutil.which("mariadbd", path=_path()) and shutil.which("mariadb-install-db", path=_path()))


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin"


@contextmanager
def running() -> Iterator[str]:
    """The socket of a server whose account ``root`` has no password."""
    folder = Path(tempfile.mkdtemp(prefix="mariadb"))  # short: the path of a socket has at most 107 bytes
    socket, user = folder / "s", f"--user={getpass.getuser()}"
    options = ["--no-defaults", f"--datadir={folder / 'data'}", user]
    install = [str(shutil.which("mariadb-install-db", path=_path())), *options]
    subprocess.run(
        [*install, "--auth-root-authentication-method=normal", "--skip-test-db"], check=True, capture_output=True
    )
    command = [
        str(shutil.which("mariadbd", path=_path())), *options, f"--socket={socket}", "--skip-networking",
        f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(socket, server)
        yield str(socket)
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(socket: Path, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            # pymysql leaves the socket of a refused connection open: knock first.
            with closing(unix.socket(unix.AF_UNIX)) as knock:
                knock.connect(str(socket))
            pymysql.connect(unix_socket=str(socket), user="root").close()
        except (OSError, pymysql.err.OperationalError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"mariadbd did not start: {(socket.parent / 'log').read_text()[-2000:]}")
