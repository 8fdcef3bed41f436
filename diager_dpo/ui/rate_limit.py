"""How often one address may try to sign in."""

from diager_dpo.services.rate_limit import RateLimit

#: Where something can be guessed. The people of an office, who share an address, can all sign in at nine o'clock.
SIGN_IN_ATTEMPTS = RateLimit(burst=30, seconds=6)
