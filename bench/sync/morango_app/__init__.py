"""A record as Morango sees it, for the peer of ./run bench sync."""
