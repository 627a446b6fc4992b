/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A turn as JSON: everything that the store has of it. Main thread.
 */

#include "call/conversation/turn-view.h"

#include "base/json.h"
#include "base/timestamp.h"
#include "call/conversation/usage-view.h"

JsonObject *
offhook_turn_view_new(const OffhookTurnRecord *record)
{
	JsonObject *object = json_object_new();
	g_autofree char *started = offhook_timestamp_format(record->started_us);

	json_object_set_int_member(object, "turn", record->index);
	offhook_json_set_string(object, "assistant", record->assistant);
	offhook_json_set_string(object, "agent_id", record->agent_id);
	json_object_set_string_member(object, "start_time", started);
	json_object_set_boolean_member(object, "interrupted", record->interrupted);
	offhook_json_set_string(object, "user_message_id", record->user_message_id);
	offhook_json_set_string(object, "assistant_message_id", record->assistant_message_id);
	offhook_json_set_string(object, "stt", record->stt);
	offhook_json_set_string(object, "llm", record->llm);
	offhook_json_set_string(object, "tts", record->tts);
	json_object_set_object_member(object, "usage", offhook_usage_view_new(&record->usage));
	for (guint i = 0; i < OFFHOOK_TURN_TIMES_RECORD_N; i++)
		offhook_json_set_figure(object, offhook_turn_times_record_get_name(i),
					offhook_turn_times_record_get(&record->times, i));
	return object;
}
