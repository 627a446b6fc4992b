/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The questions that are the same for both kinds of database; each has a few of its own.
 */

#include "store/store-admin.h"

#include <string.h>

#include <offhook/error.h>

#include "store/postgres/postgres-store.h"
#include "store/sql/store-admin-backend.h"
#include "store/sql/store-migrations.h"

#define OF_NO_CALL(table)                                                                          \
	{                                                                                          \
		"SELECT count(*) FROM " table " AS t WHERE call_id IS NOT NULL AND NOT EXISTS "    \
		"(SELECT 1 FROM calls WHERE id = t.call_id) HAVING count(*) > 0",                  \
		    table ": %s rows of calls that are not there"                                  \
	}

static const OffhookStoreCheck offhook_store_admin_checks[] = {
    OF_NO_CALL("call_events"),
    OF_NO_CALL("conversations"),
    OF_NO_CALL("messages"),
    OF_NO_CALL("turns"),
    OF_NO_CALL("recordings"),
    {"SELECT count(*) FROM messages AS t WHERE NOT EXISTS "
     "(SELECT 1 FROM conversations WHERE id = t.conversation_id) HAVING count(*) > 0",
     "messages: %s rows of conversations that are not there"},
    {"SELECT id FROM conversations AS t WHERE message_count <> "
     "(SELECT count(*) FROM messages WHERE conversation_id = t.id) ORDER BY id LIMIT 20",
     "conversations: %s counts other messages than it has"},
    {"SELECT id FROM conversations AS t WHERE message_count > 0 AND last_message_us < "
     "(SELECT max(at_us) FROM messages WHERE conversation_id = t.id) ORDER BY id LIMIT 20",
     "conversations: %s is older than its last message"},
};

/* (nullable) with @error */
static const OffhookStoreAdminBackend *
offhook_store_admin_find(const char *url, GError **error)
{
	if (!offhook_store_check_url(url, error))
		return NULL;
	return g_str_has_prefix(url, "sqlite:") ? &offhook_sqlite_admin : &offhook_postgres_admin;
}

/* The first column of the first row; "" for none. (transfer full) (nullable) with @error */
static char *
offhook_store_admin_ask_one(const OffhookStoreAdminBackend *backend, gpointer session,
			    const char *sql, GError **error)
{
	g_autoptr(GPtrArray) rows = backend->ask(session, sql, error);

	if (rows == NULL)
		return NULL;
	return g_strdup(rows->len > 0 ? ((char **)g_ptr_array_index(rows, 0))[0] : "");
}

static gboolean
offhook_store_admin_ask_number(const OffhookStoreAdminBackend *backend, gpointer session,
			       const char *sql, gint64 *number, GError **error)
{
	g_autofree char *text = offhook_store_admin_ask_one(backend, session, sql, error);

	*number = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
	return text != NULL;
}

/* 0: there is no schema. */
static gboolean
offhook_store_admin_ask_version(const OffhookStoreAdminBackend *backend, gpointer session,
				guint *version, GError **error)
{
	gint64 number = 0;

	if (!offhook_store_admin_ask_number(backend, session, backend->versioned_sql, &number,
					    error))
		return FALSE;
	if (number > 0 &&
	    !offhook_store_admin_ask_number(backend, session,
					    "SELECT coalesce(max(version), 0) FROM schema_version",
					    &number, error))
		return FALSE;
	*version = (guint)number;
	return TRUE;
}

/* ---- status ---- */

static void
offhook_store_table_free(gpointer data)
{
	OffhookStoreTable *table = data;

	g_free(table->name);
	g_free(table);
}

static gboolean
offhook_store_admin_fill_tables(const OffhookStoreAdminBackend *backend, gpointer session,
				OffhookStoreStatus *status, GError **error)
{
	g_autoptr(GPtrArray) rows = backend->ask(session, backend->tables_sql, error);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		char **row = g_ptr_array_index(rows, i);
		OffhookStoreTable *table = g_new0(OffhookStoreTable, 1);
		g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM \"%s\"", row[0]);

		table->name = g_strdup(row[0]);
		table->bytes = g_ascii_strtoll(row[1], NULL, 10);
		g_ptr_array_add(status->tables, table);
		if (!offhook_store_admin_ask_number(backend, session, sql, &table->rows, error))
			return FALSE;
	}
	return rows != NULL;
}

