"""What Google's refusals of changes mean to us, as tables.

Codes: Google Ads API reference, v26, `errors` (October 2026).
"""

from collections.abc import Mapping

from ...ads.errors import Invalid, Rejected, Unsupported
from .refusals import NOT_PERMITTED, Refusal

_TOO_LITTLE = Refusal(Invalid, "Google takes no budget as small as this.", "Give a larger budget.")
_TOO_MUCH = Refusal(Invalid, "Google takes no budget as large as this.", "Give a smaller budget.")
_STEP = Refusal(
    Invalid,
    "The budget is no multiple of the smallest amount that Google bills in this currency.",
    "Round it to a whole number, or to tenths.",
)
_CURRENCY = Refusal(Invalid, "The budget is not in the account's currency.", "Give it in the account's currency.")
_NO_LIFETIME = Refusal(
    Unsupported, "Google takes no lifetime budget for this account or kind of campaign.", "Give a daily budget."
)
_OTHER_PERIOD = Refusal(
    Unsupported,
    "Google never turns a daily budget into a lifetime one, nor back.",
    "Look at the campaign again and change the budget it has, or create another campaign.",
)
_NOT_ALONE = Refusal(
    Unsupported,
    "The budget is, or cannot be, shared between campaigns.",
    "Look at the campaign again; change shared budgets in Google Ads.",
)
# The one who made it may have been this very change, carried out although its answer got lost on the way.
_TAG_TAKEN = Refusal(
    Rejected,
    "A budget of this name exists already.",
    "See whether the campaign exists before anything else.",
    sure=False,
)
_NAME_TAKEN = Refusal(
    Invalid,
    "Another campaign that is not removed has this name, and Google lets no two have the same.",
    "Give another name, or use the campaign that has this one.",
)
_NAME = Refusal(Invalid, "Google does not take this name.", "Give a shorter or plainer one.")
_PAST = Refusal(Invalid, "Google takes no day that is over.", "Give days from today on, in the account's time zone.")
_BEGUN = Refusal(Invalid, "The campaign has begun, so its first day stays.", "Leave starts out.")
_ORDER = Refusal(Invalid, "The campaign would end before it begins.", "Put the last day after the first.")
_TOO_FAR = Refusal(Invalid, "The last day is too far away.", "End earlier, or leave the end open.")
_TOO_LONG = Refusal(
    Invalid,
    "The campaign lasts longer than Google lets a lifetime budget last.",
    "End earlier, or give it a daily budget.",
)
_NO_END = Refusal(Invalid, "On Google Ads, a lifetime budget needs a last day.", "Say when the campaign ends.")
_ENDED = Refusal(Invalid, "The campaign is over.", "Move its last day into the future first.")
_ARCHIVED = Refusal(
    Invalid,
    "The campaign or its budget was removed, and on Google Ads nothing brings it back or changes it.",
    "Create a new campaign instead.",
)
_STATUS = Refusal(Invalid, "Google does not let this campaign's status change so.", "Look at the campaign again.")
_EXPERIMENT = Refusal(
    Unsupported, "The campaign is part of an experiment.", "End the experiment first, or change it in Google Ads."
)
_BIDDING = Refusal(
    Unsupported,
    "This account cannot have a campaign of this kind.",
    "Choose another objective; traffic works for most accounts.",
)
_CONVERSIONS = Refusal(
    Rejected,
    "The account counts no conversions, or too few of them.",
    "Set up conversion tracking in Google Ads, or choose the objective traffic.",
)
_AGREEMENT = Refusal(
    Rejected,
    "Google wants an agreement or declaration from the account's owner first.",
    "Sign in to Google Ads and settle what it asks for, then try again.",
)
_FULL = Refusal(
    Rejected,
    "The account has as many of these as Google allows.",
    "Remove campaigns that are no longer needed.",
)
_KIND = Refusal(Unsupported, "Google does not let this kind of campaign be changed so.", "Change it in Google Ads.")

