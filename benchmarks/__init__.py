"""Figures, each next to a named alternative measured in the same run; they print, and write nothing."""
