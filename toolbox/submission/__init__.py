"""Pack a part of the course folder into one file to hand in, and report what is missing."""
