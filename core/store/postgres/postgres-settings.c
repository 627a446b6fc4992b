/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plain values.
 */

#include "store/postgres/postgres-settings.h"

#include <gio/gio.h>
#include <libpq-fe.h>
#include <string.h>

OffhookPostgresSettings *
offhook_postgres_settings_copy(const OffhookPostgresSettings *self)
{
	OffhookPostgresSettings *copy = g_memdup2(self, sizeof *self);

	copy->url = g_strdup(self->url);
	copy->schema = g_strdup(self->schema);
	return copy;
}

void
offhook_postgres_settings_free(OffhookPostgresSettings *self)
{
	if (self == NULL)
		return;
	g_free(self->url);
	g_free(self->schema);
	g_free(self);
}

char *
offhook_postgres_settings_get_option(const OffhookPostgresSettings *self, const char *keyword)
{
	PQconninfoOption *options = PQconninfoParse(self->url, NULL);
	char *value = NULL;

	for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
		if (g_str_equal(o->keyword, keyword))
			value = g_strdup(o->val);
	PQconninfoFree(options);
	return value;
}

char *
offhook_postgres_settings_get_host_name(const OffhookPostgresSettings *self)
{
	g_autofree char *host = offhook_postgres_settings_get_option(self, "host");
	g_autofree char *address = offhook_postgres_settings_get_option(self, "hostaddr");

	/* Several hosts, in a list, are libpq's to try. */
	if (host == NULL || address != NULL || *host == '\0' || *host == '/' || *host == '@' ||
	    strchr(host, ',') != NULL || g_hostname_is_ip_address(host))
		return NULL;
	return g_steal_pointer(&host);
}

char *
offhook_postgres_quote_identifier(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);

	return g_strconcat("\"", doubled, "\"", NULL);
}
