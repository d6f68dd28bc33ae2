"""A person's bookmarks as files that reference managers and spreadsheets read. Pure."""
