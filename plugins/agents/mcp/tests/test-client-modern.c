/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The conversations over HTTP, in the modern protocol. */

#include "conversations.h"

int
main(int argc, char **argv)
{
	static const McpWay ways[] = {
	    {"http-modern", TRUE, TRUE, "--era modern"},
	    {"http-modern-sse", TRUE, TRUE, "--era modern --sse"},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		mcp_conversations_add(&ways[i]);
	return g_test_run();
}
