"""What people type into reporting."""
