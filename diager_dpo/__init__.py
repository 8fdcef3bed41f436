"""The DPO's dashboard: what the charter promises, what the company holds, what is late, and why."""

__version__ = "0.1.0"
