"""How people reach this server: by which address, over https or not, and from where.

A proxy that ends TLS says so in headers anybody can write. They count only where ``[front]`` of ``sign-in.toml``
declares a proxy; uvicorn itself believes them from this machine, or from ``FORWARDED_ALLOW_IPS``.
"""

from starlette.requests import HTTPConnection
from streamlit import config

from diager_dpo.services.sign_in_file import SignIn

_FORWARDED = ("x-forwarded-for", "x-forwarded-proto", "forwarded")
UNKNOWN = "forwarded"  # one client for rate limits, whoever it claims to be


def is_secure(request: HTTPConnection, sign_in: SignIn) -> bool:
    """Whether the browser talks https: what it is given then never travels without."""
    if sign_in.front is not None:
        return sign_in.front.address.startswith("https:") or request.url.scheme == "https"
    return request.url.scheme == "https" and ("x-forwarded-proto" not in request.headers or _ends_tls_itself())


def public_address(request: HTTPConnection, sign_in: SignIn) -> str:
    """The address people type, without a path. Without a front, the Host header, which the gate has checked."""
    if sign_in.front is not None:
        return sign_in.front.address.rstrip("/")
    scheme = "https" if is_secure(request, sign_in) else "http"
    return f"{scheme}://{request.headers.get('host', '')}"


def client_of(request: HTTPConnection, sign_in: SignIn) -> str:
    """Where a request comes from, as far as it can be known."""
    if sign_in.front is None and any(name in request.headers for name in _FORWARDED):
        return UNKNOWN
    return request.client.host if request.client else UNKNOWN


def _ends_tls_itself() -> bool:
    return bool(config.get_option("server.sslCertFile"))
