"""A real OpenID Connect provider on this machine, in a process of its own."""

import json
import socket
import subprocess
import sys
from contextlib import contextmanager

from tests.browser.conftest import wait_for

PEOPLE = (
    {"sub": "marie", "name": "Marie Dupuis", "groups": ["dpo-team"]},
    {"sub": "audrey", "name": "Audrey Lenoir", "groups": ["audit"]},
    {"sub": "visitor", "name": "Vincent Leroux", "groups": []},
)
CONFIGURATION = """
[provider]
issuer = "{issuer}"
client_id = "diager-dpo"
client_secret_env = "DIAGER_DPO_CLIENT_SECRET"

[[provider.grants]]
claim = "groups"
value = "dpo-team"
role = "dpo"

[[provider.grants]]
claim = "groups"
value = "audit"
role = "auditor"
"""


@contextmanager
def providing():
    """A provider that knows three people: its issuer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    for person in PEOPLE:
        command += ["--user-claims", json.dumps(person)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        issuer = f"http://127.0.0.1:{port}"
        wait_for(f"{issuer}/.well-known/openid-configuration", process)
        yield issuer
    finally:
        process.terminate()
        process.wait(20)
