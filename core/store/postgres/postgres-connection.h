/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One connection to a PostgreSQL server: runs scripts of commands in pipeline mode, one round trip
 * each, and never blocks. Main thread.
 */
#pragma once

#include <gio/gio.h>
#include <libpq-fe.h>

#include "store/postgres/postgres-settings.h"

G_BEGIN_DECLS

/** Commands that are sent together and answered together. */
typedef struct _OffhookPostgresScript OffhookPostgresScript;

OffhookPostgresScript *offhook_postgres_script_new(void);
void offhook_postgres_script_free(OffhookPostgresScript *self);
/**
 * offhook_postgres_script_add:
 * @sql: one command with $1, $2, ...; lives as long as the program: it is prepared once per
 *   connection and known by its address
 * @values: (transfer full) (nullable) (element-type utf8): the parameters as text, some %NULL
 */
void offhook_postgres_script_add(OffhookPostgresScript *self, const char *sql, GPtrArray *values);
/**
 * What follows is run even if something before it, back to the last such mark, fails. To be used inside
 * a transaction that can go on after it, which savepoints see to.
 */
void offhook_postgres_script_end_step(OffhookPostgresScript *self);
/**
 * The same, planned for @values each time: where they decide how an answer is found, a plan for any of them
 * would be a bad one for most.
 */
void offhook_postgres_script_add_planned(OffhookPostgresScript *self, const char *sql,
					 GPtrArray *values);
/** One command as it is, without parameters; not prepared. Copied. */
void offhook_postgres_script_add_text(OffhookPostgresScript *self, const char *sql);
guint offhook_postgres_script_get_length(OffhookPostgresScript *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPostgresScript, offhook_postgres_script_free)

/** What a script gave: a PGresult per command. */
typedef struct {
	GPtrArray *results; /* (element-type PGresult); those before the one that failed */
	GPtrArray *steps;   /* (element-type GError): of each ended step, its error or %NULL; then
	                       there is a result for each command, whatever became of it */
	GError *error; /* (nullable): of the command at results->len; after the last step, if any */
	gboolean hopeless;  /* ... which will fail the same way whenever it is tried */
	gboolean connected; /* the connection is good for another script */
	gboolean lost;      /* it went, before it answered anything */
} OffhookPostgresReply;

void offhook_postgres_reply_free(OffhookPostgresReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPostgresReply, offhook_postgres_reply_free)

typedef struct _OffhookPostgresConnection OffhookPostgresConnection;

/** @error: (nullable); without it @self is ready. Never called from inside connection_new(). */
typedef void (*OffhookPostgresReadyFunc)(OffhookPostgresConnection *self, const GError *error,
					 gpointer user_data);

/** @settings: borrowed; outlives the connection */
OffhookPostgresConnection *offhook_postgres_connection_new(const OffhookPostgresSettings *settings,
							   OffhookPostgresReadyFunc ready,
							   gpointer user_data);
/** In any state; a script under way is not answered. */
void offhook_postgres_connection_free(OffhookPostgresConnection *self);

/** Ready, and not lost since. */
gboolean offhook_postgres_connection_is_alive(OffhookPostgresConnection *self);

/** @reply: (transfer full). May free the connection. */
typedef void (*OffhookPostgresReplyFunc)(OffhookPostgresReply *reply, gpointer user_data);

/**
 * offhook_postgres_connection_run:
 * @script: borrowed until it is answered
 *
 * Of a ready connection that runs nothing else. What a failed script began is rolled back before
 * @func is called, never from inside this.
 */
void offhook_postgres_connection_run(OffhookPostgresConnection *self, OffhookPostgresScript *script,
				     OffhookPostgresReplyFunc func, gpointer user_data);

G_END_DECLS
