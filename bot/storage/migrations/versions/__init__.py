"""One file a revision, in a straight line."""
