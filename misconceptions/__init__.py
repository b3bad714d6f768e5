"""A catalogue of wrong implementations that students really write, and of unusual right ones."""
