"""Keep the penalties for late work in the gradebook equal to the rules and extensions."""
