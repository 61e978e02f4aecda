/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "cmd/cmd.h"
#include "http/http.h"

/* Takes the socket that systemd listens on for us, when there is one: sets listen_fd and address.
 * Answers 0 (also when systemd handed nothing over), or the exit code after having said what was
 * wrong. */
int cmd_take_socket(const struct cmd_call *c, struct http_options *o);
