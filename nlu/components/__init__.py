"""Our components of Rasa's graph."""
