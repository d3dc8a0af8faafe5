"""What reporting does, by subject: definitions, flow, figures, renderings, readout."""
