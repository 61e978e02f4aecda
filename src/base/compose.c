/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A letter and its mark as one: "o" and two dots, as some computers write file names and what is in
 * them. */
#include "base/str.h"

/* Of each mark: letter and what they are together, small. */
static const struct {
    uint32_t mark;
    const char *pairs;
} marks[] = {
    {0x300, "aàeèiìoòuù"},
    {0x301, "aáeéiíoóuúyýcćnńsśzźlĺrŕ"},
    {0x302, "aâeêiîoôuûcĉgĝhĥjĵsŝwŵyŷ"},
    {0x303, "aãnñoõiĩuũ"},
    {0x304, "aāeēiīoōuū"},
    {0x306, "aăgğeĕiĭoŏuŭ"},
    {0x307, "cċeėgġzż"},
    {0x308, "aäeëiïoöuüyÿ"},
    {0x30A, "aåuů"},
    {0x30B, "oőuű"},
    {0x30C, "cčdďeěnňrřsštťzž"},
    {0x327, "cçsştţgģkķlļnņrŗ"},
    {0x328, "aąeęiįuų"},
};

/* Capitals lie 32 before in Latin-1, one before in Latin Extended-A. */
static uint32_t capital(uint32_t made)
{
    if (made == 0xFF)
        return 0x178;
    return made < 0x100 ? made - 32 : made - 1;
}

static uint32_t find(const char *pairs, uint32_t small)
{
    for (uint32_t base; (base = utf8_next(&pairs));) {
        uint32_t made = utf8_next(&pairs);
        if (base == small)
            return made;
    }
    return 0;
}

uint32_t utf8_compose(uint32_t base, uint32_t mark)
{
    bool large = base >= 'A' && base <= 'Z';
    uint32_t small = large ? base + 32 : base;
    if (mark < 0x300 || mark > 0x36F || small < 'a' || small > 'z')
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (marks[i].mark == mark) {
            uint32_t made = find(marks[i].pairs, small);
            return made && large ? capital(made) : made;
        }
    return 0;
}
