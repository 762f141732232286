"""The week's board: teams by days, a map, those left out and why; changed by hand, and published."""
