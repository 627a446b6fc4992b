/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The conversations over HTTP, in the legacy protocol. */

#include "conversations.h"

int
main(int argc, char **argv)
{
	static const McpWay ways[] = {
	    {"http-legacy", TRUE, FALSE, "--era legacy"},
	    {"http-legacy-sse", TRUE, FALSE, "--era legacy --sse"},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		mcp_conversations_add(&ways[i]);
	return g_test_run();
}
