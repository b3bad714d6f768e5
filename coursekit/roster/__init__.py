"""The class: read it from any platform, keep it beside the gradebook, and recognize its members."""
