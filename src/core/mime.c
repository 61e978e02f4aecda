/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/mime.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"

#define LINE_MAX_CHARS 76
#define SUBJECT_MAX 200

static bool alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Letters, digits and some signs; dots only between them. */
static bool local_valid(const char *s, size_t n)
{
    if (n == 0 || n > 64 || s[0] == '.' || s[n - 1] == '.')
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '.' && s[i - 1] == '.')
            return false;
        if (!alnum(s[i]) && (s[i] == 0 || !strchr(".!#$%&'*+/=?^_`{|}~-", s[i])))
            return false;
    }
    return true;
}

static bool domain_valid(const char *s)
{
    size_t label = 0, labels = 0;
    bool letter = false; /* the last label must not be a number */
    for (const char *p = s;; p++) {
        if (*p == '.' || *p == 0) {
            if (label == 0 || label > 63 || p[-1] == '-')
                return false;
            labels++;
            if (*p == 0)
                return labels >= 2 && letter;
            label = 0;
            letter = false;
            continue;
        }
        if (!alnum(*p) && !(*p == '-' && label > 0))
            return false;
        letter = letter || !(*p >= '0' && *p <= '9');
        label++;
    }
}

bool mail_address_valid(const char *s)
{
    const char *at = s ? strchr(s, '@') : NULL;
    return at && strlen(s) <= 254 && local_valid(s, (size_t)(at - s)) && domain_valid(at + 1);
}

static bool header_text_valid(const char *s)
{
    if (!utf8_valid(s, strlen(s)) || utf8_len(s) > SUBJECT_MAX)
        return false;
    for (const unsigned char *p = (const unsigned char *)s; *p; p++)
        if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0))
            return false;
    return true;
}

static void base64_put(struct buf *out, const char *s, size_t n)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = (const unsigned char *)s;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                     (i + 2 < n ? p[i + 2] : 0);
        buf_putc(out, set[v >> 18]);
        buf_putc(out, set[v >> 12 & 63]);
        buf_putc(out, i + 1 < n ? set[v >> 6 & 63] : '=');
        buf_putc(out, i + 2 < n ? set[v & 63] : '=');
    }
}

/* Plain ASCII short enough goes as it is; anything else as encoded words of at most 39 bytes of
 * text each (RFC 2047: 75 characters), never cut inside a character, one a line. */
static void put_header_text(struct buf *out, const char *s, bool quoted)
{
    bool plain = strlen(s) <= 60 && !strstr(s, "=?");
    for (const char *p = s; *p; p++)
        plain = plain && (unsigned char)*p < 0x80 && !(quoted && (*p == '"' || *p == '\\'));
    if (plain) {
        buf_printf(out, quoted ? "\"%s\"" : "%s", s);
        return;
    }
    const char *start = s;
    while (*start) {
        const char *end = start;
        while (*end) {
            const char *next = end;
            utf8_next(&next);
            if (next - start > 39)
                break;
            end = next;
        }
        if (start != s)
            buf_puts(out, "\r\n ");
        buf_puts(out, "=?UTF-8?B?");
        base64_put(out, start, (size_t)(end - start));
        buf_puts(out, "?=");
        start = end;
    }
}

/* Quoted-printable. A blank at the end of a line is encoded, or it would be lost on the way; a
 * point or "From" at the start likewise, so that no server between touches the line. */
static void put_body(struct buf *out, const char *s)
{
    int column = 0;
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '\r' && s[1] == '\n')
            continue;
        if (c == '\n') {
            buf_puts(out, "\r\n");
            column = 0;
            continue;
        }
        bool last = s[1] == '\n' || s[1] == 0 || (s[1] == '\r' && s[2] == '\n');
        bool plain = (c > ' ' && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !last);
        if (column == 0 && (c == '.' || str_starts(s, "From ")))
            plain = false;
        int width = plain ? 1 : 3;
        if (column + width > LINE_MAX_CHARS - 1) {
            buf_puts(out, "=\r\n");
            column = 0;
            if (c == '.')
                plain = false, width = 3;
        }
        if (plain)
            buf_putc(out, (char)c);
        else
            buf_printf(out, "=%02X", c);
        column += width;
    }
    if (column > 0)
        buf_puts(out, "\r\n");
}

static void put_date(struct buf *out, msec t)
{
    static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_from_msec(t);
    buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +%02d00\r\n", days[c.weekday - 1], c.day,
               months[c.month - 1], c.year, c.hour, c.minute, c.second, c.offset / 60);
}

/* Plain ASCII without what could end the header or the address. */
static bool stop_valid(const char *s)
{
    if (!str_starts(s, "https://") && !str_starts(s, "http://"))
        return false;
    for (; *s; s++)
        if (*s <= ' ' || *s >= 127 || *s == '<' || *s == '>')
            return false;
    return true;
}

enum err mail_write(const struct mail *m, struct buf *out)
{
    assert(m && out && m->subject && m->body);
    if (!mail_address_valid(m->from) || !mail_address_valid(m->to) ||
        !header_text_valid(m->subject) || (m->from_name && !header_text_valid(m->from_name)) ||
        (m->stop && !stop_valid(m->stop)))
        return ERR_INVALID;
    if (!utf8_valid(m->body, strlen(m->body)))
        return ERR_INVALID;
    char id[ID_TEXT];
    id_text(m->id, id);
    put_date(out, m->at);
    buf_puts(out, "From: ");
    if (!str_empty(m->from_name)) {
        put_header_text(out, m->from_name, true);
        buf_puts(out, "\r\n ");
    }
    buf_printf(out, "<%s>\r\nTo: <%s>\r\nSubject: ", m->from, m->to);
    put_header_text(out, m->subject, false);
    buf_printf(out, "\r\nMessage-ID: <%s@%s>\r\n", id, strchr(m->from, '@') + 1);
    if (m->stop)
        buf_printf(out,
                   "List-Unsubscribe:\r\n <%s>\r\n"
                   "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                   m->stop);
    buf_puts(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n"
                  "Auto-Submitted: auto-generated\r\n\r\n");
    put_body(out, m->body);
    return buf_err(out);
}
