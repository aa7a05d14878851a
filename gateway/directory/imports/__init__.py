"""Import members: replace the table of members by the agency's files."""
