"""What missing-answer advises, which its examples do not show."""

from selfcheck_tools.check import check
from selfcheck_tools.files import Memory
from selfcheck_tools.read import read
from selfcheck_tools.rules import missing_answer
from selfcheck_tools.text import Source


def advice(*prompts: str) -> list[str]:
    """The help for questions of which only the last one is answered."""
    text = "## Self-check\n\n" + "\n\n".join(f"### {prompt}" for prompt in prompts) + "\n\nYes.\n"
    source = Source("a.md", text)
    found = check([(read(source), source)], Memory({}), [missing_answer.rule])
    return [each.finding.help for each in found]


def test_an_answer_that_may_be_for_two_questions_is_spoken_of() -> None:
    (help,) = advice("1. How does a cold start work?", "2. How does a cold start come to work?")
    assert "make one question of them" in help


def test_another_question_below_is_no_reason_to_speak_of_it() -> None:
    assert advice("1. What is a queue?", "2. Who pays for a topic?") == [
        "write the answer, or take the question out"
    ]
