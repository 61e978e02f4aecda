/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A test is a function that registers itself:
 *
 *     TEST(report_keeps_what_was_typed)
 *     {
 *         CHECK(x == 1);
 *     }
 *
 * cmocka runs them in the order of the file and speaks TAP. */
#pragma once

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void test_add(const char *name, CMUnitTestFunction fn);

#define TEST(name)                                                                                 \
    static void name(void);                                                                        \
    static void name##_run(void **state)                                                           \
    {                                                                                              \
        (void)state;                                                                               \
        name();                                                                                    \
    }                                                                                              \
    __attribute__((constructor)) static void name##_add(void)                                      \
    {                                                                                              \
        test_add(#name, name##_run);                                                               \
    }                                                                                              \
    static void name(void)

/* The same for a test that needs the whole reference set, which is not in the tree:
 * SAMSYN_REFERENCE says where it lies (tools/check finds it beside the tree). Without it the test
 * is named and left out. */
#define REFERENCE_TEST(name)                                                                       \
    static void name(void);                                                                        \
    static void name##_run(void **state)                                                           \
    {                                                                                              \
        (void)state;                                                                               \
        name();                                                                                    \
    }                                                                                              \
    __attribute__((constructor)) static void name##_add(void)                                      \
    {                                                                                              \
        if (getenv("SAMSYN_REFERENCE"))                                                            \
            test_add(#name, name##_run);                                                           \
        else                                                                                       \
            printf("# left out, no SAMSYN_REFERENCE: %s\n", #name);                                \
    }                                                                                              \
    static void name(void)

#define CHECK(x) _assert_true((uintptr_t)(x), #x, __FILE__, __LINE__)
#define CHECK_INT(a, b) assert_int_equal((a), (b))
#define CHECK_TEXT(a, b) assert_string_equal((a), (b))
/* Two structs with the same bytes. `bytes` is the size of their fields, written out: a struct that
 * has padding between them does not build, for what lies there has no value. */
#define CHECK_SAME_BYTES(a, b, bytes)                                                              \
    do {                                                                                           \
        static_assert(sizeof(a) == (bytes), "padding has no value: compare the fields");           \
        assert_memory_equal(&(a), &(b), (bytes));                                                  \
    } while (0)
/* Doubles within tol of each other. */
#define CHECK_NEAR(a, b, tol) CHECK(__builtin_fabs((double)(a) - (double)(b)) <= (tol))
