/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A caller that is being erased: what there is of him outside of the database, what has become of it, and the
 * receipt that says so. One thread at a time.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "store/store-erase.h"

G_BEGIN_DECLS

/* What could not be deleted is. */
#define OFFHOOK_ERASING_FILE     "file"
#define OFFHOOK_ERASING_PROVIDER "provider_recording"
#define OFFHOOK_ERASING_JOURNAL  "journal"
#define OFFHOOK_ERASING_DATABASE "database"

typedef struct {
	OffhookCaller caller;
	char *receipt_id;
	char *key;
	char *subject;
	char *journal_dir;    /* (nullable): where the store keeps what waits */
	GHashTable *files;    /* path -> id of the call */
	GHashTable *provider; /* "driver/name" -> driver's name; taken out one by one */
	guint n_files;
	guint64 bytes;
	guint n_provider;
	guint n_texts;
	guint n_removals;  /* that Chroma still has to make */
	JsonArray *left;   /* what could not be deleted */
	GPtrArray *counts; /* (nullable) (element-type OffhookRowCountRecord) */
} OffhookErasing;

/** @key: (transfer full): of receipts; @state_dir: (nullable) */
OffhookErasing *offhook_erasing_new(const OffhookCaller *caller, char *key, const char *state_dir);
void offhook_erasing_free(OffhookErasing *self);

/** What the rows name: files, recordings at providers. @holdings: (element-type OffhookHoldingRecord) */
void offhook_erasing_add_holdings(OffhookErasing *self, GPtrArray *holdings);
/** What could not be deleted the last times. @receipts: (element-type OffhookReceiptRecord) */
void offhook_erasing_add_left(OffhookErasing *self, GPtrArray *receipts);

/** The next recording at a provider, if there is one. @name: "driver/name"; both (transfer full) */
gboolean offhook_erasing_take_provider(OffhookErasing *self, char **name, char **driver);

/** Deletes the files; any thread, with nobody else at it. */
void offhook_erasing_delete_files(OffhookErasing *self);

/** Something could not be deleted. */
void offhook_erasing_leave(OffhookErasing *self, const char *what, const char *name,
			   const char *reason);

/** @backend: of the database. (transfer full) */
JsonObject *offhook_erasing_make_receipt(OffhookErasing *self, const char *backend, gint64 at_us);

G_END_DECLS
