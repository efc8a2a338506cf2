"""What a request proves with who asks: read in one place, so that who is found and who is counted are the same."""

from starlette.datastructures import Headers


def token(headers: Headers) -> str | None:
    """The access token: `api_access_token` (any case, `-` for `_` too) or a bearer."""
    given = headers.get("api_access_token") or headers.get("api-access-token")
    if given is not None:
        return given
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else None


def session(headers: Headers) -> str | None:
    """The session of somebody who signed in, where no access token comes along."""
    if headers.get("api_access_token") or headers.get("api-access-token"):
        return None
    return headers.get("access-token")


def signed(session: str) -> str:
    """What of a session is signed, without the signature: of that one byte sequence can be written in several ways."""
    return session.rpartition(".")[0]
