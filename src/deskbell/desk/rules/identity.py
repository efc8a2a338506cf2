"""Identity hashes: how a website proves who its visitor is."""

import hashlib
import hmac

from deskbell.kit.errors import NotAllowed


def identity_hash(hmac_token: str, identifier: str) -> str:
    """Hex HMAC-SHA256 of the identifier under the inbox's key, as existing sites compute it."""
    return hmac.new(hmac_token.encode(), identifier.encode(), hashlib.sha256).hexdigest()


def verify(hmac_token: str, identifier: str | None, given: str | None, *, mandatory: bool) -> bool:
    """Whether the identity is proven. Raises NotAllowed for a wrong hash, or for none where one is demanded."""
    if not given:
        if mandatory and identifier:
            raise NotAllowed("HMAC failed: this inbox demands an identifier_hash")
        return False
    if not hmac.compare_digest(identity_hash(hmac_token, identifier or "").encode(), given.encode()):
        raise NotAllowed("HMAC failed: Invalid Identifier Hash Provided")
    return True
