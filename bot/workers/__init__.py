"""What runs all the time: listener, responder, courier, janitor, supervisor."""
