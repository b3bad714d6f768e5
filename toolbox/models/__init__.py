"""Networks that the course provides: pretrained backbones, and a few to compare with."""
