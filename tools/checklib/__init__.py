# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tools/check, tools/pg and the source checks share. Only Python's own library."""
