"""A certificate's form: what was erased of one purge, who decided it, and what is not in the product's reach.

One JSON object, canonical (RFC 8785), signed with the key of the journal over everything else in it. No value or key
of a person. docs/journal.md tells how it is checked without this product.
"""

from collections.abc import Mapping
from typing import TypeAlias

from diager_dpo.domain.journal import canonical

FORMAT = "diager-dpo/certificate/1"

Content: TypeAlias = Mapping[str, object]

_MESSAGE = b"diager-dpo certificate 1\n"


def certificate_message(content: Content) -> bytes:
    """What the signature of a certificate is made over: everything else in it."""
    unsigned = {name: value for name, value in content.items() if name != "signature"}
    return _MESSAGE + canonical(unsigned).encode()
