"""Agent assist for call centres: live words, the caller's tone, and what to say next."""

import os

__version__ = "0.1.0"

# Calls run side by side, each on one core: threads for one small product cost more than the
# product, and threads that wait must not spin. NumPy and CTranslate2 read these at import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
