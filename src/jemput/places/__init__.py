"""Places: areas for people to choose from, and where they lie. No tables: areas and points ship with us."""
