"""What answers look like: the reference's shapes, typed, so that OpenAPI and the code cannot disagree."""
