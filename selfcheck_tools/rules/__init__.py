"""The rules, in the order of the manual. Adding one touches its module and the list here."""

from selfcheck_tools.rules import (
    broken_image,
    contained_question,
    duplicate_question,
    malformed_checkbox,
    malformed_front_matter,
    malformed_heading,
    misplaced_option,
    missing_alt_text,
    missing_answer,
    no_questions,
    placeholder_answer,
    question_number,
    repeated_answer,
    similar_question,
    unclosed_details,
    unclosed_fence,
    unknown_metadata,
    unparsed_text,
)
from selfcheck_tools.rules._rule import Collection, Context, Rule

RULES: tuple[Rule, ...] = (
    no_questions.rule,
    missing_answer.rule,
    placeholder_answer.rule,
    duplicate_question.rule,
    contained_question.rule,
    similar_question.rule,
    repeated_answer.rule,
    question_number.rule,
    broken_image.rule,
    missing_alt_text.rule,
    unclosed_fence.rule,
    unclosed_details.rule,
    malformed_heading.rule,
    malformed_checkbox.rule,
    misplaced_option.rule,
    malformed_front_matter.rule,
    unknown_metadata.rule,
    unparsed_text.rule,
)

__all__ = ["RULES", "Collection", "Context", "Rule"]
