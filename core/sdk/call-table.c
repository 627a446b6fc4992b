/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Two hash tables over entries in the order of their coming. Main thread.
 */

#include <offhook/call-table.h>

typedef struct {
	char *call_id;
	char *provider_id; /* (nullable) */
	gpointer data;
	GList link; /* in `order`; its data is the entry */
} OffhookCallEntry;

struct _OffhookCallTable {
	guint limit;
	GDestroyNotify free_data;
	GHashTable *by_id;       /* owns nothing */
	GHashTable *by_provider; /* owns nothing */
	GQueue order;            /* owns the entries, oldest first */
};

OffhookCallTable *
offhook_call_table_new(guint limit, GDestroyNotify free_data)
{
	OffhookCallTable *self = g_new0(OffhookCallTable, 1);

	g_return_val_if_fail(limit > 0, NULL);

	self->limit = limit;
	self->free_data = free_data;
	self->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	self->by_provider = g_hash_table_new(g_str_hash, g_str_equal);
	g_queue_init(&self->order);
	return self;
}

static void
offhook_call_table_drop(OffhookCallTable *self, OffhookCallEntry *entry)
{
	g_queue_unlink(&self->order, &entry->link);
	g_hash_table_remove(self->by_id, entry->call_id);
	/* The name may have gone to a newer call. */
	if (entry->provider_id != NULL &&
	    g_hash_table_lookup(self->by_provider, entry->provider_id) == entry)
		g_hash_table_remove(self->by_provider, entry->provider_id);
	if (self->free_data != NULL)
		self->free_data(entry->data);
	g_free(entry->call_id);
	g_free(entry->provider_id);
	g_free(entry);
}

void
offhook_call_table_free(OffhookCallTable *self)
{
	if (self == NULL)
		return;
	while (self->order.head != NULL)
		offhook_call_table_drop(self, self->order.head->data);
	g_hash_table_unref(self->by_provider);
	g_hash_table_unref(self->by_id);
	g_free(self);
}

guint
offhook_call_table_get_size(OffhookCallTable *self)
{
	return g_queue_get_length(&self->order);
}

static OffhookCallEntry *
offhook_call_table_look_up(GHashTable *table, const char *id)
{
	return id != NULL ? g_hash_table_lookup(table, id) : NULL;
}

/* g_hash_table_replace(): the key must be the new entry's own. */
static void
offhook_call_table_set_provider_id(OffhookCallTable *self, OffhookCallEntry *entry,
				   const char *provider_id)
{
	entry->provider_id = g_strdup(provider_id);
	g_hash_table_replace(self->by_provider, entry->provider_id, entry);
}

void
offhook_call_table_add(OffhookCallTable *self, const char *call_id, const char *provider_id,
		       gpointer data)
{
	OffhookCallEntry *entry = g_new0(OffhookCallEntry, 1);

	offhook_call_table_remove(self, call_id);
	if (offhook_call_table_get_size(self) >= self->limit)
		offhook_call_table_drop(self, self->order.head->data);
	entry->call_id = g_strdup(call_id);
	entry->data = data;
	entry->link.data = entry;
	g_queue_push_tail_link(&self->order, &entry->link);
	g_hash_table_insert(self->by_id, entry->call_id, entry);
	if (provider_id != NULL)
		offhook_call_table_set_provider_id(self, entry, provider_id);
}

gboolean
offhook_call_table_name(OffhookCallTable *self, const char *call_id, const char *provider_id)
{
	OffhookCallEntry *entry = offhook_call_table_look_up(self->by_id, call_id);

	g_return_val_if_fail(provider_id != NULL, FALSE);

	if (entry == NULL)
		return FALSE;
	if (entry->provider_id != NULL)
		return g_str_equal(entry->provider_id, provider_id);
	if (g_hash_table_contains(self->by_provider, provider_id))
		return FALSE;
	offhook_call_table_set_provider_id(self, entry, provider_id);
	return TRUE;
}

void
offhook_call_table_remove(OffhookCallTable *self, const char *call_id)
{
	OffhookCallEntry *entry = offhook_call_table_look_up(self->by_id, call_id);

	if (entry != NULL)
		offhook_call_table_drop(self, entry);
}

gpointer
offhook_call_table_find(OffhookCallTable *self, const char *call_id)
{
	OffhookCallEntry *entry = offhook_call_table_look_up(self->by_id, call_id);

	return entry != NULL ? entry->data : NULL;
}

const char *
offhook_call_table_find_id(OffhookCallTable *self, const char *provider_id)
{
	OffhookCallEntry *entry = offhook_call_table_look_up(self->by_provider, provider_id);

	return entry != NULL ? entry->call_id : NULL;
}

const char *
offhook_call_table_get_provider_id(OffhookCallTable *self, const char *call_id)
{
	OffhookCallEntry *entry = offhook_call_table_look_up(self->by_id, call_id);

	return entry != NULL ? entry->provider_id : NULL;
}
