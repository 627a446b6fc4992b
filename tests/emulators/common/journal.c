/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What happened, when: each event becomes one JSON line and one line of the readable timeline, in
 * ms from the start of the media stream. Events before that (the webhook) are held back until the
 * start is known and get negative times. */

#include "journal.h"

#define OFFHOOK_EMU_JOURNAL_MAX_HELD 1000

typedef struct {
	gint64 at_us;
	JsonObject *object;
	gchar *text;
} OffhookEmuEvent;

struct _OffhookEmuJournal {
	OffhookEmuSink *sink;
	guint call;
	gboolean has_origin;
	gint64 origin_us;
	GQueue held; /* OffhookEmuEvent */
};

OffhookEmuJournal *
offhook_emu_journal_new(OffhookEmuSink *sink, guint call)
{
	OffhookEmuJournal *self = g_new0(OffhookEmuJournal, 1);

	self->sink = sink;
	self->call = call;
	g_queue_init(&self->held);
	return self;
}

static void
offhook_emu_event_free(gpointer data)
{
	OffhookEmuEvent *event = data;

	json_object_unref(event->object);
	g_free(event->text);
	g_free(event);
}

void
offhook_emu_journal_free(OffhookEmuJournal *self)
{
	g_queue_clear_full(&self->held, offhook_emu_event_free);
	g_free(self);
}

static void
offhook_emu_journal_write(OffhookEmuJournal *self, OffhookEmuEvent *event)
{
	gint64 us = event->at_us - self->origin_us;

	if (self->sink->file != NULL) {
		g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
		g_autofree gchar *line = NULL;

		json_object_set_int_member(event->object, "ms",
					   (us + (us < 0 ? -500 : 500)) / 1000);
		json_node_set_object(node, event->object);
		line = json_to_string(node, FALSE);
		fprintf(self->sink->file, "%s\n", line);
		fflush(self->sink->file);
	}
	if (self->sink->timeline && event->text != NULL) {
		printf("%9.3f  %s\n", (gdouble)us / G_USEC_PER_SEC, event->text);
		fflush(stdout);
	}
	offhook_emu_event_free(event);
}

/* Writes what was held back; without a stream, times count from the first event. */
void
offhook_emu_journal_flush(OffhookEmuJournal *self)
{
	OffhookEmuEvent *first = g_queue_peek_head(&self->held);

	if (!self->has_origin && first != NULL) {
		self->has_origin = TRUE;
		self->origin_us = first->at_us;
	}
	while (self->held.length > 0)
		offhook_emu_journal_write(self, g_queue_pop_head(&self->held));
}

void
offhook_emu_journal_set_origin(OffhookEmuJournal *self, gint64 origin_us)
{
	self->has_origin = TRUE;
	self->origin_us = origin_us;
	offhook_emu_journal_flush(self);
}

static void
offhook_emu_journal_copy_cb(JsonObject *fields, const gchar *name, JsonNode *value,
			    gpointer user_data)
{
	json_object_set_member(user_data, name, json_node_copy(value));
}

/* Takes @fields (NULL: none). @format is the line for the timeline, NULL when the event is not
 * worth one. */
void
offhook_emu_journal_add(OffhookEmuJournal *self, gint64 at_us, const gchar *event,
			JsonObject *fields, const gchar *format, ...)
{
	OffhookEmuEvent *entry = g_new0(OffhookEmuEvent, 1);
	va_list args;

	entry->at_us = at_us;
	entry->object = json_object_new();
	json_object_set_int_member(entry->object, "ms", 0);
	json_object_set_string_member(entry->object, "event", event);
	if (self->sink->numbered)
		json_object_set_int_member(entry->object, "call", self->call);
	if (fields != NULL) {
		json_object_foreach_member(fields, offhook_emu_journal_copy_cb, entry->object);
		json_object_unref(fields);
	}
	if (format != NULL) {
		va_start(args, format);
		entry->text = g_strdup_vprintf(format, args);
		va_end(args);
	}
	if (!self->has_origin && self->held.length < OFFHOOK_EMU_JOURNAL_MAX_HELD)
		g_queue_push_tail(&self->held, entry);
	else
		offhook_emu_journal_write(self, entry);
}
