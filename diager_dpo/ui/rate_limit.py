"""How often one address may try to sign in."""

from diager_dpo.services.rate_limit import RateLimit

#: Where something can be guessed. The people of an office, who share an address, can all sign in at nine o'clock.
SIGN_IN_ATTEMPTS = RateLimit(burst=30, seconds=6)

#: What the provider says of people who signed out there: all of them come from its one address.
SIGN_OUTS_OF_PROVIDER = RateLimit(burst=300, seconds=0.2)
