"""Speech: voice activity and turns, recognition, agreement of partials, language of the call."""
