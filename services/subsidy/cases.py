"""What a desk's decision looks up."""

from dataclasses import dataclass

from services.subsidy.books import Books
from services.subsidy.commands import Review
from services.subsidy.people.directory import Directory
from services.subsidy.state import Application
from shared.domain.review.intentions import ReviewIntention
from shared.domain.review.reviewer import Reviewer


@dataclass(frozen=True)
class Reviewing:
    directory: Directory
    books: Books

    async def __call__(
        self, application: Application, intention: ReviewIntention, staff: tuple[Reviewer, ...]
    ) -> Review:
        book = self.books.of(application, intention.at)
        in_force = await self.directory.in_force(application.talent_id)
        return Review(intention=intention, staff=staff, in_force=in_force, book=book)
