/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/str.h"
#include "core/textguard.h"
#include "parts/review/review.h"

static const char *const names[REVIEW_KINDS] = {
    [REVIEW_ACCEPT] = "accept",   [REVIEW_LINK] = "link",     [REVIEW_UNLINK] = "unlink",
    [REVIEW_STRIKE] = "strike",   [REVIEW_REDACT] = "redact", [REVIEW_ASK] = "ask",
    [REVIEW_FORWARD] = "forward", [REVIEW_REJECT] = "reject", [REVIEW_OVERRIDE] = "override",
    [REVIEW_KEEP] = "keep",
};

const char *review_kind_name(enum review_kind k)
{
    return names[k];
}

bool review_kind_parse(const char *name, enum review_kind *out)
{
    for (int k = 0; k < REVIEW_KINDS; k++)
        if (name && str_eq(names[k], name)) {
            *out = (enum review_kind)k;
            return true;
        }
    return false;
}

bool review_points(const char *text)
{
    struct guard_span one;
    return text && guard_find(text, strlen(text), &one, 1) > 0;
}
