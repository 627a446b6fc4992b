/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finds calls by leg, and keeps the named conversations. Main loop only. */

#include "exchange.h"

struct _OffhookEmuExchange {
	gchar *region;
	GHashTable *legs;          /* uuid to OffhookEmuCall */
	GHashTable *conversations; /* OffhookEmuCall to name */
	GHashTable *recordings;    /* uuid to OffhookEmuFile */
};

typedef struct {
	gchar *format;
	gboolean split;
} OffhookEmuFile;

static void
offhook_emu_file_free(gpointer data)
{
	OffhookEmuFile *self = data;

	g_free(self->format);
	g_free(self);
}

OffhookEmuExchange *
offhook_emu_exchange_new(void)
{
	OffhookEmuExchange *self = g_new0(OffhookEmuExchange, 1);

	self->legs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->conversations = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	self->recordings =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, offhook_emu_file_free);
	return self;
}

void
offhook_emu_exchange_free(OffhookEmuExchange *self)
{
	g_hash_table_unref(self->legs);
	g_hash_table_unref(self->conversations);
	g_hash_table_unref(self->recordings);
	g_free(self->region);
	g_free(self);
}

void
offhook_emu_exchange_set_region(OffhookEmuExchange *self, const gchar *url)
{
	g_free(self->region);
	self->region = g_strdup(url);
}

const gchar *
offhook_emu_exchange_get_region(OffhookEmuExchange *self)
{
	return self->region;
}

void
offhook_emu_exchange_add(OffhookEmuExchange *self, const gchar *uuid, OffhookEmuCall *call)
{
	g_hash_table_insert(self->legs, g_strdup(uuid), call);
}

static gboolean
offhook_emu_exchange_is_call(gpointer key, gpointer value, gpointer user_data)
{
	return value == user_data;
}

void
offhook_emu_exchange_remove(OffhookEmuExchange *self, OffhookEmuCall *call)
{
	g_hash_table_foreach_remove(self->legs, offhook_emu_exchange_is_call, call);
	g_hash_table_remove(self->conversations, call);
}

OffhookEmuCall *
offhook_emu_exchange_find(OffhookEmuExchange *self, const gchar *uuid)
{
	return g_hash_table_lookup(self->legs, uuid);
}

GPtrArray *
offhook_emu_exchange_join(OffhookEmuExchange *self, const gchar *name, OffhookEmuCall *call)
{
	GPtrArray *members = g_ptr_array_new();
	GHashTableIter iter;
	gpointer member, conversation;

	g_hash_table_insert(self->conversations, call, g_strdup(name));
	g_hash_table_iter_init(&iter, self->conversations);
	while (g_hash_table_iter_next(&iter, &member, &conversation)) {
		if (g_str_equal(conversation, name))
			g_ptr_array_add(members, member);
	}
	return members;
}

void
offhook_emu_exchange_add_recording(OffhookEmuExchange *self, const gchar *uuid, const gchar *format,
				   gboolean split)
{
	OffhookEmuFile *file = g_new0(OffhookEmuFile, 1);

	file->format = g_strdup(format);
	file->split = split;
	g_hash_table_insert(self->recordings, g_strdup(uuid), file);
}

const gchar *
offhook_emu_exchange_find_recording(OffhookEmuExchange *self, const gchar *uuid, gboolean *split)
{
	const OffhookEmuFile *file = g_hash_table_lookup(self->recordings, uuid);

	if (file == NULL)
		return NULL;
	*split = file->split;
	return file->format;
}
