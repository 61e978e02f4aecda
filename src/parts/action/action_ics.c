/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Actions as a calendar (RFC 5545): the day they begin and the day they are to be done. Titles and
 * links only: what is written about the problem stays in the program. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "parts/action/action_web.h"

#define LINE_MOST 75 /* octets of a content line, without its end */

/* Writes the line folded: no character is cut in two. */
static void put_line(struct buf *out, const char *line)
{
    size_t room = LINE_MOST;
    while (*line) {
        const char *p = line, *next = line;
        while (*p) {
            next = p;
            utf8_next(&next);
            if ((size_t)(next - line) > room)
                break;
            p = next;
        }
        buf_add(out, line, (size_t)(p - line));
        buf_puts(out, "\r\n");
        line = p;
        if (*line)
            buf_putc(out, ' ');
        room = LINE_MOST - 1;
    }
}

static void put_text(struct buf *out, const char *name, const char *value)
{
    struct buf b = buf_init(16 * 1024);
    buf_puts(&b, name);
    buf_putc(&b, ':');
    for (const char *p = value; *p; p++) {
        if (*p == '\\' || *p == ';' || *p == ',')
            buf_putc(&b, '\\');
        if (*p == '\n')
            buf_puts(&b, "\\n");
        else if ((unsigned char)*p >= ' ')
            buf_putc(&b, *p);
    }
    put_line(out, buf_text(&b));
    if (buf_err(&b) && !out->err)
        out->err = buf_err(&b);
    buf_done(&b);
}

static void put_day(struct buf *out, const char *name, struct date d)
{
    char line[64];
    snprintf(line, sizeof line, "%s;VALUE=DATE:%04d%02d%02d", name, d.year, d.month, d.day);
    put_line(out, line);
}

static void put_stamp(struct buf *out, const char *name, msec t)
{
    char iso[TIME_TEXT], line[64];
    time_iso_utc(t - t % MSEC_SECOND, iso); /* 2026-11-14T08:03:07Z */
    snprintf(line, sizeof line, "%s:%.4s%.2s%.2sT%.2s%.2s%.2sZ", name, iso, iso + 5, iso + 8,
             iso + 11, iso + 14, iso + 17);
    put_line(out, line);
}

static void put_event(const struct action_ics *c, const struct action *x, bool due, struct buf *out)
{
    char id[ID_TEXT], uid[96], title[4 * ACTION_TITLE_MOST + 64], link[512];
    struct date day = date_of_msec(due ? x->ends_at - 1 : x->starts_at);
    id_text(x->id, id);
    snprintf(uid, sizeof uid, "%s-%s@samsyn", id, due ? "due" : "start");
    struct text_arg arg = text_arg_text(x->title);
    text_expand(title, sizeof title, text_get(c->lang, due ? T_action_ics_due : T_action_ics_start),
                &arg, 1);
    snprintf(link, sizeof link, "%s%s", c->base, id);
    buf_puts(out, "BEGIN:VEVENT\r\n");
    put_text(out, "UID", uid);
    put_stamp(out, "DTSTAMP", c->now);
    put_stamp(out, "LAST-MODIFIED", x->changed_at);
    put_day(out, "DTSTART", day);
    put_day(out, "DTEND", date_add(day, 1));
    put_text(out, "SUMMARY", title);
    put_text(out, "URL", link);
    snprintf(uid, sizeof uid, "SEQUENCE:%lld", (long long)x->version);
    put_line(out, uid);
    buf_puts(out, "TRANSP:TRANSPARENT\r\n");
    if (x->yearly) /* a day that most years do not have would come every fourth: the last of
                      February */
        buf_puts(out, day.month == 2 && day.day == 29
                          ? "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1\r\n"
                          : "RRULE:FREQ=YEARLY\r\n");
    if (x->state == ACTION_DROPPED)
        buf_puts(out, "STATUS:CANCELLED\r\n");
    buf_puts(out, "END:VEVENT\r\n");
}

void action_ics_write(const struct action_ics *c, const struct action *const *list, size_t n,
                      struct buf *out)
{
    buf_puts(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Samsyn//Samsyn//SV\r\n"
                  "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    put_text(out, "X-WR-CALNAME", c->name);
    for (size_t i = 0; i < n; i++) {
        put_event(c, list[i], false, out);
        put_event(c, list[i], true, out);
    }
    buf_puts(out, "END:VCALENDAR\r\n");
}
