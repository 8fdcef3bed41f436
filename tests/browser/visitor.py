"""Somebody who looks at the app with a browser, and what the browser noticed."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from diager_dpo.services.demonstration import PEOPLE
from diager_dpo.ui.registry import permitted

LOCALES = {"fr": "fr-FR", "en": "en-GB"}


def who_sees(screen):
    """Somebody of the demonstration who may open a screen: the DPO where they may."""
    return next(person.identity.subject for person in PEOPLE if screen in permitted(person.grants))


@dataclass
class Visitor:
    page: object
    address: str
    person: str = ""
    complaints: list[str] = field(default_factory=list)  # errors on the console, requests that leave the host

    @classmethod
    @contextmanager
    def of(cls, chromium, address, language="fr", scheme="light", *, width=1280, height=900):
        context = chromium.new_context(
            locale=LOCALES[language], color_scheme=scheme, viewport={"width": width, "height": height}
        )
        visitor = cls(context.new_page(), address)
        host = address.removeprefix("http://")
        at_home = (f"http://{host}/", f"ws://{host}/", "data:", f"blob:http://{host}/")

        def request(made):
            if not made.url.startswith(at_home):
                visitor.complaints.append(f"left the host: {made.url}")

        def message(said):
            if said.type == "error":
                visitor.complaints.append(f"console: {said.text}")

        visitor.page.on("request", request)
        visitor.page.on("websocket", request)
        visitor.page.on("console", message)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(f"error: {error}"))
        try:
            yield visitor
        finally:
            context.close()

    def sign_in(self, person="dpo", then="/"):
        """Be one of the people of the demonstration."""
        self.person = person
        self.page.goto(f"{self.address}/sign-in?next={then}")
        self.page.click(f"button[value={person}]")

    def open_screen(self, screen):
        """Open a screen as somebody who may."""
        person = who_sees(screen)
        if person != self.person:
            self.page.context.clear_cookies()
            self.sign_in(person)
        self.open(screen.address)

    def open(self, path):
        """Open a page and wait until it is drawn."""
        self.page.goto(f"{self.address}/{path.lstrip('/')}")
        self.settle()

    def settle(self):
        """Wait until the script has run and nothing is being drawn any more."""
        self.page.wait_for_selector("[data-testid=stMain] h1", timeout=30_000)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=30_000)
        self.page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached", timeout=30_000)
        for chart in self.page.locator("[data-testid=stPlotlyChart]").all():
            chart.locator(".main-svg").first.wait_for()
        self.page.wait_for_timeout(300)
