/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call that comes when its assistant is closed. Main thread.
 */

#include "call/live/live-call-private.h"

#include "base/timestamp.h"

gboolean
offhook_live_call_mind_hours(OffhookLiveCall *self)
{
	OffhookAssistant *assistant = offhook_live_call_get_assistant(self);
	const OffhookAssistantConfig *settings = assistant->settings;
	const char *message = offhook_assistant_get_closed_message(assistant);

	/* Whom we call ourselves is not told that we are closed. */
	if (self->agent != NULL || self->conversation == NULL ||
	    offhook_call_get_direction(self->call) != OFFHOOK_CALL_INBOUND ||
	    offhook_assistant_config_is_open(settings, offhook_timestamp_now()))
		return FALSE;
	if (settings->when_closed.type == OFFHOOK_CONDUCT_GO_ON) {
		offhook_conversation_set_greeting(self->conversation, message);
		return FALSE;
	}
	offhook_conversation_announce_closed(self->conversation, message, &settings->when_closed);
	return TRUE;
}
