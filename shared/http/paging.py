"""Pages by cursor."""

from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

T = TypeVar("T")


class Paging(BaseModel):
    """Which page a caller asks for."""

    limit: int
    cursor: str | None


class PageOf(BaseModel, Generic[T]):
    """A page; `next` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None = None


async def _paging(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> Paging:
    return Paging(limit=limit, cursor=cursor)


Page = Annotated[Paging, Depends(_paging)]
