/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook db: the database that the configuration names, with or without a daemon that runs.
 */

#include <stdlib.h>
#include <string.h>

#include <offhook/error.h>

#include "cli/command/commands.h"
#include "cli/print/clean.h"
#include "cli/server/db.h"

typedef struct {
	OffhookClient *client;
	const char *url;
	char *journal_dir;
	OffhookStoreOptions options;
} OffhookDb;

static void
offhook_db_clear(OffhookDb *self)
{
	g_free(self->journal_dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookDb, offhook_db_clear)

static void
offhook_db_migrating_cb(const OffhookStoreMigration *migration, gpointer user_data)
{
	g_autofree char *text = offhook_store_migration_describe(migration);

	g_printerr("%s\n", text);
}

static void
offhook_db_open(OffhookClient *client, OffhookDb *self)
{
	self->client = client;
	self->url = offhook_config_get_string(client->config, "store", "url");
	self->journal_dir = g_build_filename(offhook_config_get_state_dir(client->config),
					     OFFHOOK_STORE_JOURNAL_DIR, NULL);
	self->options.journal_dir = self->journal_dir;
	self->options.migration = offhook_db_migrating_cb;
	self->options.schema = offhook_config_get_string(client->config, "store", "schema");
	self->options.connect_ms =
	    offhook_config_get_integer(client->config, "store", "connect-timeout-ms");
}

/* What can't be reached is not there, for a command line. Always %EXIT_FAILURE. */
static int
offhook_db_fail(GError *local, GError **error)
{
	if (g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE))
		local->code = OFFHOOK_ERROR_UNAVAILABLE;
	else if (g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG))
		g_prefix_error(&local, "[store] url: ");
	g_propagate_error(error, local);
	return EXIT_FAILURE;
}

/* ---- status ---- */

OffhookStoreStatus *
offhook_db_get_status(OffhookClient *client, GError **error)
{
	g_auto(OffhookDb) db = {0};
	GError *local = NULL;
	OffhookStoreStatus *status;

	offhook_db_open(client, &db);
	status = offhook_store_admin_get_status(db.url, &db.options, &local);
	if (status == NULL)
		offhook_db_fail(local, error);
	return status;
}

static JsonObject *
offhook_db_view_journal(const OffhookJournalSurvey *journal)
{
	JsonObject *object = json_object_new();

	json_object_set_int_member(object, "files", journal->n_files);
	json_object_set_int_member(object, "writes", (gint64)journal->n_writes);
	json_object_set_int_member(object, "bytes", (gint64)journal->bytes);
	json_object_set_int_member(object, "damaged_files", journal->n_damaged);
	return object;
}

static JsonObject *
offhook_db_view_status(const OffhookStoreStatus *status)
{
	JsonObject *object = json_object_new();
	JsonArray *tables = json_array_new();

	json_object_set_string_member(object, "backend", status->backend);
	json_object_set_string_member(object, "server", status->server);
	json_object_set_int_member(object, "schema_version", status->version);
	json_object_set_int_member(object, "latest_version", status->latest);
	json_object_set_int_member(object, "pending_migrations",
				   (gint64)status->latest - status->version);
	json_object_set_int_member(object, "bytes", status->bytes);
	for (guint i = 0; i < status->tables->len; i++) {
		const OffhookStoreTable *table = g_ptr_array_index(status->tables, i);
		JsonObject *row = json_object_new();

		json_object_set_string_member(row, "name", table->name);
		json_object_set_int_member(row, "rows", table->rows);
		if (table->bytes > 0)
			json_object_set_int_member(row, "bytes", table->bytes);
		json_array_add_object_element(tables, row);
	}
	json_object_set_array_member(object, "tables", tables);
	json_object_set_object_member(object, "journal", offhook_db_view_journal(&status->journal));
	return object;
}

static void
offhook_db_print_version(const OffhookStoreStatus *status)
{
	if (status->version < status->latest)
		g_print("%-12s %u, %u migrations pending\n", "schema", status->version,
			status->latest - status->version);
	else if (status->version > status->latest)
		g_print("%-12s %u, made by a newer version (this one knows up to %u)\n", "schema",
			status->version, status->latest);
	else
		g_print("%-12s %u\n", "schema", status->version);
}

