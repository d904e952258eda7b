"""Defender Line: a chatbot assistant on secure messengers, with officers behind it."""
