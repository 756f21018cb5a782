"""The caller's tone: measures, model, baseline, state and reasons."""
