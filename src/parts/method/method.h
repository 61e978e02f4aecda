/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How we count: a page for each method of doc/methods, for everybody. The pages are made of those
 * files by tools/methodgen.py; the short plain texts stand in po/. */
#pragma once

struct part;
extern const struct part method_part;

/* "/metoder/gistar" of "gistar". */
#define METHOD_PATH(name) "/metoder/" name
