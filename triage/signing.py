"""Here we sign a decision with the key that a board holds, and check its signature (Ed25519).

A board makes its key once, on a machine of its own: ``openssl genpkey -algorithm ed25519 -aes256 -out board.pem``, and gives
what opens with it to those who use bundles: ``openssl pkey -in board.pem -pubout -out board.pub``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.decisions import Approval, Decision
from triage.errors import DecisionRefused, NotSigned

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sign(decision: Decision, key: bytes, password: bytes | None = None) -> str:
    """Sign a decision.

    Parameters
    ----------
    decision : Decision
    key : bytes
        The private key, as PEM.
    password : bytes, optional
        What protects the key.

    Returns
    -------
    str
        The signature, in hexadecimal.

    Raises
    ------
    DecisionRefused
        When the key cannot be opened, or is of another kind.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        opened = load_pem_private_key(key, password)
    except (TypeError, ValueError):
        msg = "The key cannot be opened: it is no private key in PEM, or its password is another one."
        raise DecisionRefused(msg) from None
    if not isinstance(opened, Ed25519PrivateKey):
        msg = "The key is not an Ed25519 key. Make one: openssl genpkey -algorithm ed25519 -aes256 -out board.pem"
        raise DecisionRefused(msg)
    return opened.sign(decision.text().encode()).hex()


def demand_signature(approval: Approval, key: str | bytes) -> None:
    """Let only what the board has signed pass.

    Parameters
    ----------
    approval : Approval
    key : str or bytes
        The board's public key, as PEM.

    Raises
    ------
    NotSigned
        When the signature is missing, or does not fit the decision and the key; also when it cannot be checked.
    """
    if approval.signature is None:
        msg = "The decision carries no signature, and the board's is asked for. Ask the board to approve with its key."
        raise NotSigned(msg)
    opened = _public(key)
    from cryptography.exceptions import InvalidSignature

    try:
        opened.verify(bytes.fromhex(approval.signature), approval.decision.text().encode())
    except (InvalidSignature, ValueError):
        msg = "The signature does not fit the decision and the board's key. Ask the board which decision it signed."
        raise NotSigned(msg) from None


def _public(key: str | bytes) -> Ed25519PublicKey:
    """Open the board's public key."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        msg = "The signature cannot be checked here. Install the extra: pip install 'orosanmalan-triage[signed]'."
        raise NotSigned(msg) from None
    try:
        opened = load_pem_public_key(key.encode() if isinstance(key, str) else key)
    except ValueError:
        msg = "The board's key cannot be read. Give its public key as PEM."
        raise NotSigned(msg) from None
    if not isinstance(opened, Ed25519PublicKey):
        msg = "The board's key is not an Ed25519 key. Ask the board for its public key as PEM."
        raise NotSigned(msg)
    return opened
