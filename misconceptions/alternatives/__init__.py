"""Correct implementations written differently, one module per topic; tests accept them all."""
