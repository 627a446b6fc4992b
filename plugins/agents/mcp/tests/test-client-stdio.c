/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The conversations over standard input and output. */

#include "conversations.h"

int
main(int argc, char **argv)
{
	static const McpWay ways[] = {
	    {"stdio-legacy", FALSE, FALSE, "--era legacy"},
	    {"stdio-modern", FALSE, TRUE, "--era modern"},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		mcp_conversations_add(&ways[i]);
	return g_test_run();
}
