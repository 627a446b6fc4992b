/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Anything that a service may say on a socket, and as the body of a refusal: a message within its
 * bounds, or an error.
 */

#include "deepgram-message.h"

#include <offhook/error.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_auto(OffhookDeepgramMessage) message = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) refusal = NULL;
	g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	const OffhookSocketEnd end = {
	    .reason = valid, .status = size % 2 == 0 ? 400 : 0, .headers = headers, .body = valid};

	refusal = offhook_deepgram_make_error(&end);
	g_assert_nonnull(refusal);
	g_assert_true(g_utf8_validate(refusal->message, -1, NULL));
	if (!offhook_deepgram_message_parse(&message, valid, strlen(valid), &error)) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
		return 0;
	}
	g_assert_true((message.kind == OFFHOOK_DEEPGRAM_RESULTS) == (message.text != NULL));
	g_assert_true((message.kind == OFFHOOK_DEEPGRAM_ERROR) == (message.error != NULL));
	g_assert_true(message.confidence >= 0 && message.confidence <= 1);
	g_assert_true(message.start >= 0 && message.start <= 1e6);
	g_assert_true(message.duration >= 0 && message.duration <= 1e6);
	return 0;
}
