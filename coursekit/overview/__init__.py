"""`coursekit status`: what a part still needs from the instructor."""
