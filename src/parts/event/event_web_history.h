/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of events only: what an event said before, and its facts in words. */
#pragma once

#include "parts/event/event_web.h"

/* Changes from version to version, the newest first. A version whose texts are gone says so. */
NODISCARD enum err event_web_history(struct req *rq, const struct event_names *names,
                                     const struct event_one *one, struct page_history *out);
/* What differs between two contents, in words. At most 10. */
NODISCARD enum err event_web_changes(struct req *rq, const struct event_names *names,
                                     const struct event *before, const struct event *after,
                                     struct page_change **out, size_t *out_n);
NODISCARD enum err event_web_facts(struct req *rq, const struct event_names *names,
                                   const struct event *e, struct page_facts *out);
