"""Parts of ./run bench planning."""
