/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The picture on paper: what holds together, and what is said again on the next page. */
#include "test.h"

#include <stdio.h>

#include "parts/picture/picture_paper.h"

TEST(a_time_of_day_is_not_broken_over_two_lines)
{
    struct paper p = {0};
    CHECK_INT(paper_begin(&p, NULL, LANG_SV, "fot"), ERR_OK);
    for (double width = 50; width < 200; width += 2) {
        const char *breaks = "november kl. 06.39 november";
        const char *holds = "november kl.\u00a006.39 november";
        CHECK(paper_height(&p, PAPER_PLAIN, breaks, width) ==
              paper_height(&p, PAPER_PLAIN, holds, width));
    }
    CHECK_INT(paper_end(&p), ERR_OK);
}

TEST(a_table_says_its_head_again_on_the_next_page)
{
    static const struct paper_column c[] = {{200, false}, {100, true}};
    const char *head[] = {"Typ", "Nu"}, *cells[] = {"Klotter", "7"};
    struct paper p = {0};
    int turned = 0;
    CHECK_INT(paper_begin(&p, NULL, LANG_SV, "fot"), ERR_OK);
    paper_table_begin(&p);
    double under_head = 0, first = paper_row(&p, c, head, 2, true);
    for (int i = 0; i < 120; i++) {
        int page = p.page;
        double top = paper_row(&p, c, cells, 2, false);
        if (i == 0)
            under_head = top - first;
        if (i && p.page != page) {
            CHECK(top - PAPER_MARGIN > under_head - 0.5);
            turned++;
        }
    }
    paper_table_end(&p);
    CHECK(turned >= 2 && p.head.n == 0);
    CHECK_INT(paper_end(&p), ERR_OK);
}

TEST(a_row_that_is_indented_has_less_room)
{
    static const struct paper_column c[] = {{60, false}, {60, false}};
    const char *cells[] = {"Skadegörelse", ""};
    struct paper p = {0};
    CHECK_INT(paper_begin(&p, NULL, LANG_SV, "fot"), ERR_OK);
    paper_table_begin(&p);
    paper_row(&p, c, cells, 2, false);
    double plain = p.y - PAPER_MARGIN, before = p.y;
    p.indent = 30;
    paper_row(&p, c, cells, 2, false);
    CHECK(p.y - before > plain);
    paper_table_end(&p);
    CHECK_INT(paper_end(&p), ERR_OK);
}
