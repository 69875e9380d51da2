"""Attachments of an application (§3.3.4): a category first, then files, until submission."""

from datetime import timedelta

import pytest

from services.classification.events import AttachmentRemoved
from tests.unit.classification.classification_cases import (
    BUREAU,
    FILLED,
    MONDAY,
    POLICY,
    STARTED,
    attach,
    attached,
    chosen,
    faults,
    given,
    remove,
    submit,
)
from tests.unit.classification.classification_decisions import send_back

LATER = MONDAY + timedelta(hours=1)
MOST = POLICY.files.max_files_per_category


def removed(category: str, *, submitted: bool, number: int = 1) -> AttachmentRemoved:
    id = f"{category}-{number}"
    return AttachmentRemoved(
        attachment_id=id, file_key=f"classification/t1/a1/{id}", submitted=submitted, at=LATER
    )


def test_a_file_is_added_once_also_before_a_class_is_chosen() -> None:
    added = given(STARTED).when(attach("id_document")).then(attached("id_document"))
    added.when(attach("id_document")).then_nothing()
    added.when(attach("id_document", 2)).then(attached("id_document", 2))


def test_a_category_is_one_of_the_policy() -> None:
    refusal = given(STARTED).when(attach("nonsense")).then_rejected("invalid-fields")
    assert faults(refusal) == {"/category": "unknown-category"}


def test_optional_categories_take_files_too() -> None:
    given(STARTED, chosen("F")).when(attach("other")).then(attached("other"))


def test_a_category_takes_so_many_files_and_each_category_as_many() -> None:
    full = [attached("id_document", number) for number in range(MOST)]
    refusal = (
        given(STARTED, *full)
        .when(attach("id_document", MOST))
        .then_rejected("attachments-too-many")
    )
    assert refusal.params == {"most": MOST}
    given(STARTED, *full[1:]).when(attach("id_document", MOST)).then(attached("id_document", MOST))
    given(STARTED, *full).when(attach("other")).then(attached("other"))
    given(STARTED, *full).when(attach("id_document", 0)).then_nothing()


def test_a_file_that_no_reviewer_had_is_removed_and_may_be_deleted() -> None:
    gone = removed("id_document", submitted=False)
    after = given(STARTED, attached("id_document")).when(remove("id_document", at=LATER)).then(gone)
    after.when(remove("id_document", at=LATER)).then_nothing()
    given(STARTED).when(remove("id_document")).then_nothing()


def test_submission_locks_every_category() -> None:
    submitted = (*FILLED, *given(*FILLED).when(submit()).decided())
    adding = given(*submitted).when(attach("other")).then_rejected("application-locked")
    removing = given(*submitted).when(remove("id_document")).then_rejected("application-locked")
    assert faults(adding) == {"/attachments/other": "locked"}
    assert faults(removing) == {"/attachments/id_document": "locked"}
    # What is there is there: a repeated upload is no change.
    given(*submitted).when(attach("id_document")).then_nothing()


def test_a_return_unlocks_the_categories_it_names_and_no_other() -> None:
    returned = send_back(FILLED, BUREAU, attachments=("id_document",))
    given(*returned).when(attach("id_document", 2)).then(attached("id_document", 2))
    given(*returned).when(attach("other")).then_rejected("application-locked")
    given(*returned).when(remove("labour_contract")).then_rejected("application-locked")


def test_what_reviewers_had_before_them_is_kept_and_what_came_after_is_not() -> None:
    returned = send_back(FILLED, BUREAU, attachments=("id_document",))
    seen = removed("id_document", submitted=True)
    given(*returned).when(remove("id_document", at=LATER)).then(seen)
    unseen = removed("id_document", submitted=False, number=2)
    given(*returned, attached("id_document", 2, at=LATER)).when(
        remove("id_document", 2, at=LATER)
    ).then(unseen)


@pytest.mark.parametrize("row", ["A", "E1", "F"])
def test_every_category_of_the_form_is_offered_to_its_classes(row: str) -> None:
    for category in POLICY.attachments_of(row[0]):
        given(STARTED, chosen(row)).when(attach(category.code)).then(attached(category.code))
