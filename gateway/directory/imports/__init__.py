"""Replace the table of members by files of the agency."""