BY_CODE: Mapping[str, Refusal] = {
    "campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM": _TOO_LITTLE,
    "campaignBudgetError.MONEY_AMOUNT_LESS_THAN_CURRENCY_MINIMUM_CPC": _TOO_LITTLE,
    "campaignBudgetError.NEGATIVE_MONEY_AMOUNT": _TOO_LITTLE,
    "campaignBudgetError.MONEY_AMOUNT_TOO_LARGE": _TOO_MUCH,
    "campaignBudgetError.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT": _STEP,
    "campaignBudgetError.MONEY_AMOUNT_IN_WRONG_CURRENCY": _CURRENCY,
    "campaignBudgetError.DUPLICATE_NAME": _TAG_TAKEN,
    "campaignBudgetError.CAMPAIGN_BUDGET_REMOVED": _ARCHIVED,
    "campaignBudgetError.CAMPAIGN_BUDGET_PERIOD_NOT_AVAILABLE": _NO_LIFETIME,
    "campaignBudgetError.INVALID_PERIOD": _NO_LIFETIME,
    "campaignBudgetError.TOTAL_BUDGET_AMOUNT_MUST_BE_UNSET_FOR_BUDGET_PERIOD_DAILY": _OTHER_PERIOD,
    "campaignBudgetError.BUDGET_AMOUNT_MUST_BE_UNSET_FOR_CUSTOM_BUDGET_PERIOD": _OTHER_PERIOD,
    "campaignBudgetError.CAMPAIGN_BUDGET_CANNOT_BE_SHARED": _NOT_ALONE,
    "campaignBudgetError.CANNOT_USE_IMPLICITLY_SHARED_CAMPAIGN_BUDGET_WITH_MULTIPLE_CAMPAIGNS": _NOT_ALONE,
    "campaignBudgetError.CANNOT_MODIFY_FIELD_OF_IMPLICITLY_SHARED_CAMPAIGN_BUDGET": _KIND,
    "campaignError.CANNOT_CHANGE_BUDGET_PERIOD": _OTHER_PERIOD,
    "campaignError.INCOMPATIBLE_BUDGET_TYPE": _NO_LIFETIME,
    "campaignError.NOT_COMPATIBLE_WITH_BUDGET_TYPE": _NO_LIFETIME,
    "campaignError.DURATION_TOO_LONG_FOR_TOTAL_BUDGET": _TOO_LONG,
    "campaignError.END_DATE_TIME_REQUIRED_FOR_TOTAL_BUDGET": _NO_END,
    "campaignError.DUPLICATE_CAMPAIGN_NAME": _NAME_TAKEN,
    "campaignError.INVALID_CAMPAIGN_NAME": _NAME,
    "campaignError.CANNOT_SET_DATE_TO_PAST": _PAST,
    "campaignError.CANNOT_MODIFY_START_DATE_IF_ALREADY_STARTED": _BEGUN,
    "campaignError.INVALID_OPERATION_IF_SERVING_STATUS_HAS_ENDED": _ENDED,
    "campaignError.INVALID_STATUS_CHANGE": _STATUS,
    "campaignError.CANNOT_MODIFY_FOR_TRIAL_CAMPAIGN": _EXPERIMENT,
    "campaignError.CAMPAIGN_DURATION_MUST_CONTAIN_ALL_RUNNABLE_TRIALS": _EXPERIMENT,
    "campaignError.CANNOT_CHANGE_BUDGET_ON_CAMPAIGN_WITH_TRIALS": _EXPERIMENT,
    "campaignError.ADVERTISING_CHANNEL_TYPE_NOT_AVAILABLE_FOR_ACCOUNT_TYPE": _BIDDING,
    "campaignError.CONVERSION_TRACKING_NOT_ENABLED": _CONVERSIONS,
    "campaignError.NOT_ENOUGH_CONVERSIONS": _CONVERSIONS,
    "campaignError.AT_LEAST_ONE_CONVERSION_MUST_BE_SELECTED": _CONVERSIONS,
    "campaignError.HEC_AGREEMENT_REQUIRED": _AGREEMENT,
    "mutateError.EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED": _AGREEMENT,
    "mutateError.MUTATE_NOT_ALLOWED": _KIND,
    "mutateError.RESOURCE_NOT_IN_GOOGLE_ADS": _KIND,
    "mutateError.RESOURCE_READ_ONLY": _KIND,
    "biddingError.BIDDING_STRATEGY_NOT_AVAILABLE_FOR_ACCOUNT_TYPE": _BIDDING,
    "biddingError.CANNOT_CREATE_CAMPAIGN_WITH_BIDDING_STRATEGY": _BIDDING,
    "biddingError.BIDDING_STRATEGY_TYPE_INCOMPATIBLE_WITH_SHARED_BUDGET": _NOT_ALONE,
    "dateRangeError.CANNOT_SET_DATE_TO_PAST": _PAST,
    "dateRangeError.CANNOT_MODIFY_START_DATE_IF_ALREADY_STARTED": _BEGUN,
    "dateRangeError.START_DATE_AFTER_END_DATE": _ORDER,
    "dateRangeError.AFTER_MAXIMUM_ALLOWABLE_DATE": _TOO_FAR,
    "dateError.LATER_THAN_MAXIMUM_DATE": _TOO_FAR,
    "dateError.DATE_RANGE_MINIMUM_DATE_LATER_THAN_MAXIMUM_DATE": _ORDER,
    "contextError.OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE": _ARCHIVED,
    "contextError.OPERATION_NOT_PERMITTED_FOR_CONTEXT": _KIND,
    "operationAccessDeniedError.OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE": _ARCHIVED,
    "operationAccessDeniedError.OPERATION_NOT_PERMITTED_FOR_CAMPAIGN_TYPE": _KIND,
}

BY_CATEGORY: Mapping[str, Refusal] = {
    "operationAccessDeniedError": NOT_PERMITTED,
    "resourceCountLimitExceededError": _FULL,
    # A campaign's name is the only text that is sent.
    "stringFormatError": _NAME,
    "stringLengthError": _NAME,
}
