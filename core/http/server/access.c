/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Compares tokens and keys, and looks at users' tokens. Main thread.
 */

#include "http/server/access.h"

#include <offhook/error.h>

#include "config/secret.h"
#include "http/server/user-token.h"

struct _OffhookHttpAccess {
	char *api_token;
	OffhookConfig *config;
};

OffhookHttpAccess *
offhook_http_access_new(const char *api_token)
{
	OffhookHttpAccess *self = g_new0(OffhookHttpAccess, 1);

	self->api_token = g_strdup(api_token);
	return self;
}

void
offhook_http_access_free(OffhookHttpAccess *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->config, offhook_config_unref);
	offhook_secret_free(self->api_token);
	g_free(self);
}

void
offhook_http_access_configure(OffhookHttpAccess *self, OffhookConfig *config)
{
	offhook_config_ref(config);
	g_clear_pointer(&self->config, offhook_config_unref);
	self->config = config;
}

gboolean
offhook_http_access_is_server(OffhookHttpAccess *self, const char *token)
{
	return offhook_secret_equal(self->api_token, token) ||
	       offhook_secret_equal(
		   offhook_config_get_string(self->config, "supabase", "service-role-key"), token);
}

/* The roles of Supabase; a token without one is a user's. */
static gboolean
offhook_http_access_admit_user(const OffhookUserToken *token, OffhookStoreUser **user,
			       GError **error)
{
	if (g_strcmp0(token->role, "service_role") == 0)
		return TRUE;
	if (user == NULL || (token->role != NULL && !g_str_equal(token->role, "authenticated"))) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
				    user == NULL ? "not for users: send the API token"
						 : "the token's role may do nothing here, expected "
						   "authenticated or service_role");
		return FALSE;
	}
	if (token->subject == NULL) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION,
				    "the token does not say whose it is, expected \"sub\"");
		return FALSE;
	}
	*user = offhook_store_user_new(token->subject, token->claims);
	return TRUE;
}

static gboolean
offhook_http_access_check_jwt(OffhookHttpAccess *self, const char *text, OffhookStoreUser **user,
			      GError **error)
{
	const char *secret = offhook_config_get_string(self->config, "server", "jwt-secret");
	g_autoptr(OffhookUserToken) token =
	    offhook_user_token_check(text, secret, g_get_real_time() / G_USEC_PER_SEC, error);

	return token != NULL && offhook_http_access_admit_user(token, user, error);
}

gboolean
offhook_http_access_check(OffhookHttpAccess *self, const char *token, OffhookStoreUser **user,
			  GError **error)
{
	gboolean open =
	    g_strcmp0(offhook_config_get_string(self->config, "server", "auth"), "none") == 0;

	if (offhook_http_access_is_server(self, token))
		return TRUE;
	/* A user says who he is also where nobody has to. */
	if (token != NULL && offhook_user_token_is_one(token) &&
	    offhook_config_get_string(self->config, "server", "jwt-secret") != NULL &&
	    (!open || user != NULL))
		return offhook_http_access_check_jwt(self, token, user, error);
	if (open)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION,
			    token == NULL
				? "no API token: send Authorization: Bearer TOKEN or X-API-Key"
				: "the API token is not right");
	return FALSE;
}
