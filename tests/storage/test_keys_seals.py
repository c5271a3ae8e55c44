"""Sealed values open in their own place, for the right people, and tell nothing by their size."""

import os
import struct
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import Defect, NotAllowed, PracticeError
from practice_app.storage.keys import (
    Keys,
    Kind,
    RecoveredKeys,
    SealedText,
    seal,
    seal_bytes,
    sealed_with,
    unseal,
    unseal_bytes,
)
from practice_app.storage.keys.seals import padded_size

NOTE = "note.body"


def clinician(**changes: object) -> Keys:
    given_keys: dict[str, object] = {
        "vault": uuid4(),
        "user": uuid4(),
        "uk": bytearray(os.urandom(32)),
        "dek": {1: bytearray(os.urandom(32))},
        "ck": {1: bytearray(os.urandom(32))},
        "ak": None,
    }
    return Keys(**(given_keys | changes))  # type: ignore[arg-type]


def receptionist_of(keys: Keys) -> Keys:
    return Keys(
        keys.vault,
        uuid4(),
        bytearray(os.urandom(32)),
        keys.dek,
        clinical_public=keys.clinical_public,
    )


def text(words: str = "Seen today, sleeping better.", **changes: object) -> SealedText:
    values: dict[str, object] = {
        "subject": uuid4(),
        "author": uuid4(),
        "at": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        "revision": 1,
        "text": words,
    }
    return SealedText(**(values | changes))  # type: ignore[arg-type]


KEYS = clinician()


@given(
    st.text(),
    st.integers(0, 2**31),
    st.datetimes(timezones=st.just(UTC)),
    st.uuids(),
    st.sampled_from(Kind),
)
def test_every_text_comes_back_as_it_was(
    words: str, revision: int, at: datetime, row: UUID, kind: Kind
) -> None:
    payload = text(words, revision=revision, at=at)
    assert unseal(KEYS, NOTE, row, seal(KEYS, NOTE, row, payload, kind)) == payload


@given(st.binary(max_size=20_000), st.sampled_from(Kind))
def test_every_file_comes_back_as_it_was(data: bytes, kind: Kind) -> None:
    row = uuid4()
    assert unseal_bytes(KEYS, "file", row, seal_bytes(KEYS, "file", row, data, kind)) == data


def test_times_are_kept_in_utc() -> None:
    row, summer = uuid4(), timezone(timedelta(hours=1))
    payload = text(at=datetime(2026, 7, 1, 10, 0, tzinfo=summer))
    opened = unseal(KEYS, NOTE, row, seal(KEYS, NOTE, row, payload))
    assert opened.at == payload.at
    assert opened.at.tzinfo is UTC
    with pytest.raises(Defect):
        seal(KEYS, NOTE, row, text(at=datetime(2026, 7, 1, 10, 0)))  # noqa: DTZ001


def test_the_layout_is_version_kind_generation_nonce_ciphertext() -> None:
    blob = seal(KEYS, NOTE, uuid4(), text(""))
    assert struct.unpack(">BBH", blob[:4]) == (1, 1, 1)
    assert len(blob) == 4 + 12 + 512 + 16
    assert sealed_with(blob) == (Kind.CLINICAL, 1)
    assert len(seal(KEYS, NOTE, uuid4(), text(""), Kind.FOR_CLINICIANS)) == 4 + 32 + 12 + 512 + 16


def test_two_seals_of_one_text_differ() -> None:
    row, payload = uuid4(), text()
    assert seal(KEYS, NOTE, row, payload) != seal(KEYS, NOTE, row, payload)


@pytest.mark.parametrize("kind", Kind)
def test_a_value_moved_to_another_row_purpose_or_practice_is_not_shown(kind: Kind) -> None:
    row = uuid4()
    blob = seal(KEYS, NOTE, row, text(), kind)
    for keys, purpose, place in (
        (KEYS, NOTE, uuid4()),
        (KEYS, "draft.body", row),
        (KEYS, "note.body ", row),
        (clinician(user=KEYS.user), NOTE, row),
    ):
        with pytest.raises(PracticeError, match="does not belong to this record or was damaged"):
            unseal(keys, purpose, place, blob)


