"""What students write, one module a topic."""
