"""The officers' wing: pages rendered on the server.  It can queue a message, never send one; it shares only the database with the bot."""
