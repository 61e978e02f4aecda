/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a strict reader of HTTP/1.1 refuses and libmicrohttpd 0.9.75 accepts: two Content-Length or
 * Host headers, a length beside chunks, signs in numbers, NUL bytes, control characters, odd
 * transfer codings. All of these end the connection, since two readers could disagree on where the
 * next request begins. */
#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/server.h"

struct framing {
    int hosts, lengths, codings, headers;
    size_t bytes;
    bool bad;
};

static bool token(const char *s, size_t n)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr(marks, c)))
            return false;
    }
    return n > 0;
}

static enum MHD_Result look(void *cls, enum MHD_ValueKind kind, const char *key, size_t n_key,
                            const char *value, size_t n)
{
    (void)kind;
    struct framing *f = cls;
    f->headers++;
    f->bytes += n_key + n;
    f->bad = f->bad || !token(key, n_key);
    for (size_t i = 0; i < n; i++)
        f->bad = f->bad || ((unsigned char)value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7F;
    if (strcasecmp(key, "Host") == 0) {
        f->hosts++;
        f->bad = f->bad || n == 0 || n > 255 || strpbrk(value, " /\\@,?#<>\"") != NULL;
    } else if (strcasecmp(key, "Content-Length") == 0) {
        f->lengths++;
        f->bad = f->bad || n == 0 || n > 12 || strspn(value, "0123456789") != n;
    } else if (strcasecmp(key, "Transfer-Encoding") == 0) {
        f->codings++;
        f->bad = f->bad || strcasecmp(value, "chunked") != 0;
    }
    return f->bad ? MHD_NO : MHD_YES;
}

enum err guard_framing(struct MHD_Connection *c, const char *version)
{
    struct framing f = {0};
    if (!str_eq(version, "HTTP/1.1") && !str_eq(version, "HTTP/1.0"))
        return ERR_USAGE;
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, look, &f);
    bool old = str_eq(version, "HTTP/1.0");
    if (f.bad || f.hosts > 1 || (f.hosts == 0 && !old) || f.lengths > 1 || f.codings > 1 ||
        (f.lengths && f.codings) || (old && f.codings) || f.headers > 64 || f.bytes > 32 * 1024)
        return ERR_USAGE;
    return ERR_OK;
}

static const char *peer(struct exchange *x, struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info && info->client_addr && info->client_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)info->client_addr)->sin_addr, text,
                  sizeof text);
    else if (info && info->client_addr && info->client_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr, text,
                  sizeof text);
    return arena_strdup(x->rq.arena, text);
}

struct last {
    const char *name, *value;
};

static enum MHD_Result keep_last(void *cls, enum MHD_ValueKind kind, const char *key,
                                 const char *value)
{
    (void)kind;
    struct last *l = cls;
    if (strcasecmp(key, l->name) == 0)
        l->value = value;
    return MHD_YES;
}

/* The last header of that name: some proxies add their own after what the client sent. */
static const char *last_header(struct MHD_Connection *c, const char *name)
{
    struct last l = {name, NULL};
    MHD_get_connection_values(c, MHD_HEADER_KIND, keep_last, &l);
    return l.value;
}

void guard_client(struct exchange *x, struct MHD_Connection *c)
{
    const char *address = peer(x, c);
    x->rq.client = address ? address : "";
    if (!x->server->proxy || !str_eq(x->rq.client, x->server->proxy))
        return;
    const char *proto = last_header(c, "X-Forwarded-Proto");
    x->rq.secure = proto && strcasecmp(proto, "https") == 0;
    const char *chain = last_header(c, "X-Forwarded-For");
    if (chain) { /* the last is what our proxy saw */
        const char *last = strrchr(chain, ',');
        const char *said = str_trim(x->rq.arena, last ? last + 1 : chain);
        if (said && *said)
            x->rq.client = said;
    }
}
