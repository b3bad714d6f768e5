"""Analyze a trained network: metrics, features, embeddings, occlusion maps."""
