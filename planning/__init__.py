"""Planning: cycles, initiatives, commitments and decisions; may import intake and below."""
