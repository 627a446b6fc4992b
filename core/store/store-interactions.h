/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the store keeps of users: what they said and were answered, what they like, what is known of
 * them. Unlike the writes of store.h these are answered when they are committed, or with the error
 * that kept them from it: whoever sends them is told. Main thread.
 *
 * Each function takes the user (nullable) on whose behalf it is done. Such a user sees and writes rows
 * of his own only: those of others are not there for him, and writing them is
 * %OFFHOOK_ERROR_PERMISSION. In PostgreSQL this is also the database's own doing, where there is a
 * role "authenticated" as Supabase has it: row-level security with the token's claims.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/** A user whose token was checked. */
typedef struct {
	char *subject; /* his id: "sub" of the claims */
	char *claims;  /* all of them: a JSON object */
} OffhookStoreUser;

OffhookStoreUser *offhook_store_user_new(const char *subject, const char *claims);
OffhookStoreUser *offhook_store_user_copy(const OffhookStoreUser *self);
void offhook_store_user_free(OffhookStoreUser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStoreUser, offhook_store_user_free)

/** @record: copied. The same id again changes nothing. */
void offhook_store_add_interaction_async(OffhookStore *self, const OffhookInteractionRecord *record,
					 const OffhookStoreUser *user, GCancellable *cancellable,
					 GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_store_add_interaction_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);

/** One of @user_id and @session_id, or both; the other is %NULL. Borrowed. */
typedef struct {
	const char *user_id;
	const char *session_id;
	guint limit; /* 1..500 */
} OffhookInteractionFilter;

/** Newest first. */
void offhook_store_list_interactions_async(OffhookStore *self,
					   const OffhookInteractionFilter *filter,
					   const OffhookStoreUser *user, GCancellable *cancellable,
					   GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (element-type OffhookInteractionRecord) (transfer full) */
GPtrArray *offhook_store_list_interactions_finish(OffhookStore *self, GAsyncResult *result,
						  GError **error);

/**
 * offhook_store_count_interactions_async:
 * @user_id: (nullable): of all users
 * @since_us: those since then
 */
void offhook_store_count_interactions_async(OffhookStore *self, const char *user_id,
					    gint64 since_us, const OffhookStoreUser *user,
					    GCancellable *cancellable, GAsyncReadyCallback callback,
					    gpointer user_data);
/**
 * Returns: (element-type OffhookInteractionCountRecord) (transfer full): first all of them, then
 *   those of each kind of agent, at most 100, most first
 */
GPtrArray *offhook_store_count_interactions_finish(OffhookStore *self, GAsyncResult *result,
						   GError **error);

/**
 * offhook_store_put_preferences_async:
 * @record: copied. What is %NULL of preferences and knowledge stays as it is; the times are the
 *   store's
 */
void offhook_store_put_preferences_async(OffhookStore *self, const OffhookPreferencesRecord *record,
					 const OffhookStoreUser *user, GCancellable *cancellable,
					 GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_store_put_preferences_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);

void offhook_store_get_preferences_async(OffhookStore *self, const char *user_id,
					 const OffhookStoreUser *user, GCancellable *cancellable,
					 GAsyncReadyCallback callback, gpointer user_data);
/** (transfer full); %OFFHOOK_ERROR_NOT_FOUND: nothing is known of that user */
OffhookPreferencesRecord *
offhook_store_get_preferences_finish(OffhookStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
