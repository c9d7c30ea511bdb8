"""Reports: a block model, its charts and maps, and the renderers to PDF and Word with traceable numbers."""
