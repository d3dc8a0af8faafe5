"""Launches: readiness, sign-offs, go/no-go and telling who asked; may import planning and below."""
