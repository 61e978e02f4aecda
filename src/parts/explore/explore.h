/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Analys: a person picks a question in plain words, and the methods of parts/analysis answer it on
 * the municipality's own events.
 *
 *     address --explore_ask_read()--> struct explore_ask --explore_rows()--> table
 *             --explore_run()--> struct explore_answer --pages, tiles, files
 *
 * The work is done by a thread of its own (explore_keep.c) and what it found is kept by the exact
 * question and the state of the events. Method and limits: doc/explore.md. */
#pragma once

struct part;
extern const struct part explore_part;
