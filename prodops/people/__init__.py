"""People, teams, areas, functions, permissions and business time; may import prodops.ui only."""
