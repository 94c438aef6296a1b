from .access import AccessKind, AccessLog
from .account import Account, Token
from .grants import Agreement, Grant, Invitation
from .messages import Message
from .organisation import Organisation
from .signin import ResetCode, SignIn

__all__ = [
    "AccessKind",
    "AccessLog",
    "Account",
    "Agreement",
    "Grant",
    "Invitation",
    "Message",
    "Organisation",
    "ResetCode",
    "SignIn",
    "Token",
]
