"""Pipelines side by side on BANKING77, CLINC150 and our own messages."""
