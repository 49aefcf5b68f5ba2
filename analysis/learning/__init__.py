"""Weights learned from labelled pages, and how well the judges do on pages they have not seen."""