static gboolean
offhook_store_admin_fill(const OffhookStoreAdminBackend *backend, gpointer session,
			 const OffhookStoreOptions *options, OffhookStoreStatus *status,
			 GError **error)
{
	status->server = offhook_store_admin_ask_one(backend, session, backend->server_sql, error);
	return status->server != NULL &&
	       offhook_store_admin_ask_version(backend, session, &status->version, error) &&
	       offhook_store_admin_ask_number(backend, session, backend->bytes_sql, &status->bytes,
					      error) &&
	       offhook_store_admin_fill_tables(backend, session, status, error) &&
	       (options->journal_dir == NULL ||
		offhook_journal_directory_survey(options->journal_dir, &status->journal, error));
}

OffhookStoreStatus *
offhook_store_admin_get_status(const char *url, const OffhookStoreOptions *options, GError **error)
{
	const OffhookStoreAdminBackend *backend = offhook_store_admin_find(url, error);
	g_autoptr(OffhookStoreStatus) status = NULL;
	gpointer session = backend != NULL ? backend->open(url, options, error) : NULL;
	gboolean filled;

	if (session == NULL)
		return NULL;
	status = g_new0(OffhookStoreStatus, 1);
	status->backend = backend->name;
	status->latest = offhook_store_migrations_get_latest(backend->migrations);
	status->tables = g_ptr_array_new_with_free_func(offhook_store_table_free);
	filled = offhook_store_admin_fill(backend, session, options, status, error);
	backend->close(session);
	return filled ? g_steal_pointer(&status) : NULL;
}

void
offhook_store_status_free(OffhookStoreStatus *self)
{
	g_free(self->server);
	g_ptr_array_unref(self->tables);
	g_free(self);
}

/* ---- migrating and checking ---- */

gboolean
offhook_store_admin_migrate(const char *url, const OffhookStoreOptions *options, GError **error)
{
	const OffhookStoreAdminBackend *backend = offhook_store_admin_find(url, error);

	return backend != NULL && backend->migrate(url, options, error);
}

static gboolean
offhook_store_admin_run_checks(const OffhookStoreAdminBackend *backend, gpointer session,
			       const OffhookStoreCheck *checks, guint n, GPtrArray *problems,
			       GError **error)
{
	for (guint i = 0; i < n; i++) {
		g_autoptr(GPtrArray) rows = backend->ask(session, checks[i].sql, error);

		if (rows == NULL)
			return FALSE;
		for (guint r = 0; r < rows->len; r++) {
			g_auto(GStrv) parts = g_strsplit(checks[i].text, "%s", 2);

			g_ptr_array_add(
			    problems, g_strjoinv(((char **)g_ptr_array_index(rows, r))[0], parts));
		}
	}
	return TRUE;
}

/* Of the schema as this program knows it: another has other tables. */
static gboolean
offhook_store_admin_check_version(const OffhookStoreAdminBackend *backend, gpointer session,
				  GError **error)
{
	guint latest = offhook_store_migrations_get_latest(backend->migrations);
	guint version = 0;

	if (!offhook_store_admin_ask_version(backend, session, &version, error))
		return FALSE;
	if (version == latest)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE,
		    "the schema is version %u, expected %u%s", version, latest,
		    version < latest ? ": offhook db migrate brings it there" : "");
	return FALSE;
}

static gboolean
offhook_store_admin_check_journal(const OffhookStoreOptions *options, GPtrArray *problems,
				  GError **error)
{
	OffhookJournalSurvey journal;

	if (options->journal_dir == NULL)
		return TRUE;
	if (!offhook_journal_directory_survey(options->journal_dir, &journal, error))
		return FALSE;
	if (journal.n_damaged > 0)
		g_ptr_array_add(problems,
				g_strdup_printf("journal: %u files set aside as damaged in %s",
						journal.n_damaged, options->journal_dir));
	return TRUE;
}

GPtrArray *
offhook_store_admin_check(const char *url, const OffhookStoreOptions *options, GError **error)
{
	const OffhookStoreAdminBackend *backend = offhook_store_admin_find(url, error);
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	gpointer session = backend != NULL ? backend->open(url, options, error) : NULL;
	gboolean checked;

	if (session == NULL)
		return NULL;
	checked = offhook_store_admin_check_version(backend, session, error) &&
		  offhook_store_admin_run_checks(backend, session, backend->checks,
						 backend->n_checks, problems, error) &&
		  offhook_store_admin_run_checks(backend, session, offhook_store_admin_checks,
						 G_N_ELEMENTS(offhook_store_admin_checks), problems,
						 error) &&
		  offhook_store_admin_check_journal(options, problems, error);
	backend->close(session);
	return checked ? g_steal_pointer(&problems) : NULL;
}