static void
offhook_db_print_status(const OffhookStoreStatus *status)
{
	g_print("%-12s %s\n", "server", status->server);
	offhook_db_print_version(status);
	g_print("%-12s %.1f MiB\n", "size", status->bytes / 1048576.0);
	g_print("%-12s %" G_GUINT64_FORMAT " writes, %.1f MiB", "journal", status->journal.n_writes,
		status->journal.bytes / 1048576.0);
	if (status->journal.n_damaged > 0)
		g_print(", %u damaged files", status->journal.n_damaged);
	g_print("\n\n%-20s %12s %10s\n", "TABLE", "ROWS", "MIB");
	for (guint i = 0; i < status->tables->len; i++) {
		const OffhookStoreTable *table = g_ptr_array_index(status->tables, i);
		g_autofree char *size = table->bytes > 0
					    ? g_strdup_printf("%.1f", table->bytes / 1048576.0)
					    : g_strdup("-");

		g_print("%-20s %12" G_GINT64_FORMAT " %10s\n", table->name, table->rows, size);
	}
}

static int
offhook_db_status(const OffhookDb *db, GError **error)
{
	GError *local = NULL;
	g_autoptr(OffhookStoreStatus) status =
	    offhook_store_admin_get_status(db->url, &db->options, &local);
	g_autoptr(JsonObject) object = NULL;

	if (status == NULL)
		return offhook_db_fail(local, error);
	object = offhook_db_view_status(status);
	if (!offhook_client_print_json(db->client, object))
		offhook_db_print_status(status);
	return EXIT_SUCCESS;
}

/* ---- migrate ---- */

static int
offhook_db_migrate(const OffhookDb *db, GError **error)
{
	g_autoptr(OffhookStoreStatus) before =
	    offhook_store_admin_get_status(db->url, &db->options, NULL);
	g_autoptr(OffhookStoreStatus) after = NULL;
	g_autoptr(JsonObject) object = json_object_new();
	guint from = before != NULL ? before->version : 0;
	GError *local = NULL;

	if (!offhook_store_admin_migrate(db->url, &db->options, &local))
		return offhook_db_fail(local, error);
	after = offhook_store_admin_get_status(db->url, &db->options, &local);
	if (after == NULL)
		return offhook_db_fail(local, error);
	json_object_set_int_member(object, "from_version", from);
	json_object_set_int_member(object, "schema_version", after->version);
	if (offhook_client_print_json(db->client, object))
		return EXIT_SUCCESS;
	if (from == after->version)
		g_print("schema %u: nothing to do\n", from);
	else
		g_print("schema %u, was %u\n", after->version, from);
	return EXIT_SUCCESS;
}

/* ---- check ---- */

static int
offhook_db_check(const OffhookDb *db, GError **error)
{
	GError *local = NULL;
	g_autoptr(GPtrArray) problems = offhook_store_admin_check(db->url, &db->options, &local);
	g_autoptr(JsonObject) object = json_object_new();
	JsonArray *array;

	if (problems == NULL)
		return offhook_db_fail(local, error);
	array = json_array_new();
	for (guint i = 0; i < problems->len; i++)
		json_array_add_string_element(array, g_ptr_array_index(problems, i));
	json_object_set_boolean_member(object, "good", problems->len == 0);
	json_object_set_array_member(object, "problems", array);
	if (!offhook_client_print_json(db->client, object)) {
		for (guint i = 0; i < problems->len; i++) {
			g_autofree char *clean = offhook_clean_text(g_ptr_array_index(problems, i));

			g_print("%s\n", clean);
		}
		if (problems->len == 0)
			g_print("ok\n");
	}
	return problems->len == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- the commands ---- */

/* Calls @run with the database of the configuration. */
static int
offhook_db_run(OffhookClient *client, int (*run)(const OffhookDb *db, GError **error),
	       GError **error)
{
	g_auto(OffhookDb) db = {0};

	offhook_db_open(client, &db);
	return run(&db, error);
}

int
offhook_command_db_status(OffhookClient *client, const OffhookWords *words, GError **error)
{
	return offhook_db_run(client, offhook_db_status, error);
}

int
offhook_command_db_migrate(OffhookClient *client, const OffhookWords *words, GError **error)
{
	return offhook_db_run(client, offhook_db_migrate, error);
}

int
offhook_command_db_check(OffhookClient *client, const OffhookWords *words, GError **error)
{
	return offhook_db_run(client, offhook_db_check, error);
}
