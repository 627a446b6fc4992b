/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Files and recordings at providers are found through rows, and through receipts that say what is left.
 */

#include "call/keeping/erasing.h"

#include <string.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "call/event.h"
#include "call/keeping/receipt.h"
#include "config/secret.h"
#include "media/recording-format.h"
#include "store/journal/journal-directory.h"
#include "store/record/recording-file.h"
#include "store/store.h"

void
offhook_erasing_free(OffhookErasing *self)
{
	g_free((char *)self->caller.number);
	g_free((char *)self->caller.user_id);
	g_free(self->receipt_id);
	offhook_secret_free(self->key);
	g_free(self->subject);
	g_free(self->journal_dir);
	g_hash_table_unref(self->files);
	g_hash_table_unref(self->provider);
	json_array_unref(self->left);
	g_clear_pointer(&self->counts, g_ptr_array_unref);
	g_free(self);
}

OffhookErasing *
offhook_erasing_new(const OffhookCaller *caller, char *key, const char *state_dir)
{
	OffhookErasing *self = g_new0(OffhookErasing, 1);

	self->caller.number = g_strdup(caller->number);
	self->caller.user_id = g_strdup(caller->user_id);
	self->receipt_id = offhook_uuid_new_v7();
	self->key = key;
	self->subject = offhook_receipt_make_subject(key, caller);
	self->journal_dir =
	    state_dir != NULL ? g_build_filename(state_dir, OFFHOOK_STORE_JOURNAL_DIR, NULL) : NULL;
	self->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->provider = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->left = json_array_new();
	return self;
}

/* ---- finding ---- */

static void
offhook_erasing_add_provider(OffhookErasing *self, const char *driver, const char *name)
{
	g_hash_table_replace(self->provider, g_strconcat(driver, "/", name, NULL),
			     g_strdup(driver));
}

/* @text: what was told of a recording at the provider */
static void
offhook_erasing_read_event(OffhookErasing *self, const char *driver, const char *text)
{
	g_autoptr(JsonObject) data = offhook_json_parse_object(text, strlen(text), "event", NULL);
	const char *name = NULL;
	const char *source = NULL;

	if (data != NULL && offhook_json_read_string(data, "recording_id", &name, NULL) &&
	    offhook_json_read_string(data, "source", &source, NULL) && name != NULL &&
	    g_strcmp0(source, OFFHOOK_EVENT_RECORDING_PROVIDER) == 0)
		offhook_erasing_add_provider(self, driver, name);
}

void
offhook_erasing_add_holdings(OffhookErasing *self, GPtrArray *holdings)
{
	for (guint i = 0; i < holdings->len; i++) {
		const OffhookHoldingRecord *holding = g_ptr_array_index(holdings, i);

		if (holding->path != NULL)
			g_hash_table_replace(self->files, g_strdup(holding->path),
					     g_strdup(holding->call_id));
		else if (holding->event != NULL)
			offhook_erasing_read_event(self, holding->driver, holding->event);
	}
}

static void
offhook_erasing_read_left_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	OffhookErasing *self = user_data;
	JsonObject *item = json_node_get_object(node);
	const char *what = json_object_get_string_member(item, "what");
	const char *name = json_object_get_string_member(item, "name");
	char *call_id;

	if (g_str_equal(what, OFFHOOK_ERASING_FILE) &&
	    offhook_recording_format_parse_file_name(name, &call_id, NULL)) {
		g_hash_table_replace(self->files, g_strdup(name), call_id);
	} else if (g_str_equal(what, OFFHOOK_ERASING_PROVIDER)) {
		g_autofree char *driver = g_strndup(name, strcspn(name, "/"));

		offhook_erasing_add_provider(self, driver, strchr(name, '/') + 1);
	}
}

