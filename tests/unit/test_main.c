/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

static struct CMUnitTest tests[512];
static size_t count;

void test_add(const char *name, CMUnitTestFunction fn)
{
    if (count == sizeof tests / sizeof tests[0])
        abort();
    tests[count++] = (struct CMUnitTest){.name = name, .test_func = fn};
}

int main(void)
{
    return _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
}
