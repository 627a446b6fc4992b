/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside the connection: what a script is made of.
 */
#pragma once

#include "store/postgres/postgres-connection.h"

G_BEGIN_DECLS

typedef struct {
	const char *sql;   /* to prepare; or */
	char *text;        /* as it is */
	gboolean planned;  /* for its values: not prepared, either */
	GPtrArray *values; /* (nullable) */
	gboolean ends_step;
} OffhookPostgresCommand;

struct _OffhookPostgresScript {
	GPtrArray *commands;
	guint n_steps;
};

OffhookPostgresReply *offhook_postgres_reply_new(void);

G_END_DECLS
