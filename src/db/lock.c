/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who may write to the SQLite file: at most one connection at a time, over all processes.
 *
 * The versions of SQLite in use can corrupt a database when two connections write or checkpoint at
 * once (see doc/dependencies.md), so the writing connection exists only while FILE-lock is held. A
 * process that wants it holds FILE-want; the owner looks there between groups and, when somebody
 * waits, closes its connection and hands the lock over. So a command can write while a server runs,
 * and neither starves. The system frees both locks when a process dies. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/engine.h"

#define TURN 25 /* ms that a turn lasts at least: changing hands costs a checkpoint */

static int open_one(const char *db_path, const char *end)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s-%s", db_path, end) >= (int)sizeof path)
        return -1;
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

enum err lock_open(struct db *db)
{
    db->lock_fd = db->want_fd = -1;
    if (db->kind != DB_SQLITE || db->options.read_only)
        return ERR_OK;
    db->lock_fd = open_one(db->path, "lock");
    if (db->lock_fd < 0)
        return err_of_errno(errno);
    db->want_fd = open_one(db->path, "want");
    return db->want_fd < 0 ? err_of_errno(errno) : ERR_OK;
}

void lock_close(struct db *db)
{
    if (db->lock_fd >= 0)
        close(db->lock_fd);
    if (db->want_fd >= 0)
        close(db->want_fd);
}

static bool take_before(int fd, int64_t until)
{
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (time_monotonic() > until)
            return false;
        struct timespec pause = {0, 2000000};
        nanosleep(&pause, NULL);
    }
    return true;
}

enum err lock_take(struct db *db, int64_t patience)
{
    if (db->lock_fd < 0 || db->lock_held)
        return ERR_OK;
    int64_t until = time_monotonic() + patience;
    if (!take_before(db->want_fd, until))
        return ERR_BUSY;
    db->lock_held = take_before(db->lock_fd, until);
    flock(db->want_fd, LOCK_UN);
    db->lock_since = time_monotonic();
    return db->lock_held ? ERR_OK : ERR_BUSY;
}

bool lock_wanted(struct db *db)
{
    if (!db->lock_held || time_monotonic() - db->lock_since < TURN)
        return false;
    if (flock(db->want_fd, LOCK_EX | LOCK_NB) != 0)
        return true;
    flock(db->want_fd, LOCK_UN);
    return false;
}

void lock_release(struct db *db)
{
    if (db->lock_held)
        flock(db->lock_fd, LOCK_UN);
    db->lock_held = false;
}
