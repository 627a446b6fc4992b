/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Scripts and replies: plain values.
 */

#include "store/postgres/postgres-script.h"

static void
offhook_postgres_command_free(gpointer data)
{
	OffhookPostgresCommand *command = data;

	g_free(command->text);
	g_clear_pointer(&command->values, g_ptr_array_unref);
	g_free(command);
}

OffhookPostgresScript *
offhook_postgres_script_new(void)
{
	OffhookPostgresScript *self = g_new0(OffhookPostgresScript, 1);

	self->commands = g_ptr_array_new_with_free_func(offhook_postgres_command_free);
	return self;
}

void
offhook_postgres_script_free(OffhookPostgresScript *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->commands);
	g_free(self);
}

void
offhook_postgres_script_add(OffhookPostgresScript *self, const char *sql, GPtrArray *values)
{
	OffhookPostgresCommand *command = g_new0(OffhookPostgresCommand, 1);

	command->sql = sql;
	command->values = values;
	g_ptr_array_add(self->commands, command);
}

void
offhook_postgres_script_add_planned(OffhookPostgresScript *self, const char *sql, GPtrArray *values)
{
	OffhookPostgresCommand *command;

	offhook_postgres_script_add(self, sql, values);
	command = g_ptr_array_index(self->commands, self->commands->len - 1);
	command->planned = TRUE;
}

void
offhook_postgres_script_add_text(OffhookPostgresScript *self, const char *sql)
{
	OffhookPostgresCommand *command = g_new0(OffhookPostgresCommand, 1);

	command->text = g_strdup(sql);
	g_ptr_array_add(self->commands, command);
}

void
offhook_postgres_script_end_step(OffhookPostgresScript *self)
{
	OffhookPostgresCommand *last = g_ptr_array_index(self->commands, self->commands->len - 1);

	last->ends_step = TRUE;
	self->n_steps++;
}

guint
offhook_postgres_script_get_length(OffhookPostgresScript *self)
{
	return self->commands->len;
}

/* Of a step that did not fail it is %NULL. */
static void
offhook_postgres_reply_free_step(gpointer error)
{
	if (error != NULL)
		g_error_free(error);
}

OffhookPostgresReply *
offhook_postgres_reply_new(void)
{
	OffhookPostgresReply *self = g_new0(OffhookPostgresReply, 1);

	self->results = g_ptr_array_new_with_free_func((GDestroyNotify)PQclear);
	self->steps = g_ptr_array_new_with_free_func(offhook_postgres_reply_free_step);
	self->connected = TRUE;
	return self;
}

void
offhook_postgres_reply_free(OffhookPostgresReply *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->results);
	g_ptr_array_unref(self->steps);
	g_clear_error(&self->error);
	g_free(self);
}
