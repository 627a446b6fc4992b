/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store with a journal, with one call begun, and what it told.
 */
#pragma once

#include <sqlite3.h>

#include "postgres-server.h"
#include "store-sync.h"

G_BEGIN_DECLS

/** How long a lock is waited for that is there to stay. */
#define JOURNAL_FIXTURE_BUSY_MS 20

typedef struct {
	PostgresServer *server; /* (nullable): an SQLite file */
	char *dir;
	char *path;
	char *url;
	char *journal_dir;
	OffhookStore *store;
	sqlite3 *lock; /* of one that locks the file */
	guint failed;
	guint recovered;
	guint refused;
	GPtrArray *journal_errors; /* (element-type GError) */
	guint rejected;
} JournalFixture;

/** @server: (nullable): a PostgresServer */
void journal_fixture_set_up(JournalFixture *fixture, gconstpointer server);
void journal_fixture_tear_down(JournalFixture *fixture, gconstpointer server);
void journal_fixture_open(JournalFixture *fixture, OffhookStoreOptions options);
void journal_fixture_close(JournalFixture *fixture);
void journal_fixture_reopen(JournalFixture *fixture, OffhookStoreOptions options);
/** Asserts that it can't be opened: an error with @code. */
void journal_fixture_check_open_refused(JournalFixture *fixture, gint code);

/** Says messages number @from to @to. */
void journal_fixture_say(JournalFixture *fixture, guint from, guint to);
OffhookStoreStats journal_fixture_get_stats(JournalFixture *fixture);
/** Asserts that each of @count messages is there once, and nothing in the journal. */
void journal_fixture_check_all(JournalFixture *fixture, guint count);

void journal_fixture_failed_cb(OffhookStore *store, const GError *error, JournalFixture *fixture);

/* Conditions to wait for. @fixture: a JournalFixture */
gboolean journal_fixture_has_failed(gpointer fixture);
gboolean journal_fixture_has_recovered(gpointer fixture);
gboolean journal_fixture_has_journal_error(gpointer fixture);
gboolean journal_fixture_is_all_on_disk(gpointer fixture);

G_END_DECLS
