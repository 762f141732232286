"""Five invented offices, invented people and a year of work: to look at, to learn on, to test with."""
