"""A browser in thirty lines: requests straight into an ASGI app, with a jar of cookies."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    def json(self):
        return json.loads(self.text)


class Browser:
    """Follows no redirect: tests look at each."""

    def __init__(self, app, host="localhost:8501"):
        self.app, self.host, self.cookies = app, host, {}

    def get(self, path, **headers):
        return self._request("GET", path, b"", headers)

    def post(self, path, form=None, **headers):
        return self._request("POST", path, urlencode(form or {}).encode(), headers)

    def websocket(self, path, **headers):
        """The messages the server sent: only a close where it refused."""
        sent, _scope = self._exchange("websocket", "", path, [{"type": "websocket.connect"}], headers)
        return [message["type"].removeprefix("websocket.") for message in sent]

    def _request(self, method, path, body, headers):
        asked = [{"type": "http.request", "body": body, "more_body": False}]
        sent, _scope = self._exchange("http", method, path, asked, headers)
        start = next(message for message in sent if message["type"] == "http.response.start")
        found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        for name, value in start["headers"]:
            if name.lower() == b"set-cookie":
                for cookie in SimpleCookie(value.decode()).values():
                    self.cookies[cookie.key] = cookie.value
        text = b"".join(message.get("body", b"") for message in sent).decode()
        return Answer(start["status"], found, text)

    def _exchange(self, kind, method, path, messages, headers):
        url = urlsplit(path)
        all_headers = {"host": self.host} | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            all_headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": kind,
            "method": method,
            "path": url.path,
            "raw_path": url.path.encode(),
            "query_string": url.query.encode(),
            "root_path": "",
            "scheme": url.scheme or "http",
            "headers": [(name.encode(), value.encode()) for name, value in all_headers.items()],
            "server": ("localhost", 8501),
            "client": ("127.0.0.1", 50000),
            "subprotocols": [],
            "http_version": "1.1",
        }
        sent, waiting = [], list(messages)

        async def receive():
            return waiting.pop(0) if waiting else {"type": f"{kind}.disconnect", "code": 1000}

        async def send(message):
            sent.append(message)

        # In a thread of its own: a browser test of the same session may have left a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(self.app(scope, receive, send))).result()
        return sent, scope
