"""What reporting does: recompute (services/figures.py), render (services/renderings.py), readouts (services/readout.py)."""
