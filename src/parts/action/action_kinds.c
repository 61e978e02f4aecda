/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/action/action_kinds.h"

#include "base/mem.h"
#include "base/str.h"

const struct action_kind action_kinds[] = {
    {"lighting", T_action_kind_lighting, T_action_known_lighting,
     "Welsh och Farrington, Effects of improved street lighting on crime, Campbell Systematic "
     "Reviews 2008:13",
     true},
    {"clearing", T_action_kind_clearing, T_action_known_clearing, NULL, true},
    {"surveillance", T_action_kind_surveillance, T_action_known_surveillance, NULL, false},
    {"camera", T_action_kind_camera, T_action_known_camera,
     "Welsh och Farrington, Effects of closed circuit television surveillance on crime, Campbell "
     "Systematic Reviews 2008:17; Piza m.fl., Criminology & Public Policy 2019",
     true},
    {"access", T_action_kind_access, T_action_known_access, NULL, true},
    {"repair", T_action_kind_repair, T_action_known_repair, NULL, false},
    {"hotspot", T_action_kind_hotspot, T_action_known_hotspot,
     "Braga, Turchan, Papachristos och Hureau, Hot spots policing of small geographic areas, "
     "Campbell Systematic Reviews 2019",
     false},
    {"problem", T_action_kind_problem, T_action_known_problem,
     "Hinkle, Weisburd, Telep och Petersen, Problem-oriented policing for reducing crime and "
     "disorder, Campbell Systematic Reviews 2020",
     false},
    {"watch", T_action_kind_watch, T_action_known_watch,
     "Bennett, Holloway och Farrington, The effectiveness of neighborhood watch, Campbell "
     "Systematic Reviews 2008:18; Brå, Grannsamverkans effekter på brottsligheten, 2008",
     false},
    {"night_walk", T_action_kind_night_walk, T_action_known_night_walk, NULL, false},
    {"mentoring", T_action_kind_mentoring, T_action_known_mentoring,
     "Tolan, Henry, Schoeny, Bass m.fl., Mentoring interventions to affect juvenile delinquency "
     "and associated problems, Campbell Systematic Reviews 2013:10",
     false},
    {"activities", T_action_kind_activities, T_action_known_activities, NULL, false},
    {"traffic", T_action_kind_traffic, T_action_known_traffic, NULL, false},
    {"information", T_action_kind_information, T_action_known_information, NULL, false},
    {"other", T_action_kind_other, T_action_known_other, NULL, false},
};
const size_t action_kinds_n = ARRAY_LEN(action_kinds);

const struct action_kind *action_kind_find(const char *code)
{
    for (size_t i = 0; i < action_kinds_n; i++)
        if (str_eq(action_kinds[i].code, code))
            return &action_kinds[i];
    return NULL;
}
