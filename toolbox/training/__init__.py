"""Train a network with the student's own `train_epoch` and `evaluate`, and save its weights."""
