"""Verbs of the build tool."""
