"""Audio in: frames, encodings, files and streaming resampling."""
