"""The versions of a student who writes short expressions on whole arrays."""