@pytest.mark.parametrize("kind", Kind)
@given(data=st.data())
def test_no_bit_can_be_changed(kind: Kind, data: st.DataObject) -> None:
    row = uuid4()
    blob = bytearray(seal(KEYS, NOTE, row, text("x"), kind))
    place = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[place // 8] ^= 1 << place % 8
    # A flipped generation is a key not held; a flipped kind another key: never the text.
    with pytest.raises(PracticeError, match="not shown"):
        unseal(KEYS, NOTE, row, bytes(blob))


@given(st.binary(max_size=600))
def test_arbitrary_bytes_are_refused_in_words(blob: bytes) -> None:
    with pytest.raises(PracticeError):
        unseal(KEYS, NOTE, uuid4(), blob)


@pytest.mark.parametrize("kind", Kind)
def test_a_cut_off_value_is_not_shown(kind: Kind) -> None:
    row = uuid4()
    blob = seal(KEYS, NOTE, row, text(), kind)
    for length in (0, 3, 4, 15, 16, 31, 40, len(blob) - 1):
        with pytest.raises(PracticeError, match="not shown"):
            unseal(KEYS, NOTE, row, blob[:length])


def test_without_the_clinical_key_nothing_clinical_is_written_or_read() -> None:
    receptionist, row = receptionist_of(KEYS), uuid4()
    blob = seal(KEYS, NOTE, row, text())
    with pytest.raises(NotAllowed):
        unseal(receptionist, NOTE, row, blob)
    with pytest.raises(NotAllowed):
        seal(receptionist, NOTE, row, text())
    with pytest.raises(NotAllowed):
        seal_bytes(receptionist, NOTE, row, b"")


def test_anybody_seals_for_the_clinicians_and_only_they_open_it() -> None:
    receptionist, row = receptionist_of(KEYS), uuid4()
    payload = text("scan of a letter")
    blob = seal(receptionist, "scan", row, payload, Kind.FOR_CLINICIANS)
    assert unseal(KEYS, "scan", row, blob) == payload
    with pytest.raises(NotAllowed):
        unseal(receptionist, "scan", row, blob)


def test_a_small_order_public_key_in_a_value_is_not_shown() -> None:
    row = uuid4()
    blob = seal(KEYS, "scan", row, text(), Kind.FOR_CLINICIANS)
    with pytest.raises(PracticeError, match="not shown"):
        unseal(KEYS, "scan", row, blob[:4] + bytes(32) + blob[36:])


def test_only_me_texts_open_for_their_author_only() -> None:
    row, payload = uuid4(), text()
    colleague = clinician(vault=KEYS.vault, dek=KEYS.dek, ck=KEYS.ck, ak=bytearray(32))
    blob = seal(KEYS, NOTE, row, payload, Kind.PRIVATE)
    assert unseal(KEYS, NOTE, row, blob, owner=KEYS.user) == payload
    with pytest.raises(NotAllowed, match="author only"):
        unseal(colleague, NOTE, row, blob, owner=KEYS.user)
    with pytest.raises(PracticeError, match="not shown"):
        unseal(colleague, NOTE, row, blob)


def test_a_directors_logged_opening_uses_the_authors_key_and_name() -> None:
    row, payload, director = uuid4(), text(), clinician()
    blob = seal(KEYS, NOTE, row, payload, Kind.PRIVATE)
    private = KEYS.private_key()
    assert unseal(director, NOTE, row, blob, owner=KEYS.user, private_key=private) == payload
    with pytest.raises(PracticeError, match="not shown"):
        unseal(director, NOTE, row, blob, owner=uuid4(), private_key=private)


def test_a_receptionist_may_keep_texts_for_themselves() -> None:
    receptionist, row = receptionist_of(KEYS), uuid4()
    payload = text("my own reminder")
    assert unseal(receptionist, NOTE, row, seal(receptionist, NOTE, row, payload, Kind.PRIVATE)) == payload


def test_a_recovery_key_has_no_private_texts() -> None:
    recovered = RecoveredKeys(uuid4(), {1: bytearray(32)}, {1: bytearray(32)}, bytearray(32), None)
    with pytest.raises(NotAllowed):
        seal(recovered, NOTE, uuid4(), text(), Kind.PRIVATE)
    row = uuid4()
    assert unseal(recovered, NOTE, row, seal(recovered, NOTE, row, text("x"))).text == "x"


def test_older_generations_still_open_and_new_values_use_the_newest() -> None:
    row, first = uuid4(), text()
    for kind in (Kind.CLINICAL, Kind.FOR_CLINICIANS):
        old = seal(KEYS, NOTE, row, first, kind)
        assert KEYS.ck is not None
        both = clinician(user=KEYS.user, ck={**KEYS.ck, 2: bytearray(os.urandom(32))})
        new = seal(both, NOTE, row, first, kind)
        assert unseal(both, NOTE, row, old) == first
        assert sealed_with(new) == (kind, 2)
        with pytest.raises(PracticeError, match="older key"):
            unseal(clinician(ck={2: bytearray(32)}), NOTE, row, old)


def test_lengths_fall_into_few_classes() -> None:
    sizes = {padded_size(size) for size in range(1, 65_536)}
    assert len(sizes) == 16 + 8 * 3
    assert all(padded_size(size) >= size for size in range(1, 20_000))
    assert {padded_size(size) % 512 for size in range(1, 8193)} == {0}
    assert max(padded_size(size) / size for size in range(8193, 65_536)) < 1.126


def test_a_longer_note_of_the_same_class_has_the_same_size() -> None:
    row = uuid4()
    assert len({len(seal(KEYS, NOTE, row, text("x" * length))) for length in range(0, 300, 10)}) == 1
