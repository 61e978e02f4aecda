/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

#define MIB (UINT64_C(1) << 20)

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

/* Constants newer than the headers of Debian 12. */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define NET_TCP (UINT64_C(3))            /* ABI 4: bind, connect */
#define SCOPES (UINT64_C(3))             /* ABI 6: abstract sockets, signals */

struct ruleset_attr {
    uint64_t fs, net, scoped;
};

static uint64_t memory_limit(enum convert_format f)
{
    switch (f) {
    case CONVERT_GDAL:
        return 2048 * MIB;
    case CONVERT_XLSX:
    case CONVERT_GEOJSON:
    case CONVERT_POLICE_API:
        return 1024 * MIB;
    default:
        return 320 * MIB; /* zstd's largest window is 128 MiB */
    }
}

static void limit(__rlimit_resource_t what, uint64_t most)
{
    struct rlimit r = {most, most}, now;
    if (getrlimit(what, &now) == 0 && now.rlim_max < most)
        r.rlim_cur = r.rlim_max = now.rlim_max;
    (void)setrlimit(what, &r); /* what the kernel has not, it cannot limit */
}

/* When memory runs out, the kernel ends this process and not the server that started it. */
static void offer_oneself(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)!write(fd, "1000", 4);
    close(fd);
}

#define PHOTO_MEMORY (512 * MIB)

static void set_limits(enum sandbox_kind kind, enum convert_format f)
{
    bool photo = kind == SANDBOX_PHOTO;
    offer_oneself();
    if (!ADDRESS_SANITIZER) /* which reserves terabytes */
        limit(RLIMIT_AS, photo ? PHOTO_MEMORY : memory_limit(f));
    limit(RLIMIT_CPU, photo ? 20 : f == CONVERT_GDAL ? 300 : 600);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_MSGQUEUE, 0);
}

/* A ruleset without a rule: no path at all, as far as this kernel knows the rights. */
static bool enter_landlock(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return false;
    struct ruleset_attr a = {.fs = (UINT64_C(1) << 13) - 1};
    size_t size = sizeof a.fs;
    if (abi >= 2)
        a.fs |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        a.fs |= FS_TRUNCATE;
    if (abi >= 4) {
        a.net = NET_TCP;
        size += sizeof a.net;
    }
    if (abi >= 5)
        a.fs |= FS_IOCTL_DEV;
    if (abi >= 6) {
        a.scoped = SCOPES;
        size += sizeof a.scoped;
    }
    int fd = (int)syscall(SYS_landlock_create_ruleset, &a, size, 0);
    if (fd < 0)
        return false;
    bool done = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close(fd);
    return done;
}

static const int always[] = {
    SCMP_SYS(read),          SCMP_SYS(pread64),         SCMP_SYS(readv),
    SCMP_SYS(lseek),         SCMP_SYS(fstat),           SCMP_SYS(close),
    SCMP_SYS(brk),           SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(madvise),       SCMP_SYS(futex),           SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),    SCMP_SYS(time),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),      SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_yield),   SCMP_SYS(restart_syscall),
};

/* What a library asks in order to find its files: told that it may not. */
static const int asking[] = {
    SCMP_SYS(ioctl),    SCMP_SYS(open),       SCMP_SYS(openat),     SCMP_SYS(stat),
    SCMP_SYS(lstat),    SCMP_SYS(access),     SCMP_SYS(faccessat),  SCMP_SYS(faccessat2),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),     SCMP_SYS(statx),
    SCMP_SYS(statfs),   SCMP_SYS(unlink),     SCMP_SYS(getdents64), SCMP_SYS(fcntl),
    SCMP_SYS(sysinfo),
};

static const int harmless[] = {
    SCMP_SYS(getpid),          SCMP_SYS(gettid),         SCMP_SYS(getuid),
    SCMP_SYS(geteuid),         SCMP_SYS(rt_sigprocmask), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
};

static int allow_with_arguments(scmp_filter_ctx ctx, enum sandbox_kind kind)
{
    int bad = 0;
    for (unsigned fd = 1; fd <= 2; fd++)
        bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, fd));
    bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* glibc's fstat() is newfstatat() with an empty path */
    bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                            SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
    if (kind == SANDBOX_GDAL)
        bad |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
                                SCMP_A3(SCMP_CMP_NE, AT_EMPTY_PATH));
    return bad;
}

static bool enter_seccomp(enum sandbox_kind kind)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!ctx)
        return false;
    int bad = 0;
    for (size_t i = 0; i < ARRAY_LEN(always); i++)
        bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, always[i], 0);
    if (ADDRESS_SANITIZER)
        bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(sigaltstack), 0);
    bad |= allow_with_arguments(ctx, kind);
    if (kind == SANDBOX_GDAL) {
        for (size_t i = 0; i < ARRAY_LEN(asking); i++)
            bad |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), asking[i], 0);
        for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
            bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, harmless[i], 0);
    }
    if (!bad)
        bad = seccomp_load(ctx);
    seccomp_release(ctx);
    return !bad;
}

enum err sandbox_enter(enum sandbox_kind kind, enum convert_format format, bool off,
                       uint32_t *level)
{
    uint32_t reached = CONVERT_SANDBOX_LIMITS;
    set_limits(kind, format);
    if (off) {
        *level = reached;
        return ERR_OK;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return ERR_FORBIDDEN;
    reached |= CONVERT_SANDBOX_PRIVS;
    if (enter_landlock())
        reached |= CONVERT_SANDBOX_LANDLOCK;
    if (!enter_seccomp(kind))
        return ERR_FORBIDDEN;
    *level = reached | CONVERT_SANDBOX_SECCOMP;
    return ERR_OK;
}
