"""How long tests wait for what must happen, be the computer ever so slow and busy."""

PATIENCE = 60.0
"""Seconds; only a test that fails waits so long.  Pytest's own timeout is longer."""
