"""Scripts that maintainers run occasionally; nothing imports them."""
