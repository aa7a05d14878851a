"""Values in, text out: the wording of every reply, and the proof that it fits."""
