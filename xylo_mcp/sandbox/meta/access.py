"""Who may ask: access tokens and their proofs (Graph API docs, "Secure Graph API Calls", 2026-09)."""

import hashlib
import hmac
from collections.abc import Mapping

from .errors import missing_proof, missing_token, unknown_token, wrong_proof


class Access:
    """Knows the one token of the sandbox, and the secret of its app."""

    def __init__(self, token: str, secret: str, *, proof_required: bool) -> None:
        self._token, self._proof_required = token, proof_required
        self._proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()

    def admit(self, params: Mapping[str, str], authorization: str) -> str:
        """The token of a request that gives it as a parameter or as `Bearer`; refused if it is not good."""
        scheme, _, bearer = authorization.partition(" ")
        token = params.get("access_token") or (bearer.strip() if scheme.lower() == "bearer" else "")
        if not token:
            raise missing_token()
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise unknown_token()
        proof = params.get("appsecret_proof", "")
        if not proof and self._proof_required:
            raise missing_proof()
        if proof and not hmac.compare_digest(proof.encode(), self._proof.encode()):
            raise wrong_proof()
        return token
