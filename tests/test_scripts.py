"""Random scripts of edits, packages and a learner's doings: no history is lost, doubled or swapped."""

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.anki_oracle import Anki
from tests.learners import Author, Learner
from tests.test_identity import WORDS

PNG = b"\x89PNG\r\n\x1a\n"
KINDS = ("open", "open", "choice", "cloze")


@dataclass
class Item:
    """A question whose true identity is known."""

    true: int
    kind: str
    prompt: list[str]
    answer: list[str]
    options: list[str]
    right: int = 0
    tag: str = ""
    pictured: bool = False
    picture: int = 0  # its version
    answered: bool = True
    touched: set[str] = field(default_factory=set)  # since the last package

    def markdown(self, number: str) -> str:
        prompt = "What is the " + " ".join(self.prompt) + "?"
        if self.kind == "cloze":
            one, two, *rest = self.prompt
            prompt = f"The {{{{c1::{one}}}}} is the {{{{c2::{two}}}}} of {' '.join(rest)}."
        parts = [f"### {number}{prompt}"]
        if self.tag:
            parts.append(f"<!-- selfcheck: tags={self.tag} -->")
        if self.kind == "choice" and self.answered:
            parts.append("\n".join(f"- {'ABC'[at]}. {o}" for at, o in enumerate(self.options)))
            parts.append(f"Answer: {'ABC'[self.right]}")
        if self.answered:
            picture = f" ![](@/images/{self.true}.png)" if self.pictured else ""
            parts.append(" ".join(self.answer).capitalize() + "." + picture)
        return "\n\n".join(parts) + "\n\n"


@dataclass
class Paper:
    """A document: its front matter, and sections with their questions."""

    title: str
    front: dict[str, str]
    sections: list[tuple[str, list[Item]]]
    style: str = "{}. "

    def items(self) -> list[Item]:
        return [item for _, items in self.sections for item in items]

    def markdown(self) -> str:
        front = "".join(f"{key}: {value}\n" for key, value in self.front.items())
        text = f"---\n{front}---\n\n# {self.title}\n\n" if front else f"# {self.title}\n\n"
        number = 0
        for name, items in self.sections:
            text += f"## {name}\n\n"
            for item in items:
                number += 1
                text += item.markdown(self.style.format(number))
        return text


@dataclass
class World:
    """What the author has, and what is known of it."""

    rng: random.Random
    author: Author
    papers: dict[str, Paper]
    options: dict[str, str] = field(default_factory=dict)
    bin: list[Item] = field(default_factory=list)
    made: int = 0
    owners: dict[str, int] = field(default_factory=dict)  # true question by key
    keys: dict[int, str] = field(default_factory=dict)  # the last key of each question
    split: str = "none"

    def item(self) -> Item:
        """A new question."""
        self.made += 1

        def words(least: int, most: int) -> list[str]:
            return self.rng.choices(WORDS, k=self.rng.randrange(least, most))

        return Item(
            self.made,
            self.rng.choice(KINDS),
            words(6, 12),
            words(12, 30),
            [" ".join(words(3, 6)) for _ in "abc"],
            self.rng.randrange(3),
            pictured=self.rng.random() < 0.3,
        )

    def any_item(self) -> Item | None:
        items = [item for paper in self.papers.values() for item in paper.items()]
        return self.rng.choice(items) if items else None

    def any_place(self) -> list[Item]:
        """The questions of a section."""
        paper = self.papers[self.rng.choice(sorted(self.papers))]
        return self.rng.choice(paper.sections)[1]

    def holder(self, item: Item) -> list[Item]:
        return next(
            items
            for paper in self.papers.values()
            for _, items in paper.sections
            if any(other is item for other in items)
        )

    def save(self) -> None:
        """Writes the content folder as it is now."""
        for path in self.author.folder.rglob("*.md"):
            path.unlink()
        for path, paper in self.papers.items():
            self.author.write(path, paper.markdown())
            for item in paper.items():
                if item.pictured:
                    picture = PNG + b"%d %d" % (item.true, item.picture)
                    self.author.write(f"images/{item.true}.png", picture)
        self.author.configure(
            "[anki]", *(f"{key} = {value}" for key, value in self.options.items())
        )

    def package(self, *, days: int) -> list[bytes]:
        """The next packages; keys must have stayed with their questions."""
        self.save()
        packages = self.author.export(days=days, split=self.split)
        for path, keys in self.author.keys().items():
            for item, key in zip(self.papers[path].items(), keys, strict=True):
                assert self.owners.setdefault(key, item.true) == item.true, "swapped"
                known = self.keys.get(item.true)
                gentle = len(item.touched) < 2
                event(f"gentle {gentle}, kept {known == key}" if known else "new")
                assert not (gentle and known) or known == key, "a key was lost"
                self.keys[item.true] = key
                item.touched = set() if item.answered else {"answer"}
        return packages


# ── what an author does ─────────────────────────────────────────────────────────────────────────


