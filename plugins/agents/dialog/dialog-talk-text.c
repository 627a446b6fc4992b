/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a conversation says: choosing among alternatives, filling "{...}", and the conditions of
 * replies. Main thread.
 */

#include "dialog-talk-private.h"

#include "language-time.h"
#include <string.h>

const char *
offhook_dialog_talk_get_value(OffhookDialogTalk *self, const char *slot)
{
	const char *value = g_hash_table_lookup(self->turn_values, slot);

	return value != NULL ? value : g_hash_table_lookup(self->state.values, slot);
}

guint
offhook_dialog_talk_get_weekday(OffhookDialogTalk *self, const char *date)
{
	g_autoptr(GDateTime) day = offhook_language_day_from_string(date, self->now);

	return (guint)g_date_time_get_day_of_week(day != NULL ? day : self->now);
}

static char *
offhook_dialog_talk_render_slot(OffhookDialogTalk *self, const OffhookDialogSlot *slot,
				const char *part)
{
	g_autofree char *value = g_strdup(offhook_dialog_talk_get_value(self, slot->name));

	if (value == NULL && slot->type == OFFHOOK_DIALOG_SLOT_DAY)
		value = offhook_language_day_to_string(self->now);
	if (value == NULL)
		return g_strdup("");
	if (slot->type == OFFHOOK_DIALOG_SLOT_DAY && g_strcmp0(part, "hours") == 0)
		return offhook_dialog_hours_speak(self->script->hours,
						  offhook_dialog_talk_get_weekday(self, value));
	return offhook_dialog_slot_speak(slot, value, part, self->now);
}

/* (nullable) */
static const char *
offhook_dialog_talk_get_variable(OffhookDialogTalk *self, const char *name)
{
	const char *own = g_hash_table_lookup(self->variables, name);

	return own != NULL ? own : g_hash_table_lookup(self->script->variables, name);
}

/* @reference: what stands between the braces. */
static char *
offhook_dialog_talk_render_one(OffhookDialogTalk *self, const char *reference)
{
	g_auto(GStrv) parts = g_strsplit(reference, ".", 2);
	const char *name = parts[0] != NULL ? parts[0] : "";
	const OffhookDialogSlot *slot = g_hash_table_lookup(self->script->slots, name);
	const char *variable = offhook_dialog_talk_get_variable(self, name);

	if (slot != NULL)
		return offhook_dialog_talk_render_slot(self, slot, parts[1]);
	if (variable != NULL)
		return g_strdup(variable);
	if (g_str_equal(name, "caller"))
		return g_strdup(self->caller != NULL ? self->caller : "");
	if (g_str_equal(name, "assistant"))
		return g_strdup(self->assistant != NULL ? self->assistant : self->script->name);
	if (g_str_equal(name, "intent") && self->state.pending != NULL)
		return g_strdup(self->state.pending->label != NULL ? self->state.pending->label
								   : self->state.pending->name);
	return g_strdup("");
}

char *
offhook_dialog_talk_render(OffhookDialogTalk *self, const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *p = text; *p != '\0';) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;

		if (end != NULL) {
			g_autofree char *reference = g_strndup(p + 1, (gsize)(end - p - 1));
			g_autofree char *filled = offhook_dialog_talk_render_one(self, reference);

			g_string_append(out, filled);
			p = end + 1;
		} else {
			g_string_append_c(out, *p++);
		}
	}
	return g_string_free(out, FALSE);
}

void
offhook_dialog_talk_say(OffhookDialogTalk *self, char *const *alternatives)
{
	guint n = alternatives != NULL ? g_strv_length((char **)alternatives) : 0;
	guint count;
	g_autofree char *text = NULL;

	if (n == 0)
		return;
	count = GPOINTER_TO_UINT(g_hash_table_lookup(self->said, alternatives));
	g_hash_table_insert(self->said, (gpointer)alternatives, GUINT_TO_POINTER(count + 1));
	text = offhook_dialog_talk_render(self, alternatives[(self->seed + count) % n]);
	*text = g_ascii_toupper(*text);
	g_string_append_printf(self->say, "%s%s", self->say->len > 0 ? " " : "", text);
}

void
offhook_dialog_talk_say_level(OffhookDialogTalk *self, const GPtrArray *levels, guint time)
{
	offhook_dialog_talk_say(self, levels->pdata[CLAMP(time, 1, levels->len) - 1]);
}

void
offhook_dialog_talk_prompt(OffhookDialogTalk *self, OffhookDialogPrompt prompt)
{
	offhook_dialog_talk_say(self, self->script->prompts[prompt]);
}

/* Is it open on the day of that slot, or now? */
static gboolean
offhook_dialog_talk_is_open(OffhookDialogTalk *self, const char *name, gboolean *known)
{
	const char *value;

	*known = TRUE;
	if (g_str_equal(name, "now"))
		return offhook_opening_hours_is_open(self->script->hours,
						     (guint)g_date_time_get_day_of_week(self->now),
						     (guint)(g_date_time_get_hour(self->now) * 60 +
							     g_date_time_get_minute(self->now)));
	value = offhook_dialog_talk_get_value(self, name);
	*known = value != NULL;
	return value != NULL &&
	       offhook_opening_hours_count(self->script->hours,
					   offhook_dialog_talk_get_weekday(self, value)) > 0;
}

gboolean
offhook_dialog_talk_is_true(OffhookDialogTalk *self, const OffhookDialogReply *reply)
{
	gboolean known = FALSE;
	gboolean open;

	switch (reply->when) {
	case OFFHOOK_DIALOG_WHEN_ALWAYS:
		return TRUE;
	case OFFHOOK_DIALOG_WHEN_OPEN:
		return offhook_dialog_talk_is_open(self, reply->when_name, &known);
	case OFFHOOK_DIALOG_WHEN_CLOSED:
		open = offhook_dialog_talk_is_open(self, reply->when_name, &known);
		return known && !open;
	case OFFHOOK_DIALOG_WHEN_GIVEN:
		return offhook_dialog_talk_get_value(self, reply->when_name) != NULL;
	case OFFHOOK_DIALOG_WHEN_IS:
		return g_strcmp0(offhook_dialog_talk_get_value(self, reply->when_name),
				 reply->when_value) == 0;
	case OFFHOOK_DIALOG_WHEN_SET:
		return *offhook_dialog_talk_get_variable(self, reply->when_name) != '\0';
	}
	return FALSE;
}
