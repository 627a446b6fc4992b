/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finds migrations among the program's resources.
 */

#include "store/sql/store-migrations.h"

#include "store/store-resources.h"

#define OFFHOOK_STORE_MIGRATIONS "/org/offhook/store/"

/*
 * GLib registers all resources of a program when the first of them is used. A thread that comes just then finds none
 * registered and ours not yet there: the other is at it, and needs no longer than it takes to look again.
 */
static GResource *
offhook_store_migrations_get_resource(void)
{
	GResource *resource;

	while ((resource = offhook_store_get_resource()) == NULL)
		g_thread_yield();
	return resource;
}

/* (nullable) (transfer full) */
static char **
offhook_store_migrations_list(const char *backend)
{
	g_autofree char *folder = g_strconcat(OFFHOOK_STORE_MIGRATIONS, backend, NULL);

	return g_resource_enumerate_children(offhook_store_migrations_get_resource(), folder, 0,
					     NULL);
}

guint
offhook_store_migrations_get_latest(const char *backend)
{
	g_auto(GStrv) names = offhook_store_migrations_list(backend);
	guint64 latest = 0;

	for (guint i = 0; names != NULL && names[i] != NULL; i++)
		latest = MAX(latest, g_ascii_strtoull(names[i], NULL, 10));
	return (guint)latest;
}

GBytes *
offhook_store_migrations_load(const char *backend, guint version, char **name)
{
	g_auto(GStrv) names = offhook_store_migrations_list(backend);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree char *path = NULL;

		if (g_ascii_strtoull(names[i], NULL, 10) != version)
			continue;
		path = g_strconcat(OFFHOOK_STORE_MIGRATIONS, backend, "/", names[i], NULL);
		*name = g_strdup(names[i]);
		return g_resource_lookup_data(offhook_store_migrations_get_resource(), path, 0,
					      NULL);
	}
	return NULL;
}
