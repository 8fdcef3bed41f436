"""A made-up company that sells drilling tools: a real database with a schema of its own."""
