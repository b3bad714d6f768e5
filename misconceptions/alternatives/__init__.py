"""Right implementations written in other ways, one module a topic: tests must accept them all."""
