/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The socket that systemd listens on for us. */
#include <netdb.h>
#include <sys/socket.h>

#include <systemd/sd-daemon.h>

#include "base/mem.h"
#include "cmd/activate.h"

int cmd_take_socket(const struct cmd_call *c, struct http_options *o)
{
    int n = sd_listen_fds(1), fd = SD_LISTEN_FDS_START;
    if (n <= 0)
        return 0;
    if (n > 1)
        return cmd_fail(c,
                        CTF(c, cmd_sockets_many,
                            arena_printf(c->a, "%d", n))); /* nobody would answer on the others */
    struct sockaddr_storage a;
    socklen_t size = sizeof a;
    char host[64];
    if (sd_is_socket_inet(fd, AF_UNSPEC, SOCK_STREAM, 1, 0) <= 0 ||
        getsockname(fd, (struct sockaddr *)&a, &size) != 0 ||
        getnameinfo((struct sockaddr *)&a, size, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
        return cmd_fail(c, CT(c, cmd_socket_wrong));
    o->listen_fd = fd;
    o->address = arena_strdup(c->a, host);
    return o->address ? 0 : cmd_error(c, ERR_NOMEM, NULL);
}
