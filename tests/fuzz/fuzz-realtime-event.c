/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a message of the Realtime service: an event or an error, never neither. Texts are
 * UTF-8 and there; sound is there exactly where an event brings it.
 */

#include "realtime-event.h"

#include <offhook/error.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRealtimeEvent) event =
	    offhook_realtime_event_parse((const char *)data, size, &error);

	if (event == NULL) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
		return 0;
	}
	g_assert_no_error(error);
	g_assert_true(g_utf8_validate(event->text, -1, NULL));
	g_assert_true((event->audio != NULL) == (event->kind == OFFHOOK_REALTIME_AUDIO));
	g_assert_nonnull(event->item_id);
	g_assert_nonnull(event->response_id);
	g_assert_nonnull(event->call_id);
	g_assert_nonnull(event->name);
	g_assert_nonnull(event->status);
	g_assert_nonnull(event->code);
	g_assert_nonnull(event->event_id);
	return 0;
}
