"""What is published and dated: documents, systems, criteria, boundaries, datasets and rounds."""
