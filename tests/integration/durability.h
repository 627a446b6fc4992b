/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls whose database has faults: what was told of them over /ws, against what the database has.
 */
#pragma once

#include "fixture.h"
#include "postgres-server.h"

G_BEGIN_DECLS

typedef struct {
	Fixture base;
	PostgresServer *server; /* (nullable): SQLite */
	char *database;         /* its URL */
	GPtrArray *told;        /* (element-type JsonObject): events of listeners that are gone */
	Listener *listener;
} Durability;

/* What a database has, as lines. */
#define POSTGRES_EVENTS                                                                            \
	"SELECT call_id || ' ' || seq || ' ' || type || ' ' || coalesce(data::json->>'message', "  \
	"'')"                                                                                      \
	" FROM offhook.call_events WHERE type <> 'error.occurred' ORDER BY call_id, seq"
#define POSTGRES_TURNS                                                                             \
	"SELECT call_id || ' ' || turn_index || ' ' || coalesce(user_message_id, '') || ' ' || "   \
	"coalesce(assistant_message_id, '') FROM offhook.turns ORDER BY call_id, turn_index"

/** (transfer full): lines. @sql is for PostgreSQL */
char *durability_ask(Durability *self, const char *sql);

void durability_listen(Durability *self);
/** Keeps what the listener has heard. */
void durability_stop_listening(Durability *self);
/** What was told, as the lines of POSTGRES_EVENTS. (transfer full) */
char *durability_tell_events(Durability *self);
/** As those of POSTGRES_TURNS. (transfer full) */
char *durability_tell_turns(Durability *self);

/** Is all that was told written? @data: the Fixture */
gboolean durability_is_settled(gpointer data);
/** Nothing but what was told, all of it, once. */
void durability_check(Durability *self);

G_END_DECLS
