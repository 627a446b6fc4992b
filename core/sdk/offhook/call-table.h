/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The calls that a driver has heard of, by our id and by the provider's, each with what the driver
 * knows of it. Ended calls stay for as long as there is room, so that a repeated webhook brings none
 * back; then the oldest make room. Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookCallTable OffhookCallTable;

/** @limit: so many calls are kept; @free_data: (nullable): of what the driver knows */
OffhookCallTable *offhook_call_table_new(guint limit, GDestroyNotify free_data);
void offhook_call_table_free(OffhookCallTable *self);
/** How many calls there are, ended ones included. */
guint offhook_call_table_get_size(OffhookCallTable *self);

/**
 * offhook_call_table_add:
 * @call_id: ours; one that is there already is replaced
 * @provider_id: (nullable): the provider's name of it, when it is known already
 * @data: (transfer full): what the driver knows of it
 *
 * A provider that uses a name again means the new call.
 */
void offhook_call_table_add(OffhookCallTable *self, const char *call_id, const char *provider_id,
			    gpointer data);
/** The provider's name is known now. %FALSE: the call has another, or another call has this one. */
gboolean offhook_call_table_name(OffhookCallTable *self, const char *call_id,
				 const char *provider_id);
/** Forgets a call, and frees what is known of it. Does nothing for one that is not there. */
void offhook_call_table_remove(OffhookCallTable *self, const char *call_id);

/* (transfer none) (nullable): valid until the next offhook_call_table_add(). Ids may be %NULL. */
/**
 * offhook_call_table_find:
 * offhook_call_table_find_id:
 * offhook_call_table_get_provider_id:
 *
 * What the driver knows of a call, our id of it, the provider's name of it. Ids may be %NULL.
 *
 * Returns: (transfer none) (nullable): valid until the next offhook_call_table_add()
 */
gpointer offhook_call_table_find(OffhookCallTable *self, const char *call_id);
const char *offhook_call_table_find_id(OffhookCallTable *self, const char *provider_id);
const char *offhook_call_table_get_provider_id(OffhookCallTable *self, const char *call_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCallTable, offhook_call_table_free)

G_END_DECLS
