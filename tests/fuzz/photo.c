/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whatever comes in: either no picture, or one that holds nothing but a picture. */
#include <stdlib.h>

#include "convert/photo_work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct photo p = {0};
    if (photo_work(data, size, &p) == PHOTO_FINE &&
        (!photo_is_bare(p.jpeg, p.n) || p.width > PHOTO_SIDE || p.height > PHOTO_SIDE))
        abort();
    photo_done(&p);
    return 0;
}
