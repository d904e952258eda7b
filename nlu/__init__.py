"""The Rasa project: what the people's words mean."""
