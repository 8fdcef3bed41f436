"""The company's own database: how it is described, read, and checked."""
