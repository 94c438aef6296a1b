"""Exchange between nodes, for every programme: a log of changes, files that carry them, and the cases that people decide.

It knows no programme. A programme declares which kinds and fields go (``Exchange`` in its ``programme.py``); triggers write the
log in the transaction of the change itself; ``settle`` brings what all nodes did together and into the tables of this one.
"""
