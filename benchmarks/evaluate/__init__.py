"""What the understanding is worth: every figure that the project promises, on messages that the model never learnt."""
