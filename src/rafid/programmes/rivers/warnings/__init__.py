"""Warnings: from threshold or probability to draft, signature, issue, update and cancel."""
