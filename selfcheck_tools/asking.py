"""What an export is asked for, and what it says it did."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from selfcheck_tools.config import Root
from selfcheck_tools.exporters import EVERYTHING, Selection

if TYPE_CHECKING:
    from selfcheck_tools.lastbuild import Comparison


class Asking(NamedTuple):
    """What is to be exported, into which folder. `paper` are options of PaperOptions that are set
    whatever is configured."""

    paths: tuple[str, ...]
    formats: tuple[str, ...]
    output: str
    dialect: str = ""
    split: str = ""
    use_lock: bool = True
    frozen: bool = False
    tag_retired: bool = False
    selection: Selection = EVERYTHING
    paper: Mapping[str, Any] = {}

    def configured(self, root: Root) -> Root:
        """A content folder with what was asked for instead of what is configured."""
        config = root.config
        anki = config.anki._replace(split=self.split or config.anki.split)
        config = config._replace(anki=anki, handout=config.handout._replace(**self.paper))
        return root._replace(config=config)


class Left(NamedTuple):
    """Something left out: where, as users type it, why, what kind of thing, and by which formats."""

    place: str
    message: str
    what: str
    formats: tuple[str, ...]


class Exported(NamedTuple):
    """What an export did, or, if it was only to check, would do. Paths are as users type them."""

    made: tuple[str, ...]  # everything, in order
    written: tuple[str, ...]  # what of this was not there, or was otherwise
    removed: tuple[str, ...]
    left: tuple[Left, ...]
    remarks: tuple[str, ...]  # on what is so
    events: tuple[str, ...]  # on what happened
    questions: int
    documents: int
    is_lock_stale: bool = False
    # What importing the decks does to who has the last build; none where none were made.
    against: "Comparison | None" = None

    @property
    def is_current(self) -> bool:
        """Whether nothing had to be done."""
        return not (self.written or self.removed or self.is_lock_stale)
