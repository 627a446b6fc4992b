/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plans of what is still to be done. Pages go along an index of positions or times. Any thread.
 */

#include "store/sql/store-sql-deliveries.h"

#include "store/sql/store-sql.h"

/** A command under way: its text, and the parameters that it has so far. */
typedef struct {
	GString *sql;
	GPtrArray *values;
	const OffhookRecordType *type; /* (nullable): of its rows; it writes */
} OffhookStoreCommand;

static OffhookStoreCommand
offhook_store_command_begin(const char *text, const OffhookRecordType *type)
{
	return (OffhookStoreCommand){g_string_new(text), g_ptr_array_new_with_free_func(g_free),
				     type};
}

static OffhookStoreCommand
offhook_store_command_begin_select(const OffhookRecordType *type)
{
	return offhook_store_command_begin(offhook_store_sql_make_select(type, "WHERE 1 = 1"),
					   type);
}

/* Appends @before, the parameter, @after. */
static void
offhook_store_command_add_number(OffhookStoreCommand *self, const char *before, gint64 value,
				 const char *after)
{
	g_ptr_array_add(self->values, g_strdup_printf("%" G_GINT64_FORMAT, value));
	g_string_append_printf(self->sql, "%sCAST(?%u AS BIGINT)%s", before, self->values->len,
			       after);
}

/* @value: (nullable): then anything will do */
static void
offhook_store_command_where(OffhookStoreCommand *self, const char *column, const char *value)
{
	if (value == NULL)
		return;
	g_ptr_array_add(self->values, g_strdup(value));
	g_string_append_printf(self->sql, " AND %s = ?%u", column, self->values->len);
}

/* Whose they are: an endpoint's, a node's. */
static void
offhook_store_command_where_owned(OffhookStoreCommand *self, const OffhookStoreQuery *query)
{
	offhook_store_command_where(self, "endpoint", query->endpoint);
	offhook_store_command_where(self, "node", query->key);
}

/* (transfer full): a plan of this one command */
static OffhookStorePlan *
offhook_store_command_end(OffhookStoreCommand *self)
{
	OffhookStorePlan *plan = offhook_store_plan_new(self->type);

	plan->writes = self->type == NULL;
	offhook_store_plan_add(plan, g_string_free(self->sql, FALSE), self->values);
	return plan;
}

/* A page of the newest, before the place where the last one ended. */
static OffhookStorePlan *
offhook_store_sql_plan_page(const OffhookStoreQuery *query, OffhookStoreCommand *command,
			    const char *column)
{
	offhook_store_command_where(command, "status", query->status);
	if (query->position != 0) {
		g_string_append_printf(command->sql, " AND (%s, id) < (", column);
		offhook_store_command_add_number(command, "", query->position, ", ");
		g_ptr_array_add(command->values, g_strdup(query->key));
		g_string_append_printf(command->sql, "?%u)", command->values->len);
	}
	g_string_append_printf(command->sql, " ORDER BY %s DESC, id DESC", column);
	offhook_store_command_add_number(command, " LIMIT ", query->limit, "");
	return offhook_store_command_end(command);
}

/* ---- deliveries ---- */

static OffhookStorePlan *
offhook_store_sql_plan_list_deliveries(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin_select(&offhook_delivery_record_type);

	offhook_store_command_where(&command, "endpoint", query->endpoint);
	offhook_store_command_where(&command, "call_id", query->call_id);
	return offhook_store_sql_plan_page(query, &command, "position");
}

static OffhookStorePlan *
offhook_store_sql_plan_load_deliveries(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin_select(&offhook_delivery_record_type);

	g_string_append(command.sql, " AND status = 'pending'");
	offhook_store_command_where_owned(&command, query);
	offhook_store_command_where(&command, "call_id", query->call_id);
	offhook_store_command_add_number(&command, " AND position > ", query->position, "");
	offhook_store_command_add_number(&command, " ORDER BY position LIMIT ", query->limit, "");
	return offhook_store_command_end(&command);
}

static OffhookStorePlan *
offhook_store_sql_plan_count_deliveries(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin("SELECT endpoint, status, count(*), min(created_us) "
					"FROM deliveries WHERE 1 = 1",
					&offhook_delivery_count_record_type);

	offhook_store_command_where(&command, "node", query->key);
	g_string_append(command.sql, " GROUP BY endpoint, status ORDER BY endpoint, status");
	return offhook_store_command_end(&command);
}

