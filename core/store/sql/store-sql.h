/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The SQL of the store, which all its databases understand but for searching. Parameters are ?1, ?2, ... in what is
 * written here; offhook_store_sql_for_dollars() makes $1, $2 of them. What is returned is made once
 * and lives as long as the program. Any thread.
 */
#pragma once

#include "store/sql/store-plan.h"

G_BEGIN_DECLS

/** For a write of @kind; its parameters are the record's fields in order, but those the store keeps; then
 * its words. */
const char *offhook_store_sql_get_write(OffhookStoreWriteKind kind);

/** That a write went through without touching a row: what it was meant for is not there, or is another's. */
void offhook_store_sql_set_missed(const OffhookStoreWrite *write, GError **error);

/** How the calls of a daemon that died are ended; (nullable): for other queries */
OffhookStorePlan *offhook_store_sql_plan_interrupted(const OffhookStoreQuery *query);

/** What each assistant's calls since ?1 cost, as rows of offhook_cost_record_type. */
extern const char offhook_store_sql_sum_costs[];

/** How to find what has one key, which is ?1. */
typedef struct {
	const OffhookRecordType *type;
	const char *rest; /* after "SELECT columns FROM table" */
	gboolean single;
	const char *key_name; /* (nullable): what an error calls the key that is not there */
} OffhookStoreLookup;

/** (nullable): for queries that are pages */
const OffhookStoreLookup *offhook_store_sql_get_lookup(OffhookStoreQueryKind kind);
/** A conversation's messages. */
extern const OffhookStoreLookup offhook_store_sql_conversation_messages;
const char *offhook_store_sql_get_select(const OffhookStoreLookup *lookup);
/** "SELECT all columns of @type FROM its table @rest". */
const char *offhook_store_sql_make_select(const OffhookRecordType *type, const char *rest);
/** @sql: (transfer full): made once, however often it is made. */
const char *offhook_store_sql_intern(char *sql);
/** That the key of @query is not there. */
void offhook_store_sql_set_not_found(const OffhookStoreLookup *lookup,
				     const OffhookStoreQuery *query, GError **error);

/** What differs. */
typedef enum {
	OFFHOOK_STORE_SQLITE,
	OFFHOOK_STORE_POSTGRES,
} OffhookStoreDialect;

/** A page of a list: its rows, and how many there are in all or how far it looked for them. */
typedef struct {
	const OffhookRecordType *type;
	const char *rows;
	gboolean counted;  /* the total is behind each row's columns, or alone behind NULLs */
	const char *place; /* (nullable): a row of offhook_history_place_type, or none */
	guint full;        /* with so many rows the place does not matter */
	GPtrArray *values; /* (element-type utf8): the parameters of @rows, as text, some %NULL */
	guint n_place_values; /* the first of them are those of @place */
} OffhookStorePage;

/** (nullable): for queries that are neither pages nor lists by more than one key */
OffhookStorePage *offhook_store_sql_make_page(const OffhookStoreQuery *query,
					      OffhookStoreDialect dialect);
/** The same for those that look back. */
OffhookStorePage *offhook_store_sql_make_history_page(const OffhookStoreQuery *query,
						      OffhookStoreDialect dialect);
void offhook_store_page_free(OffhookStorePage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStorePage, offhook_store_page_free)

/** @sql: one of the above, which has no question mark in a literal */
const char *offhook_store_sql_for_dollars(const char *sql);

G_END_DECLS
