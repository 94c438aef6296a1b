"""Accidents, victims behind their own door, needs and referrals, statistics, and risk education."""
