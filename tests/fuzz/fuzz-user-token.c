/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as a user's token. None but those of the seeds that are signed is right.
 */

#include "http/server/user-token.h"

#include <offhook/error.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookUserToken) token =
	    offhook_user_token_check(text, "0123456789abcdef0123456789abcdef", 1767225600, &error);

	if (token != NULL)
		g_assert_cmpstr(token->subject, ==, "ann");
	else
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
	return 0;
}
