/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes plans, and results of what came of them. Any thread.
 */

#include "store/sql/store-plan.h"

#include <string.h>

#include <offhook/error.h>

#include "store/sql/store-sql-deliveries.h"
#include "store/sql/store-sql-erase.h"
#include "store/sql/store-sql-interactions.h"
#include "store/sql/store-sql-memories.h"
#include "store/sql/store-sql.h"

static void
offhook_store_step_free(gpointer data)
{
	OffhookStoreStep *step = data;

	g_ptr_array_unref(step->values);
	g_free(step);
}

OffhookStorePlan *
offhook_store_plan_new(const OffhookRecordType *type)
{
	OffhookStorePlan *self = g_new0(OffhookStorePlan, 1);

	self->type = type;
	self->steps = g_ptr_array_new_with_free_func(offhook_store_step_free);
	return self;
}

void
offhook_store_plan_free(OffhookStorePlan *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->steps);
	g_free(self);
}

void
offhook_store_plan_add(OffhookStorePlan *self, char *sql, GPtrArray *values)
{
	OffhookStoreStep *step = g_new(OffhookStoreStep, 1);

	step->sql = g_intern_string(sql);
	step->values = values;
	g_ptr_array_add(self->steps, step);
	g_free(sql);
}

/* The highest N of ?N. */
static guint
offhook_store_plan_count_parameters(const char *sql)
{
	guint n = 0;

	while ((sql = strchr(sql, '?')) != NULL) {
		guint number = (guint)g_ascii_strtoull(++sql, NULL, 10);

		n = MAX(n, number);
	}
	return n;
}

void
offhook_store_plan_share(OffhookStorePlan *self, const char *sql, GPtrArray *values)
{
	GPtrArray *own = g_ptr_array_new_with_free_func(g_free);
	guint n = offhook_store_plan_count_parameters(sql);

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(own, g_strdup(g_ptr_array_index(values, i)));
	offhook_store_plan_add(self, g_strdup(sql), own);
}

OffhookStorePlan *
offhook_store_plan_make(const OffhookStoreQuery *query)
{
	static OffhookStorePlan *(*const makers[])(const OffhookStoreQuery *query) = {
	    offhook_store_sql_plan_interactions, offhook_store_sql_plan_deliveries,
	    offhook_store_sql_plan_memories,     offhook_store_sql_plan_erasing,
	    offhook_store_sql_plan_interrupted,
	};
	OffhookStorePlan *plan = NULL;

	for (guint i = 0; plan == NULL && i < G_N_ELEMENTS(makers); i++)
		plan = makers[i](query);
	return plan;
}

OffhookStoreResult *
offhook_store_plan_finish(const OffhookStorePlan *self, const OffhookStoreQuery *query,
			  GPtrArray *rows, guint64 changes, GError **error)
{
	g_autoptr(OffhookStoreResult) result = g_new0(OffhookStoreResult, 1);

	result->record_type = self->type;
	result->rows = rows;
	result->total = changes;
	if (self->single == NULL)
		return g_steal_pointer(&result);
	if (rows->len == 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "%s: \"%s\" is not there", self->single, query->key);
		return NULL;
	}
	result->record = g_ptr_array_steal_index(rows, 0);
	return g_steal_pointer(&result);
}
