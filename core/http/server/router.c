/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Routes are tried in order; a path is matched part by part. Main thread.
 */

#include "http/server/router.h"

#include <offhook/error.h>

struct _OffhookRouter {
	GPtrArray *routes; /* of const OffhookRoute */
};

OffhookRouter *
offhook_router_new(void)
{
	OffhookRouter *self = g_new0(OffhookRouter, 1);

	self->routes = g_ptr_array_new();
	return self;
}

void
offhook_router_free(OffhookRouter *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->routes);
	g_free(self);
}

void
offhook_router_add(OffhookRouter *self, const OffhookRoute *routes)
{
	for (const OffhookRoute *route = routes; route->method != NULL; route++)
		g_ptr_array_add(self->routes, (gpointer)route);
}

/* The parameters, or NULL when the path does not fit the pattern. */
static char **
offhook_router_match(const char *pattern, char **parts)
{
	g_auto(GStrv) wanted = g_strsplit(pattern, "/", -1);
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	guint i;

	for (i = 0; wanted[i] != NULL; i++) {
		if (parts[i] == NULL)
			return NULL;
		if (g_str_equal(wanted[i], "{*}")) {
			g_ptr_array_add(found, g_strjoinv("/", parts + i));
			break;
		}
		if (wanted[i][0] == '{' && parts[i][0] != '\0')
			g_ptr_array_add(found, g_strdup(parts[i]));
		else if (!g_str_equal(wanted[i], parts[i]))
			return NULL;
	}
	if (wanted[i] == NULL && parts[i] != NULL)
		return NULL;
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&found), FALSE);
}

const OffhookRoute *
offhook_router_find(OffhookRouter *self, const char *method, const char *path, char ***parameters,
		    GError **error)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", 32);
	gboolean known = FALSE;

	for (guint i = 0; i < self->routes->len; i++) {
		const OffhookRoute *route = g_ptr_array_index(self->routes, i);
		g_auto(GStrv) found = offhook_router_match(route->path, parts);

		if (found == NULL)
			continue;
		known = TRUE;
		if (!g_str_equal(route->method, "*") && !g_str_equal(route->method, method))
			continue;
		*parameters = g_steal_pointer(&found);
		return route;
	}
	if (known)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "%s is not possible for %s", method, path);
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no %s", path);
	return NULL;
}

char *
offhook_router_list_methods(OffhookRouter *self, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", 32);
	GString *methods = g_string_new(NULL);

	for (guint i = 0; i < self->routes->len; i++) {
		const OffhookRoute *route = g_ptr_array_index(self->routes, i);
		g_auto(GStrv) found = offhook_router_match(route->path, parts);

		if (found == NULL)
			continue;
		g_string_append_printf(methods, "%s, ", route->method);
		if (g_str_equal(route->method, "GET"))
			g_string_append(methods, "HEAD, ");
	}
	g_string_append(methods, "OPTIONS");
	return g_string_free(methods, FALSE);
}
