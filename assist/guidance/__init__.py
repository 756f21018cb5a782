"""What is going on in the conversation, and what to say next."""
