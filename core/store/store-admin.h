/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A database from the outside, as an administrator wants to see it: how it is, whether it is whole, and
 * bringing its schema up to date. For programs that have nothing else to do: all of it blocks, and none
 * of it needs a daemon or disturbs one. Any thread.
 *
 * Errors: %OFFHOOK_ERROR_CONFIG for a URL that can't be right, %OFFHOOK_ERROR_STORAGE when there is no
 * database or it can't be talked to, %OFFHOOK_ERROR_INCOMPATIBLE, %OFFHOOK_ERROR_FORMAT.
 */
#pragma once

#include "store/journal/journal-directory.h"
#include "store/store.h"

G_BEGIN_DECLS

typedef struct {
	char *name;
	gint64 rows;
	gint64 bytes; /* with its indexes */
} OffhookStoreTable;

typedef struct {
	const char *backend; /* "sqlite" */
	char *server;        /* "PostgreSQL 15.3" */
	guint version;       /* of the schema; 0: there is none */
	guint latest;        /* that this program knows; the difference is pending */
	gint64 bytes;        /* of all */
	GPtrArray *tables;   /* (element-type OffhookStoreTable): in the order of names */
	OffhookJournalSurvey journal;
} OffhookStoreStatus;

/** @options: where the journal is, too, if there is one. (transfer full) */
OffhookStoreStatus *
offhook_store_admin_get_status(const char *url, const OffhookStoreOptions *options, GError **error);
void offhook_store_status_free(OffhookStoreStatus *self);

/** Makes what is missing and brings the schema up to date; of several at once one does it. */
gboolean offhook_store_admin_migrate(const char *url, const OffhookStoreOptions *options,
				     GError **error);

/**
 * offhook_store_admin_check:
 *
 * Reads all of the database, and changes nothing. Returns: (transfer full) (element-type utf8): what is
 * wrong, a line each; none is good. %NULL when it can't be told
 */
GPtrArray *offhook_store_admin_check(const char *url, const OffhookStoreOptions *options,
				     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStoreStatus, offhook_store_status_free)

G_END_DECLS
