"""Verbs that need a checkout."""
