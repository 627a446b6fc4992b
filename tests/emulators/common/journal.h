/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <stdio.h>

/* Where events go: a file of JSON lines (or NULL) and the terminal. Shared by all calls. */
typedef struct {
	FILE *file;
	gboolean timeline;
	gboolean numbered; /* more than one call: events carry its number */
} OffhookEmuSink;

typedef struct _OffhookEmuJournal OffhookEmuJournal;

OffhookEmuJournal *offhook_emu_journal_new(OffhookEmuSink *sink, guint call);
void offhook_emu_journal_free(OffhookEmuJournal *self);
void offhook_emu_journal_set_origin(OffhookEmuJournal *self, gint64 origin_us);
void offhook_emu_journal_add(OffhookEmuJournal *self, gint64 at_us, const gchar *event,
			     JsonObject *fields, const gchar *format, ...) G_GNUC_PRINTF(5, 6);
void offhook_emu_journal_flush(OffhookEmuJournal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuJournal, offhook_emu_journal_free)