void
offhook_erasing_add_left(OffhookErasing *self, GPtrArray *receipts)
{
	for (guint i = 0; i < receipts->len; i++) {
		const OffhookReceiptRecord *record = g_ptr_array_index(receipts, i);
		g_autoptr(JsonObject) receipt = offhook_json_parse_object(
		    record->receipt, strlen(record->receipt), "receipt", NULL);

		/* What is not ours any more is not followed: it could name anything. */
		if (receipt != NULL && offhook_receipt_is_intact(receipt, self->key))
			json_array_foreach_element(
			    json_object_get_array_member(receipt, "not_deleted"),
			    offhook_erasing_read_left_cb, self);
	}
}

/* ---- deleting ---- */

void
offhook_erasing_leave(OffhookErasing *self, const char *what, const char *name, const char *reason)
{
	JsonObject *item = json_object_new();

	json_object_set_string_member(item, "what", what);
	json_object_set_string_member(item, "name", name);
	json_object_set_string_member(item, "reason", reason);
	json_array_add_object_element(self->left, item);
}

/* What the journal has set aside as damaged may be his, and nobody can tell. */
static void
offhook_erasing_clear_damaged(OffhookErasing *self)
{
	g_autoptr(GError) error = NULL;
	guint64 bytes = 0;
	guint n_files = 0;

	if (self->journal_dir == NULL)
		return;
	if (!offhook_journal_directory_clear_damaged(self->journal_dir, &n_files, &bytes, &error))
		offhook_erasing_leave(self, OFFHOOK_ERASING_JOURNAL, self->journal_dir,
				      error->message);
	self->n_files += n_files;
	self->bytes += bytes;
}

void
offhook_erasing_delete_files(OffhookErasing *self)
{
	GHashTableIter iter;
	gpointer path, call_id;

	g_hash_table_iter_init(&iter, self->files);
	while (g_hash_table_iter_next(&iter, &path, &call_id)) {
		g_autoptr(GError) error = NULL;
		guint64 bytes;

		if (!offhook_recording_file_delete(path, call_id, &bytes, &error))
			offhook_erasing_leave(self, OFFHOOK_ERASING_FILE, path, error->message);
		else if (bytes > 0)
			self->n_files++;
		self->bytes += bytes;
	}
	offhook_erasing_clear_damaged(self);
}

gboolean
offhook_erasing_take_provider(OffhookErasing *self, char **name, char **driver)
{
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, self->provider);
	if (!g_hash_table_iter_next(&iter, &key, &value))
		return FALSE;
	return g_hash_table_steal_extended(self->provider, key, (gpointer *)name,
					   (gpointer *)driver);
}

/* ---- the receipt ---- */

static JsonObject *
offhook_erasing_make_rows(OffhookErasing *self)
{
	JsonObject *rows = json_object_new();

	for (guint i = 0; i < self->counts->len; i++) {
		const OffhookRowCountRecord *count = g_ptr_array_index(self->counts, i);

		json_object_set_int_member(rows, count->table, count->rows);
	}
	return rows;
}

JsonObject *
offhook_erasing_make_receipt(OffhookErasing *self, const char *backend, gint64 at_us)
{
	JsonObject *receipt = json_object_new();
	JsonObject *files = json_object_new();
	g_autofree char *at = offhook_timestamp_format(at_us);

	json_object_set_string_member(receipt, "receipt_id", self->receipt_id);
	json_object_set_string_member(receipt, "erased_at", at);
	json_object_set_string_member(receipt, "subject", self->subject);
	json_object_set_string_member(receipt, "database", backend);
	json_object_set_object_member(receipt, "rows", offhook_erasing_make_rows(self));
	json_object_set_int_member(files, "count", self->n_files);
	json_object_set_int_member(files, "bytes", (gint64)self->bytes);
	json_object_set_object_member(receipt, "files", files);
	json_object_set_int_member(receipt, "provider_recordings", self->n_provider);
	json_object_set_int_member(receipt, "text_messages", self->n_texts);
	json_object_set_int_member(receipt, "chroma_pending", self->n_removals);
	json_object_set_boolean_member(receipt, "complete", json_array_get_length(self->left) == 0);
	json_object_set_array_member(receipt, "not_deleted", json_array_ref(self->left));
	offhook_receipt_seal(receipt, self->key);
	return receipt;
}
