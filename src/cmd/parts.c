/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts that this program is made of. A new one is one line here. */
#include <stddef.h>

#include "cmd/cmd.h"
#include "parts/account/account.h"
#include "parts/action/action.h"
#include "parts/bulletin/bulletin.h"
#include "parts/changes/changes.h"
#include "parts/citizen/citizen.h"
#include "parts/event/event_part.h"
#include "parts/exercise/exercise_store.h"
#include "parts/explore/explore.h"
#include "parts/feedback/feedback.h"
#include "parts/import/import.h"
#include "parts/meeting/meeting.h"
#include "parts/methods/methods.h"
#include "parts/photo/photo.h"
#include "parts/picture/picture.h"
#include "parts/review/review.h"
#include "parts/settings/settings.h"
#include "parts/site/site.h"
#include "parts/startkit/startkit.h"
#include "parts/voices/voices.h"

/* Who comes to a municipality begins at the first of them that has a place in the navigation and
 * that they may enter. In the navigation they stand by `nav_rank`. */
const struct part *const all_parts[] = {
    &account_part,       &changes_part,   &picture_part,     &meeting_part, &action_part,
    &report_part,        &feedback_part,  &review_mine_part, &review_part,  &event_part,
    &feedback_desk_part, &event_web_part, &citizen_part,     &explore_part, &exercise_part,
    &import_part,        &site_part,      &settings_part,    &methods_part, &photo_part,
    &startkit_part,      &bulletin_part,  &voices_part,      NULL,
};
