"""What was handed in for the class need not be handed in again for the allowance."""

from tests.integration.classification.conftest import Person as Applying
from tests.integration.subsidy.conftest import PDF, Town


async def test_a_file_of_the_class_is_attached_to_an_allowance(town: Town) -> None:
    talent = await town.talent()
    applying = Applying(
        town.client, talent.account, talent.kind, talent.person, talent.roles, talent.token
    )
    of_class = (await applying.does("POST", "/applications", {}))["application_id"]
    assert (await applying.upload(of_class, "labour_contract")).status_code == 201
    town.later(minutes=1)
    await town.settled()
    (document,) = (await talent.get("/documents"))["documents"]

    of_allowance = await town.start(talent)
    path = f"/applications/{of_allowance}/attachments/from-library"
    form = {"sha256": document["sha256"], "category": "contribution_record"}
    assert (await talent.refused("POST", path, form))[:2] == (422, "invalid-fields")
    added = await talent.does("POST", path, form | {"month": "2026-03"})
    await talent.does("POST", path, form | {"category": "labour_contract"})
    await town.settled()
    for own in (talent, applying):
        (document,) = (await own.get("/documents"))["documents"]
        assert [(use["context"], use["category"]) for use in document["used"]] == [
            ("classification", "labour_contract"), ("subsidy", "contribution_record"),
            ("subsidy", "labour_contract"),
        ]  # fmt: skip

    kept = f"/applications/{of_class}/attachments"
    (original,) = (await applying.get(f"/applications/{of_class}"))["attachments"]
    await applying.does("DELETE", f"{kept}/{original['attachment_id']}")
    copied = f"/applications/{of_allowance}/attachments/{added['attachment_id']}"
    assert (await talent.call("GET", copied)).content == PDF
