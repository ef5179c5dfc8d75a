"""`import redun` gets ours: which names of redun are where with us, and the finder that answers for them."""
