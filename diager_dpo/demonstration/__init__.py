"""A made-up company that sells drilling tools: a real database with a schema of its own."""

from diager_dpo.demonstration.company import make_company
from diager_dpo.demonstration.marker import is_demonstration
from diager_dpo.demonstration.rewind import rewind

__all__ = ["is_demonstration", "make_company", "rewind"]
