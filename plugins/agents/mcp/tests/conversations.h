/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The same conversations with a server, over both transports, in both protocols, with answers in both
 * forms: a test program for each pair of ways, so that none takes long.
 */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

/** @way: must stay until g_test_run() is done */
void mcp_conversations_add(const McpWay *way);

G_END_DECLS
