"""Gateways side by side, under the same load, in one run."""
