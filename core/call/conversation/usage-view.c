/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sums as JSON. What was written down before there were any is null. Main thread.
 */

#include "call/conversation/usage-view.h"

#include "base/json.h"

static void
offhook_usage_view_set_count(JsonObject *object, const char *name, gint64 count)
{
	if (count >= 0)
		json_object_set_int_member(object, name, count);
	else
		json_object_set_null_member(object, name);
}

JsonObject *
offhook_usage_view_new(const OffhookUsageTotals *usage)
{
	JsonObject *object = json_object_new();

	offhook_usage_view_set_count(object, "input_tokens", usage->input_tokens);
	offhook_usage_view_set_count(object, "output_tokens", usage->output_tokens);
	offhook_usage_view_set_count(object, "characters", usage->characters);
	offhook_json_set_figure(object, "audio_seconds",
				usage->audio_us < 0 ? -1 : usage->audio_us / 1e6);
	offhook_json_set_figure(object, "cost", usage->cost);
	return object;
}

void
offhook_usage_view_add_kinds(JsonObject *object, const OffhookUsage *usage)
{
	const struct {
		const char *name;
		gint64 count;
	} kinds[] = {{"cached_input_tokens", usage->cached_input_tokens},
		     {"audio_input_tokens", usage->audio_input_tokens},
		     {"cached_audio_input_tokens", usage->cached_audio_input_tokens},
		     {"audio_output_tokens", usage->audio_output_tokens}};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (kinds[i].count > 0)
			json_object_set_int_member(object, kinds[i].name, kinds[i].count);
}
