"""The relay: documents by UUID, the people who look at them, and the bytes of their tables."""
