"""The versions of a student who writes plain loops."""
