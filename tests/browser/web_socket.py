"""Somebody who talks to the server without a browser: any message that can be written can be sent."""

import time
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from diager_dpo.ui.visit import COOKIE

#: Not the end: a run that starts another one, or a fragment that runs by itself.
_TO_ITS_END = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


class Talk:
    """One WebSocket; what came over it, in order."""

    def __init__(self, connection):
        self.connection, self.heard, self.raw = connection, [], []

    def send(self, message):
        self.connection.send(message if isinstance(message, bytes) else message.SerializeToString())

    def rerun(self, query="", page="", **widgets):
        """Ask for a run of the script. ``widgets``: id -> value; ``True`` presses a button. What came back."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_script_hash = page
        for name, value in widgets.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = name
            if value is True:
                state.trigger_value = True
            elif isinstance(value, str):
                state.string_value = value
            elif isinstance(value, bytes):
                state.bytes_value = value
            else:
                state.int_value = value
        self.send(message)
        return self.listen()

    def listen(self, seconds=40):
        """Until the script has run."""
        until, came = time.monotonic() + seconds, []
        while time.monotonic() < until:
            try:
                data = self.connection.recv(timeout=until - time.monotonic())
            except (TimeoutError, ConnectionClosed):
                break
            message = ForwardMsg()
            message.ParseFromString(data)
            self.raw.append(data)
            came.append(message)
            if message.WhichOneof("type") == "script_finished" and message.script_finished in _TO_ITS_END:
                break
        self.heard += came
        return came

    @property
    def words(self):
        """Everything that was heard, as bytes to search."""
        return b"".join(self.raw)

    def button(self, key):
        """The id of a button that was drawn."""
        for message in self.heard:
            element = message.delta.new_element
            if element.WhichOneof("type") == "button" and element.button.id.endswith(f"-{key}"):
                return element.button.id
        raise AssertionError(f"no button {key}")

    def pages(self):
        """Address -> hash of every page that the navigation listed."""
        found = {}
        for message in self.heard:
            found |= {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        return found


@contextmanager
def talking(address, token):
    """A WebSocket as the holder of a session."""
    host = urlsplit(address).netloc
    headers = {"Cookie": f"{COOKIE}={token}", "Accept-Language": "en"}
    with connect(
        f"ws://{host}/_stcore/stream",
        additional_headers=headers,
        origin=address,
        subprotocols=["streamlit", "x", "y"],
        max_size=None,
    ) as connection:
        yield Talk(connection)
