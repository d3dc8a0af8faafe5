"""The pages of Amplitude."""
