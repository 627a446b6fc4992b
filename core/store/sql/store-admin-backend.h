/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a kind of database must do to be administered: answer questions in SQL. Any thread that may wait.
 */
#pragma once

#include "store/store-admin.h"

G_BEGIN_DECLS

/** A question whose rows are what is wrong; the first column is put into @text for "%s". */
typedef struct {
	const char *sql;
	const char *text;
} OffhookStoreCheck;

typedef struct {
	const char *name;
	const char *migrations; /* their folder */
	/* (nullable) with @error; the database is there and was not changed */
	gpointer (*open)(const char *url, const OffhookStoreOptions *options, GError **error);
	void (*close)(gpointer session);
	/* (transfer full) (nullable) (element-type GStrv): rows of text, NULL as "" */
	GPtrArray *(*ask)(gpointer session, const char *sql, GError **error);
	gboolean (*migrate)(const char *url, const OffhookStoreOptions *options, GError **error);

	const char *server_sql;
	const char *versioned_sql; /* is there a table schema_version? "1" */
	const char *bytes_sql;
	const char *tables_sql; /* names and bytes */
	const OffhookStoreCheck *checks;
	guint n_checks;
} OffhookStoreAdminBackend;

extern const OffhookStoreAdminBackend offhook_sqlite_admin;
extern const OffhookStoreAdminBackend offhook_postgres_admin;

G_END_DECLS
