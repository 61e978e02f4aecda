/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A reader that has been taken over tries to get out. Each attempt runs in a child of its own. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "convert/sandbox.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif

/* An attempt answers true when it got through. */
typedef bool attempt(void);

enum outcome { KILLED, REFUSED, DONE, NO_SANDBOX };

static enum outcome try_in(enum sandbox_kind kind, enum convert_format format, attempt *fn)
{
    pid_t pid = fork();
    if (pid == 0) {
        uint32_t level;
        if (sandbox_enter(kind, format, false, &level))
            _exit(3);
        _exit(fn() ? 0 : 1);
    }
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    if (WIFSIGNALED(status))
        return KILLED;
    return WEXITSTATUS(status) == 0 ? DONE : WEXITSTATUS(status) == 1 ? REFUSED : NO_SANDBOX;
}

static bool does_open(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0;
}
static bool does_create(void)
{
    return open("/tmp/convert-sandbox-test", O_WRONLY | O_CREAT, 0600) >= 0;
}
static bool does_truncate(void)
{
    return truncate("/tmp/convert-sandbox-test", 0) == 0;
}
static bool does_unlink(void)
{
    return unlink("/tmp/convert-sandbox-test") == 0;
}
static bool does_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}
static bool does_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}
static bool does_fork(void)
{
    return syscall(SYS_fork) >= 0;
}
static bool does_clone(void)
{
    return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0;
}
static bool does_exec(void)
{
    char *const argv[] = {"/bin/true", NULL};
    execv("/bin/true", argv);
    return false;
}
static bool does_kill(void)
{
    return kill(getppid(), 0) == 0;
}
static bool does_ptrace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}
static bool does_io_uring(void)
{
    char params[120] = {0};
    return syscall(425, 4, params) >= 0;
}
static bool does_executable_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}
static bool does_make_executable(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}
static bool does_memfd(void)
{
    return memfd_create("x", 0) >= 0;
}
static bool does_unshare(void)
{
    return syscall(SYS_unshare, 0x10000000) == 0;
}
static bool does_handle(void)
{
    return syscall(SYS_open_by_handle_at, 0, NULL, 0) >= 0;
}
static bool does_write_elsewhere(void)
{
    return write(3, "x", 1) == 1;
}
static bool does_prctl(void)
{
    return syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0) == 0;
}
static bool does_stat(void)
{
    struct stat st;
    return stat("/etc/passwd", &st) == 0;
}
static bool does_ioctl(void)
{
    return syscall(SYS_ioctl, 0, 0x5412 /* TIOCSTI */, "x") == 0;
}

static attempt *const forbidden[] = {
    does_open,
    does_create,
    does_truncate,
    does_unlink,
    does_socket,
    does_fork,
    does_unix_socket,
    does_clone,
    does_exec,
    does_kill,
    does_ptrace,
    does_io_uring,
    does_memfd,
    does_executable_memory,
    does_unshare,
    does_handle,
    does_prctl,
    does_stat,
    does_make_executable,
    does_write_elsewhere,
    does_ioctl,
};

static bool does_allowed_things(void)
{
    struct stat st;
    char *p = malloc(1 << 20);
    memset(p, 1, 1 << 20);
    p = realloc(p, 8 << 20);
    bool ok = p && fstat(0, &st) == 0 && write(1, "", 0) == 0;
    free(p);
    return ok;
}

static bool does_eat_memory(void)
{
    size_t total = 0;
    for (int i = 0; i < 64; i++) {
        void *p = mmap(NULL, 64u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            break;
        total += 64u << 20;
    }
    return total > (400u << 20);
}

TEST(reader_may_read_write_and_use_memory)
{
    CHECK_INT(try_in(SANDBOX_READER, CONVERT_CSV, does_allowed_things), DONE);
    CHECK_INT(try_in(SANDBOX_PHOTO, CONVERT_NONE, does_allowed_things), DONE);
    CHECK_INT(try_in(SANDBOX_GDAL, CONVERT_GDAL, does_allowed_things), DONE);
}

TEST(reader_dies_of_every_forbidden_act)
{
    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
        if (try_in(SANDBOX_READER, CONVERT_CSV, forbidden[i]) != KILLED)
            fail_msg("attempt %zu was not deadly", i);
}

TEST(decoder_of_photos_dies_of_them_too)
{
    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
        if (try_in(SANDBOX_PHOTO, CONVERT_NONE, forbidden[i]) != KILLED)
            fail_msg("attempt %zu was not deadly", i);
}

TEST(gdal_reader_gets_nowhere_either)
{
    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++) {
        enum outcome o = try_in(SANDBOX_GDAL, CONVERT_GDAL, forbidden[i]);
        if (o != KILLED && o != REFUSED)
            fail_msg("attempt %zu came through", i);
    }
    CHECK_INT(try_in(SANDBOX_GDAL, CONVERT_GDAL, does_open), REFUSED);
    CHECK_INT(try_in(SANDBOX_GDAL, CONVERT_GDAL, does_socket), KILLED);
}

/* The control: without a sandbox the same attempts succeed, so the tests above can fail. */
TEST(attempts_work_without_a_sandbox)
{
    CHECK(does_open() && does_stat() && does_socket() && does_memfd() && does_executable_memory());
}

TEST(reader_cannot_eat_the_memory_of_the_machine)
{
#if !ADDRESS_SANITIZER /* which reserves terabytes */
    CHECK_INT(try_in(SANDBOX_READER, CONVERT_CSV, does_eat_memory), REFUSED);
#else
    (void)does_eat_memory;
#endif
}

static bool limits_only(void)
{
    uint32_t level = 99;
    return sandbox_enter(SANDBOX_READER, CONVERT_CSV, true, &level) == ERR_OK &&
           level == CONVERT_SANDBOX_LIMITS && does_open();
}

TEST(sandbox_that_is_off_keeps_the_limits_and_says_so)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(limits_only() ? 0 : 1);
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A kernel that knows no seccomp, played by a filter that refuses it. */
static bool refused_without_seccomp(void)
{
    uint32_t level = 99;
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0);
    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                     SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
    if (seccomp_load(ctx))
        return false;
    return sandbox_enter(SANDBOX_READER, CONVERT_CSV, false, &level) == ERR_FORBIDDEN &&
           level == 99;
}

TEST(sandbox_without_seccomp_refuses_to_run)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(refused_without_seccomp() ? 0 : 1);
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* What stands in a small file, as a number; -1 when it cannot be read. */
static long number_in(const char *path)
{
    char text[32] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    return n > 0 ? strtol(text, NULL, 10) : -1;
}

TEST(when_memory_runs_out_the_reader_goes_before_the_server)
{
    int up[2], down[2];
    char c, path[64];
    CHECK(pipe(up) == 0 && pipe(down) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        uint32_t level;
        close(down[1]);
        bool in = dup2(down[0], 0) == 0 && dup2(up[1], 1) == 1 &&
                  sandbox_enter(SANDBOX_READER, CONVERT_CSV, false, &level) == ERR_OK;
        _exit(in && write(1, "a", 1) == 1 && read(0, &c, 1) == 0 ? 0 : 1);
    }
    close(up[1]), close(down[0]);
    CHECK(read(up[0], &c, 1) == 1);
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)pid);
    long score = number_in(path);
    close(down[1]); /* the child ends */
    CHECK(waitpid(pid, NULL, 0) == pid);
    CHECK_INT(score, 1000);
    close(up[0]);
}
