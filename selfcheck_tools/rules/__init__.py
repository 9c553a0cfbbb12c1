"""The rules, in the order of the manual. Adding one touches its module and the list here."""

from selfcheck_tools.rules import (
    broken_image,
    duplicate_question,
    expired_allowance,
    malformed_checkbox,
    malformed_front_matter,
    malformed_heading,
    misplaced_option,
    missing_alt_text,
    missing_answer,
    no_questions,
    placeholder_answer,
    question_number,
    unclosed_details,
    unclosed_fence,
    unknown_allowance,
    unknown_metadata,
    unparsed_text,
    unused_allowance,
)
from selfcheck_tools.rules._rule import Collection, Context, Judged, Rule, Value

RULES: tuple[Rule, ...] = (
    no_questions.rule,
    missing_answer.rule,
    placeholder_answer.rule,
    duplicate_question.rule,
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
    unused_allowance.rule,
    unknown_allowance.rule,
    expired_allowance.rule,
)

__all__ = ["RULES", "Collection", "Context", "Judged", "Rule", "Value"]
