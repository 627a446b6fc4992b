/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside the connection: what a script is made of.
 */
#pragma once

#include "store/postgres-connection.h"

G_BEGIN_DECLS

typedef struct {
	const char *sql;   /* to prepare; or */
	char *text;        /* as it is */
	GPtrArray *values; /* (nullable) */
} OffhookPostgresCommand;

struct _OffhookPostgresScript {
	GPtrArray *commands;
};

OffhookPostgresReply *offhook_postgres_reply_new(void);

G_END_DECLS
