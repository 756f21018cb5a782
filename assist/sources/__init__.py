"""How calls arrive: one file for each protocol, and the player that calls as a client would."""
