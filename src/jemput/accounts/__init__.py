"""People who work here: offices, accounts, duties with their areas, what each may see, the access log."""
