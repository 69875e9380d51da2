"""Code lists of national standards, as the forms offer them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.base import PolicyData, PolicyFile, Text, repeated


class CodeItem(PolicyData):
    """`offered` items may be chosen in a form; the others are only understood."""

    code: Text
    name: Text
    offered: bool = True


class CodeList(PolicyFile):
    source: Text
    items: Annotated[tuple[CodeItem, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        if twice := repeated(item.code for item in self.items):
            raise ValueError(f"codes given twice: {', '.join(twice)}")
        return self

    def name(self, code: str) -> str | None:
        return next((item.name for item in self.items if item.code == code), None)

    def offers(self, code: str) -> bool:
        return any(item.offered for item in self.items if item.code == code)


class CodeLists(PolicyData):
    """民族 (GB/T 3304), 学历 (GB/T 4658), 性别 (GB/T 2261.1) and 所属党派 (GB/T 4762)."""

    ethnic_groups: CodeList
    education_levels: CodeList
    sexes: CodeList
    political_affiliations: CodeList
