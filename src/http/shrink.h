/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside http only: answers made smaller on their way. */
#pragma once

#include "http/http.h"

/* Packs what a route with ROUTE_SHRINK has written, when the client takes gzip and it gains. On any
 * failure the answer stays as it is. */
void shrink_answer(struct req *rq);
