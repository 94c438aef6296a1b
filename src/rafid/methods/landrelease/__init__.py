"""Land release: every square metre of hazard once, what became of it, and why the total changed.

The plane is one projected, equal-area plane; grounds are its polygons in metres, areas in m².
"""

from rafid.methods.landrelease.balances import Balance, balance
from rafid.methods.landrelease.changes import Step, explain_change
from rafid.methods.landrelease.claims import Claim, Comparison, compare_claims
from rafid.methods.landrelease.grounds import polygonal_part
from rafid.methods.landrelease.ledgers import Ledger, LedgerRow, ledger, neighbourhood, revise
from rafid.methods.landrelease.ranking import Ranking, rank
from rafid.methods.landrelease.records import KINDS, Hazard, Release

__all__ = [
    "KINDS",
    "Balance",
    "Claim",
    "Comparison",
    "Hazard",
    "Ledger",
    "LedgerRow",
    "Ranking",
    "Release",
    "Step",
    "balance",
    "compare_claims",
    "explain_change",
    "ledger",
    "neighbourhood",
    "polygonal_part",
    "rank",
    "revise",
]
