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

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

#define CHECK(x) _assert_true((uintptr_t)(x), #x, __FILE__, __LINE__)
#define CHECK_INT(a, b) assert_int_equal((a), (b))
#define CHECK_TEXT(a, b) assert_string_equal((a), (b))
/* Doubles within tol of each other. */
#define CHECK_NEAR(a, b, tol) CHECK(__builtin_fabs((double)(a) - (double)(b)) <= (tol))
