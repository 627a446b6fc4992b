/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as what was found in the cache: rows, or an error; and rows are written as they were read.
 */

#include "store/store-cache.h"

#include <offhook/error.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
try_type(const OffhookRecordType *type, gboolean single, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookStoreResult) result =
	    offhook_store_cache_decode(type, single, text, &error);
	g_autoptr(OffhookStoreResult) again = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	if (result == NULL) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
		return;
	}
	first = offhook_store_cache_encode(type, result);
	again = offhook_store_cache_decode(type, single, first, &error);
	g_assert_no_error(error);
	second = offhook_store_cache_encode(type, again);
	g_assert_cmpstr(first, ==, second);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);

	try_type(&offhook_preferences_record_type, TRUE, text);
	try_type(&offhook_interaction_record_type, FALSE, text);
	try_type(&offhook_interaction_count_record_type, FALSE, text);
	return 0;
}
