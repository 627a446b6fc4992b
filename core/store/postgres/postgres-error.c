/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes one line of libpq's several, and tells by the SQLSTATE whose fault it was.
 */

#include "store/postgres/postgres-error.h"

#include <offhook/error.h>

GError *
offhook_postgres_error_new(const char *what, const char *message)
{
	g_autofree char *text = g_strdup(message != NULL ? message : "");

	g_strstrip(g_strdelimit(text, "\n\t", ' '));
	return g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "PostgreSQL: %s%s%s",
			   what != NULL ? what : "", what != NULL ? ": " : "",
			   *text != '\0' ? text : "the connection is gone");
}

/* Data and constraints. */
static gboolean
offhook_postgres_error_is_hopeless(const char *state)
{
	return state != NULL && (g_str_has_prefix(state, "22") || g_str_has_prefix(state, "23"));
}

GError *
offhook_postgres_error_new_from_result(const PGresult *result, gboolean *hopeless)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	GError *error =
	    offhook_postgres_error_new(state != NULL ? state : "error",
				       primary != NULL ? primary : PQresultErrorMessage(result));

	*hopeless = offhook_postgres_error_is_hopeless(state);
	if (*hopeless)
		error->code = OFFHOOK_ERROR_INVALID_ARGUMENT;
	/* insufficient_privilege, also of a row that a policy does not let through */
	else if (g_strcmp0(state, "42501") == 0)
		error->code = OFFHOOK_ERROR_PERMISSION;
	return error;
}