/* One, or all dead ones, anew. */
static OffhookStorePlan *
offhook_store_sql_plan_retry_deliveries(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command = offhook_store_command_begin(
	    "UPDATE deliveries SET status = 'pending', attempts = 0, next_us = NULL, ", NULL);

	offhook_store_command_add_number(&command, "expires_us = ", query->until_us,
					 query->key != NULL ? " WHERE 1 = 1"
							    : " WHERE status = 'dead'");
	offhook_store_command_where(&command, "id", query->key);
	offhook_store_command_where(&command, "endpoint", query->endpoint);
	return offhook_store_command_end(&command);
}

static OffhookStorePlan *
offhook_store_sql_plan_delete_delivery(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin("DELETE FROM deliveries WHERE 1 = 1", NULL);

	offhook_store_command_where(&command, "id", query->key);
	return offhook_store_command_end(&command);
}

static OffhookStorePlan *
offhook_store_sql_plan_expire_deliveries(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin("DELETE FROM deliveries WHERE id IN (SELECT id "
					"FROM deliveries WHERE status = 'dead'",
					NULL);

	offhook_store_command_where_owned(&command, query);
	offhook_store_command_add_number(&command, " AND created_us < ", query->since_us, "");
	offhook_store_command_add_number(&command, " ORDER BY created_us LIMIT ", query->limit,
					 ")");
	return offhook_store_command_end(&command);
}

static OffhookStorePlan *
offhook_store_sql_plan_bury_deliveries(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command = offhook_store_command_begin(
	    "UPDATE deliveries SET status = 'dead', next_us = NULL", NULL);

	g_ptr_array_add(command.values, g_strdup(query->path));
	g_string_append(command.sql,
			", error = coalesce(error, CAST(?1 AS TEXT)) WHERE status = 'pending'");
	offhook_store_command_where_owned(&command, query);
	offhook_store_command_add_number(&command, " AND expires_us <= ", query->now_us, "");
	return offhook_store_command_end(&command);
}

/* ---- scheduled calls ---- */

static OffhookStorePlan *
offhook_store_sql_plan_list_scheduled(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin_select(&offhook_scheduled_call_record_type);

	offhook_store_command_where(&command, "number", query->phone_number);
	return offhook_store_sql_plan_page(query, &command, "at_us");
}

static OffhookStorePlan *
offhook_store_sql_plan_load_scheduled(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin_select(&offhook_scheduled_call_record_type);

	g_string_append(command.sql, " AND status IN ('waiting', 'calling')");
	offhook_store_command_where(&command, "node", query->key);
	offhook_store_command_add_number(&command, " ORDER BY at_us LIMIT ", query->limit, "");
	return offhook_store_command_end(&command);
}

static OffhookStorePlan *
offhook_store_sql_plan_get_scheduled(const OffhookStoreQuery *query)
{
	OffhookStoreCommand command =
	    offhook_store_command_begin_select(&offhook_scheduled_call_record_type);
	OffhookStorePlan *plan;

	offhook_store_command_where(&command, "id", query->key);
	plan = offhook_store_command_end(&command);
	plan->single = "scheduled_call_id";
	return plan;
}

OffhookStorePlan *
offhook_store_sql_plan_deliveries(const OffhookStoreQuery *query)
{
	static OffhookStorePlan *(*const plans[OFFHOOK_STORE_QUERY_LAST])(
	    const OffhookStoreQuery *) = {
	    [OFFHOOK_STORE_LIST_DELIVERIES] = offhook_store_sql_plan_list_deliveries,
	    [OFFHOOK_STORE_LOAD_DELIVERIES] = offhook_store_sql_plan_load_deliveries,
	    [OFFHOOK_STORE_COUNT_DELIVERIES] = offhook_store_sql_plan_count_deliveries,
	    [OFFHOOK_STORE_RETRY_DELIVERIES] = offhook_store_sql_plan_retry_deliveries,
	    [OFFHOOK_STORE_DELETE_DELIVERY] = offhook_store_sql_plan_delete_delivery,
	    [OFFHOOK_STORE_EXPIRE_DELIVERIES] = offhook_store_sql_plan_expire_deliveries,
	    [OFFHOOK_STORE_BURY_DELIVERIES] = offhook_store_sql_plan_bury_deliveries,
	    [OFFHOOK_STORE_LIST_SCHEDULED_CALLS] = offhook_store_sql_plan_list_scheduled,
	    [OFFHOOK_STORE_LOAD_SCHEDULED_CALLS] = offhook_store_sql_plan_load_scheduled,
	    [OFFHOOK_STORE_GET_SCHEDULED_CALL] = offhook_store_sql_plan_get_scheduled,
	};

	return plans[query->kind] != NULL ? plans[query->kind](query) : NULL;
}
