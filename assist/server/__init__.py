"""The web server: calls come in by websocket, events go out to pages."""
