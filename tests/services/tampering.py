"""What somebody could do to a journal who has the database in hand: seventeen kinds of attack, at a place.

Each takes the journal and leaves it changed. ``Hand`` puts it back.
"""

import json
from dataclasses import asdict, replace

from sqlalchemy import delete, insert, select, text, update

from diager_dpo.domain.journal import Entry, canonical, entry_hash, entry_message
from diager_dpo.services import journal
from diager_dpo.services.keys import SigningKey
from diager_dpo.store import journal as store
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import account
from diager_dpo.store.tables import journal as table
from tests.services.filled_store import DPO

SIZE = 40  # entries that tell of nothing, after those that tell of rows
FIRST_PLAIN = 7


def build(installation, size=SIZE):
    """Five accounts that are told of, then decisions that change no row; heads are kept on the way."""
    from diager_dpo.services.anchors import anchor

    for name in "abcde":
        with writing(installation.store) as connection:
            connection.execute(insert(account).values(issuer="local", subject=name, display_name=name.upper()))
            row = (account, {"issuer": "local", "subject": name})
            journal.record(installation, connection, DPO, action="account_added", about=name, details={}, changed=[row])
    for number in range(size):
        with writing(installation.store) as connection:
            details = {"n": number, "purpose": "contests", "what": "été"}
            journal.record(installation, connection, DPO, action="tried", about=f"thing:{number}", details=details)
        if number % 8 == 7:
            anchor(installation)


def entries(installation):
    with reading(installation.store) as connection:
        return list(store.stream(connection))


def chained(found, key=None):
    """Number, link and hash these entries anew; sign them where there is a key."""
    made = []
    for number, entry in enumerate(found, 1):
        changed = replace(entry, number=number, previous=made[-1].hash if made else "")
        if key is not None:
            changed = replace(changed, key=key.id)
        changed = replace(changed, hash=entry_hash(changed))
        if key is not None:
            changed = replace(changed, signature=key.sign(entry_message(changed)))
        made.append(changed)
    return made


class Hand:
    """Whoever holds the database: without triggers, and able to put everything back."""

    def __init__(self, installation, other):
        self.installation, self.other = installation, other
        self.good = entries(installation)
        self.anchor_file = installation.settings.anchors / "heads.jsonl"
        self.anchors = self.anchor_file.read_text() if self.anchor_file.exists() else ""
        with writing(installation.store) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("alter table journal disable trigger all"))
            else:
                for name in ("no_update", "no_delete", "in_order"):
                    connection.execute(text(f"drop trigger journal_{name}"))

    @property
    def key(self):
        """The key, for who stole it."""
        return SigningKey((self.installation.settings.keys / "journal.key").read_bytes())

    def put(self, found: list[Entry]):
        with writing(self.installation.store) as connection:
            connection.execute(delete(table))
            connection.execute(insert(table), [asdict(entry) for entry in found])

    def undo(self):
        self.put(self.good)
        self.anchor_file.parent.mkdir(exist_ok=True)
        self.anchor_file.write_text(self.anchors)
        with writing(self.installation.store) as connection:
            connection.execute(update(account).where(account.c.subject == "c").values(display_name="C"))

    def keep_heads(self, size):
        """Only the heads up to a size are left."""
        self.anchor_file.parent.mkdir(exist_ok=True)
        lines = self.anchors.splitlines(keepends=True)
        self.anchor_file.write_text("".join(line for line in lines if json.loads(line)["size"] <= size))


def told_otherwise(entry, **details):
    content = json.loads(entry.payload)
    content["details"] |= details or {"n": 999}
    return replace(entry, payload=canonical(content))


def rewritten(hand, place):
    """The story from ``place`` on, told otherwise."""
    return hand.good[:place] + [told_otherwise(entry) for entry in hand.good[place:]]


def edit_a_payload(hand, place):
    hand.put([told_otherwise(e) if e.number == place + 1 else e for e in hand.good])


