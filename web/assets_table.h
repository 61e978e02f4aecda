/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Made by tools/assetgen.py; read through assets.h only. */
#pragma once

#include "assets.h"

extern const struct asset asset_table[];
extern const size_t asset_count;