def reworded(rng: random.Random, words: list[str]) -> list[str]:
    found = list(words)
    for _ in range(max(1, len(words) // 5)):
        found[rng.randrange(len(found))] = rng.choice(WORDS)
    return found


def prompt(world: World) -> None:
    if item := world.any_item():
        keep = 2 if item.kind == "cloze" else 0  # its gaps are its answer
        item.prompt = item.prompt[:keep] + reworded(world.rng, item.prompt[keep:])
        item.touched.add("prompt")


def answer(world: World) -> None:
    if item := world.any_item():
        item.answer = reworded(world.rng, item.answer)
        item.touched.add("answer")


def rewritten(world: World) -> None:
    if item := world.any_item():
        item.answer = world.item().answer
        item.touched.add("answer")


def options(world: World) -> None:
    if item := world.any_item():
        world.rng.shuffle(item.options)
        item.options[0] = " ".join(reworded(world.rng, item.options[0].split()))
        item.right = world.rng.randrange(3)
        item.touched.add("answer")


def kind(world: World) -> None:
    if (item := world.any_item()) and item.kind != "cloze":
        item.kind = "choice" if item.kind == "open" else "open"
        item.touched.add("answer")


def withdrawn(world: World) -> None:
    if (item := world.any_item()) and item.kind != "cloze":
        item.answered = not item.answered
        item.touched.add("answer")


def picture(world: World) -> None:
    if item := world.any_item():
        item.picture += 1


def tag(world: World) -> None:
    if item := world.any_item():
        item.tag = world.rng.choice(("", "hard", "easy"))


def insert(world: World) -> None:
    place = world.any_place()
    place.insert(world.rng.randrange(len(place) + 1), world.item())


def delete(world: World) -> None:
    if item := world.any_item():
        holder = world.holder(item)
        holder[:] = [other for other in holder if other is not item]
        world.bin.append(item)


def restore(world: World) -> None:
    if world.bin:
        item = world.bin.pop(world.rng.randrange(len(world.bin)))
        item.touched.add("return")  # only what is unchanged gets its own key back
        world.any_place().append(item)


def move(world: World) -> None:
    if item := world.any_item():
        holder = world.holder(item)
        holder[:] = [other for other in holder if other is not item]
        place = world.any_place()
        place.insert(world.rng.randrange(len(place) + 1), item)


def order(world: World) -> None:
    world.rng.shuffle(world.any_place())


def sections(world: World) -> None:
    paper = world.papers[world.rng.choice(sorted(world.papers))]
    name, items = paper.sections.pop(0)
    paper.sections.append((world.rng.choice((name, f"Part {world.rng.choice(WORDS)}")), items))


def rename(world: World) -> None:
    path = world.rng.choice(sorted(world.papers))
    world.made += 1
    folder = world.rng.choice(("", "one/", "two/three/"))
    world.papers[f"{folder}paper-{world.made}.md"] = world.papers.pop(path)


def title(world: World) -> None:
    world.papers[world.rng.choice(sorted(world.papers))].title = f"On {world.rng.choice(WORDS)}"


def front(world: World) -> None:
    paper = world.papers[world.rng.choice(sorted(world.papers))]
    name, values = world.rng.choice(
        (
            ("tags", ("[one]", "[one, two]")),
            ("deck", ("A::B", "C")),
            ("language", ("en", "fr")),
            ("reversed", ("yes", "no")),
            ("shuffle", ("yes", "no")),
        )
    )
    paper.front[name] = world.rng.choice(values)


def style(world: World) -> None:
    paper = world.papers[world.rng.choice(sorted(world.papers))]
    paper.style = world.rng.choice(("{}. ", "{}) ", "1{}. ", "Q{}: "))


def configured(world: World) -> None:
    name, values = world.rng.choice(
        (
            ("sections", ("true", "false")),
            ("url", ('"https://example.org/a"', '"https://example.org/b"')),
            ("deck", ('"All"', '""')),
            ("reversed", ("true", "false")),
        )
    )
    world.options[name] = world.rng.choice(values)
    world.split = world.rng.choice(("none", "folder", "document"))


EDITS: tuple[Callable[[World], None], ...] = (
    *(prompt, answer, rewritten, options, kind, withdrawn, picture, tag, insert, delete, restore),
    *(move, order, sections, rename, title, front, style, configured),
)

# ── what a learner does ─────────────────────────────────────────────────────────────────────────


def live(world: World, anki: Anki) -> None:
    """Some notes get a history, in which no two are alike."""
    rng = world.rng
    for note in anki.notes():
        does = rng.random()
        if does < 0.3:
            anki.study(note.guid, rng.randrange(1, 5))
        elif does < 0.4:
            anki.tag(note.guid, "mine")
        elif does < 0.5:
            anki.flag(note.guid, rng.randrange(1, 5))
        elif does < 0.55:
            anki.suspend(note.guid)
        elif does < 0.6:
            anki.move(note.guid, f"Mine::{rng.choice('abc')}")
        elif does < 0.63:
            anki.bury(note.guid)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32),
    size=st.one_of(st.integers(1, 4), st.integers(5, 20)),  # few, that each gets many edits
    script=st.lists(
        st.one_of(st.sampled_from(EDITS), st.sampled_from(("take", "miss"))), max_size=25
    ),
)
def test_no_script_costs_a_learner_anything(
    seed: int, size: int, script: list[Callable[[World], None] | str]
) -> None:
    with tempfile.TemporaryDirectory(prefix="selfcheck-") as folder, Anki() as anki:
        rng = random.Random(seed)
        papers = {
            f"{name}.md": Paper(f"About {name}", {}, [("First", []), ("Second", [])])
            for name in ("a", "b/c")
        }
        world = World(rng, Author(Path(folder, "content")), papers)
        learner = Learner(anki)
        for _ in range(size):
            insert(world)
        for step in ("take", *script, "take", "take"):
            if callable(step):
                step(world)
            elif not any(item.answered for p in world.papers.values() for item in p.items()):
                continue
            elif step == "miss":
                learner.miss(world.package(days=rng.randrange(-3, 9)))
            else:
                learner.take(world.author, world.package(days=rng.randrange(-3, 9)))
                live(world, anki)
