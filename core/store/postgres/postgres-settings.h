/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What connections to a PostgreSQL server are made with. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	char *url;
	char *schema;     /* where the tables are */
	guint connect_ms; /* from the name's resolution on */
	guint answer_ms;  /* how long the server may be silent before it is given up */
} OffhookPostgresSettings;

OffhookPostgresSettings *offhook_postgres_settings_copy(const OffhookPostgresSettings *self);
void offhook_postgres_settings_free(OffhookPostgresSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPostgresSettings, offhook_postgres_settings_free)

/** What the URL says of @keyword, as libpq knows it: "options". (transfer full) (nullable) */
char *offhook_postgres_settings_get_option(const OffhookPostgresSettings *self,
					   const char *keyword);
/** The host's name if there is one to be looked up, which libpq would wait for. (transfer full) (nullable) */
char *offhook_postgres_settings_get_host_name(const OffhookPostgresSettings *self);

/** Quoted for use in SQL. (transfer full) */
char *offhook_postgres_quote_identifier(const char *name);

G_END_DECLS
