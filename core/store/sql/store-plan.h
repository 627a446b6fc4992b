/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A query as commands, one after another in one transaction, for whatever database. Plain values; any
 * thread.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

/** One command and its parameters. */
typedef struct {
	const char *sql;   /* with ?1, ?2, ...; interned: a backend knows it by its address */
	GPtrArray *values; /* (element-type utf8): as text, %NULL for NULL */
} OffhookStoreStep;

typedef struct {
	GPtrArray *steps;              /* (element-type OffhookStoreStep) */
	const OffhookRecordType *type; /* (nullable): of the rows that all of them give, in order */
	const char *single;            /* (nullable): there is one row; what errors call its key */
	gboolean writes;
	guint first_counted; /* the rows that this step and those after it change are the total */
} OffhookStorePlan;

/** (nullable): for queries that are none */
OffhookStorePlan *offhook_store_plan_make(const OffhookStoreQuery *query);
void offhook_store_plan_free(OffhookStorePlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStorePlan, offhook_store_plan_free)

/**
 * offhook_store_plan_finish:
 * @rows: (transfer full) (nullable): of all steps
 * @changes: how many rows the steps that count changed
 *
 * (transfer full) (nullable): %OFFHOOK_ERROR_NOT_FOUND
 */
OffhookStoreResult *offhook_store_plan_finish(const OffhookStorePlan *self,
					      const OffhookStoreQuery *query, GPtrArray *rows,
					      guint64 changes, GError **error);

/* For those who make plans. */
OffhookStorePlan *offhook_store_plan_new(const OffhookRecordType *type);
/** @sql: (transfer full); @values: (transfer full) */
void offhook_store_plan_add(OffhookStorePlan *self, char *sql, GPtrArray *values);
/** The same for one of several that share @values: it gets as many of the first as it has parameters. */
void offhook_store_plan_share(OffhookStorePlan *self, const char *sql, GPtrArray *values);

G_END_DECLS
