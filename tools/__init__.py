"""Programs that the maintainer runs once in a while. Nothing imports them."""
