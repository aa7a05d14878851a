"""Read in advance what every program of the gateway reads, before any is forked."""

import gc

from gateway.handlers import topics

topics()
# No program looks for garbage in what it shares with the others.
gc.freeze()
