/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The whole way: the program samsyn-convert in its sandbox, and what comes back. */
#include "convert_fixture.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static int file_of(const void *data, size_t n)
{
    char name[] = "/tmp/convert-test-XXXXXX";
    int fd = mkstemp(name);
    CHECK(fd >= 0);
    unlink(name);
    CHECK(write(fd, data, n) == (ssize_t)n);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static struct convert_job *start(enum convert_format f, const char *s)
{
    int fd = file_of(s, strlen(s));
    struct convert_options o = {.format = f, .fd = fd};
    struct convert_job *job = NULL;
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    CHECK_INT(convert_start(&o, &job), ERR_OK);
    close(fd);
    return job;
}

static bool no_children(void)
{
    return waitpid(-1, NULL, WNOHANG) == -1;
}

TEST(job_reads_rows_from_the_sandbox)
{
    AUTO(convert_freep) struct convert_job *job = start(CONVERT_CSV, "a;b\n1;två\n3\n");
    const struct convert_header *h;
    const struct convert_item *it;
    CHECK_INT(convert_header(job, &h), ERR_OK);
    CHECK(h->columns == 2 && h->format == CONVERT_CSV);
    CHECK_TEXT(h->names[1], "b");
    CHECK(h->sandbox & CONVERT_SANDBOX_LIMITS);
    CHECK_INT(convert_next(job, &it), ERR_OK);
    CHECK(it->kind == CONVERT_ROW && it->number == 2);
    CHECK_TEXT(it->cells[1], "två");
    CHECK_INT(convert_next(job, &it), ERR_OK);
    CHECK(it->kind == CONVERT_PROBLEM && it->fault == CONVERT_FAULT_ROW_SHORT);
    CHECK_INT(convert_next(job, &it), ERR_OK);
    CHECK(it == NULL);
    CHECK_INT(convert_next(job, &it), ERR_OK);
    CHECK(it == NULL);
    uint64_t done, total;
    convert_progress(job, &done, &total);
    CHECK(done == 13 && total == 13);
    CHECK(convert_totals(job).rows == 1 && convert_totals(job).problems == 1);
}

TEST(job_is_locked_up_unless_told_otherwise)
{
    AUTO(convert_freep) struct convert_job *job = start(CONVERT_CSV, "a;b\n");
    const struct convert_header *h;
    CHECK_INT(convert_header(job, &h), ERR_OK);
    uint32_t need = CONVERT_SANDBOX_SECCOMP | CONVERT_SANDBOX_PRIVS | CONVERT_SANDBOX_LIMITS;
    const char *mode = getenv("SAMSYN_SANDBOX");
    if (!mode || strcmp(mode, "off") != 0)
        CHECK((h->sandbox & need) == need);
}

TEST(job_says_what_is_wrong_with_a_file)
{
    AUTO(convert_freep) struct convert_job *job = start(CONVERT_POLICE_API, "[{\"id\": 1},\n{]");
    const struct convert_header *h;
    CHECK_INT(convert_header(job, &h), ERR_INVALID);
    CHECK(convert_error(job)->fault == CONVERT_FAULT_JSON && convert_error(job)->position == 2);
    const struct convert_item *it;
    CHECK_INT(convert_next(job, &it), ERR_INVALID);
}

TEST(job_leaves_no_process_behind)
{
    struct buf big = buf_init(8u << 20);
    buf_puts(&big, "a;b\n");
    for (int i = 0; i < 300000; i++)
        buf_puts(&big, "11111111;2222222\n");
    struct convert_job *job = start(CONVERT_CSV, big.data);
    const struct convert_header *h;
    const struct convert_item *it;
    CHECK_INT(convert_header(job, &h), ERR_OK);
    convert_free(job); /* in the middle */
    CHECK(no_children());

    job = start(CONVERT_CSV, big.data);
    CHECK_INT(convert_next(job, &it), ERR_OK);
    convert_cancel(job);
    CHECK_INT(convert_next(job, &it), ERR_CANCELLED);
    convert_free(job);
    CHECK(no_children());
    buf_done(&big);
}

static enum err start_path(const char *path, const char *program)
{
    struct convert_options o = {.format = CONVERT_CSV, .path = path};
    struct convert_job *job = NULL;
    setenv("SAMSYN_CONVERT", program, 1);
    enum err e = convert_start(&o, &job);
    CHECK((job == NULL) == (e != ERR_OK));
    convert_free(job);
    return e;
}

TEST(job_tells_missing_file_from_missing_program)
{
    CHECK_INT(start_path("/nonexistent/x.csv", CONVERT_PROGRAM), ERR_NOTFOUND);
    CHECK_INT(start_path("/", CONVERT_PROGRAM), ERR_IO);
    CHECK_INT(start_path("/dev/null", CONVERT_PROGRAM), ERR_OK);
}

TEST(job_tells_that_the_program_is_missing)
{
    struct convert_options o = {.format = CONVERT_CSV, .path = "/dev/null"};
    struct convert_job *job = NULL;
    const struct convert_header *h;
    setenv("SAMSYN_CONVERT", "/nonexistent/samsyn-convert", 1);
    CHECK_INT(convert_start(&o, &job), ERR_OK);
    CHECK_INT(convert_header(job, &h), ERR_INVALID);
    CHECK(convert_error(job)->fault == CONVERT_FAULT_PROGRAM);
    convert_free(job);
    o.format = CONVERT_GDAL;
    CHECK_INT(convert_start(&o, &job), ERR_OK);
    CHECK_INT(convert_header(job, &h), ERR_INVALID);
    CHECK(convert_error(job)->fault == CONVERT_FAULT_PROGRAM_GDAL);
    convert_free(job);
}

TEST(job_notices_a_reader_that_dies_or_lies)
{
    struct convert_options o = {.format = CONVERT_CSV, .path = "/dev/null"};
    struct convert_job *job = NULL;
    const struct convert_header *h;
    setenv("SAMSYN_CONVERT", "/bin/false", 1);
    CHECK_INT(convert_start(&o, &job), ERR_OK);
    CHECK_INT(convert_header(job, &h), ERR_INVALID);
    CHECK(convert_error(job)->fault == CONVERT_FAULT_CRASHED);
    convert_free(job);
    setenv("SAMSYN_CONVERT", "/bin/echo", 1);
    CHECK_INT(convert_start(&o, &job), ERR_OK);
    CHECK_INT(convert_header(job, &h), ERR_INVALID);
    CHECK(convert_error(job)->fault == CONVERT_FAULT_STREAM);
    convert_free(job);
}

TEST(format_names_go_both_ways)
{
    for (enum convert_format f = CONVERT_CSV; f < CONVERT_FORMAT_COUNT; f++)
        CHECK(convert_format_from_name(convert_format_name(f)) == f);
    CHECK(convert_format_from_name("") == CONVERT_NONE);
    CHECK(convert_format_from_name("pdf") == CONVERT_NONE);
}