def edit_the_actor_and_its_hash(hand, place):
    found = list(hand.good)
    changed = replace(found[place], subject="somebody-else")
    found[place] = replace(changed, hash=entry_hash(changed))
    hand.put(found)


def delete_in_the_middle(hand, place):
    hand.put(hand.good[:place] + hand.good[place + 1 :])


def swap(hand, place):
    found = list(hand.good)
    one, two = found[place - 1], found[place]
    found[place - 1], found[place] = replace(two, number=one.number), replace(one, number=two.number)
    hand.put(found)


def insert_an_entry(hand, place):
    hand.put(chained([*hand.good[:place], replace(hand.good[place], object="thing:new"), *hand.good[place:]]))


def splice_from_another(hand, place):
    found = list(hand.good)
    found[place] = hand.other[place]
    hand.put(found)


def serialise_a_payload_anew(hand, place):
    found = list(hand.good)
    found[place] = replace(found[place], payload=json.dumps(json.loads(found[place].payload)))
    hand.put(found)


def rewrite_the_end_before_a_head(hand, place):
    hand.put(chained(rewritten(hand, place)))


def rewrite_after_the_last_head(hand, place):
    hand.keep_heads(place)
    hand.put(chained(rewritten(hand, place)))


def cut_the_tail(hand, place):
    hand.put(hand.good[:place])


def cut_the_tail_and_its_heads(hand, place):
    hand.put(hand.good[:place])
    hand.keep_heads(place)


def put_back_an_old_store(hand, place):
    hand.put(hand.good[:place])


def put_back_an_old_backup(hand, place):
    hand.put(hand.good[:place])
    hand.keep_heads(place)


def rewrite_all_and_drop_the_heads(hand, place):
    hand.put(chained(rewritten(hand, place)))
    hand.keep_heads(0)


def sign_all_with_another_key(hand, place):
    other = SigningKey(b"another key of thirty-two bytes!")
    found = rewritten(hand, place)
    found[0] = told_otherwise(found[0], key=other.id, public_key=other.public.hex())
    hand.put(chained(found, other))
    hand.keep_heads(0)


def sign_all_with_the_stolen_key(hand, place):
    hand.put(chained(rewritten(hand, place), hand.key))
    hand.keep_heads(0)


def upsert_over_a_row(hand, place):
    values = asdict(told_otherwise(hand.good[place]))
    with writing(hand.installation.store) as connection:
        if connection.dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert as pg_insert

            upsert = pg_insert(table).values(values)
            connection.execute(upsert.on_conflict_do_update(index_elements=["number"], set_=values))
        else:
            connection.execute(insert(table).prefix_with("or replace").values(values))


def edit_a_row_behind_it(hand, place):
    with writing(hand.installation.store) as connection:
        assert connection.scalar(select(account.c.display_name).where(account.c.subject == "c")) == "C"
        connection.execute(update(account).where(account.c.subject == "c").values(display_name=f"C{place}"))


#: What finds each attack without a pin: the verifier from the export alone; the product without its anchor file; the
#: product with the anchor file as the attack leaves it. With a pin the product finds every one, and the verifier every
#: one but an edited row, which is not in the export.
WITHOUT_A_PIN = {
    edit_a_payload: (True, True, True),
    edit_the_actor_and_its_hash: (True, True, True),
    delete_in_the_middle: (True, True, True),
    swap: (True, True, True),
    insert_an_entry: (True, True, True),
    splice_from_another: (True, True, True),
    serialise_a_payload_anew: (True, True, True),
    rewrite_the_end_before_a_head: (True, True, True),
    rewrite_after_the_last_head: (True, True, True),
    cut_the_tail: (False, False, True),
    cut_the_tail_and_its_heads: (False, False, False),
    put_back_an_old_store: (False, False, True),
    put_back_an_old_backup: (False, False, False),
    rewrite_all_and_drop_the_heads: (True, True, True),
    sign_all_with_another_key: (False, True, True),
    sign_all_with_the_stolen_key: (False, False, False),
    upsert_over_a_row: (True, True, True),
    edit_a_row_behind_it: (False, True, True),
}
