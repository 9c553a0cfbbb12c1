"""The rules, in the order of the manual. Adding one touches its module and the list here."""

from selfcheck_tools.rules import (
    broken_image,
    duplicate_option,
    duplicate_question,
    empty_option,
    malformed_checkbox,
    malformed_cloze,
    malformed_front_matter,
    malformed_heading,
    miscounted_options,
    misplaced_option,
    missing_alt_text,
    missing_answer,
    missing_correct_option,
    no_questions,
    placeholder_answer,
    question_number,
    single_option,
    unclosed_details,
    unclosed_fence,
    unknown_metadata,
    unknown_solution,
    unparsed_text,
)
from selfcheck_tools.rules._rule import Collection, Context, Rule

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
    missing_correct_option.rule,
    miscounted_options.rule,
    unknown_solution.rule,
    single_option.rule,
    empty_option.rule,
    duplicate_option.rule,
    malformed_checkbox.rule,
    malformed_cloze.rule,
    misplaced_option.rule,
    malformed_front_matter.rule,
    unknown_metadata.rule,
    unparsed_text.rule,
)

__all__ = ["RULES", "Collection", "Context", "Rule"]
