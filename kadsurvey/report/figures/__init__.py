"""Figures of the results: one module a figure, a result in, a Figure out; they compute nothing."""
