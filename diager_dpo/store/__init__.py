"""The product's own database: keys of the source, dates, statuses and decisions. Never a name or an address."""
