/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* RS256, by libjwt. Main thread. */

#include "application-token.h"

#include <jwt.h>
#include <offhook/error.h>
#include <string.h>

struct _OffhookVonageApplicationToken {
	char *application_id;
	char *private_key;
	char *token; /* (nullable) */
	gint64 until_s;
};

static char *
offhook_vonage_application_token_sign(OffhookVonageApplicationToken *self, gint64 now_s)
{
	g_autofree char *id = g_uuid_string_random();
	jwt_t *jwt = NULL;
	char *signed_text = NULL;
	char *copy;

	if (jwt_new(&jwt) != 0)
		return NULL;
	if (jwt_add_grant(jwt, "application_id", self->application_id) == 0 &&
	    jwt_add_grant(jwt, "jti", id) == 0 && jwt_add_grant_int(jwt, "iat", (long)now_s) == 0 &&
	    jwt_add_grant_int(jwt, "exp", (long)(now_s + OFFHOOK_VONAGE_TOKEN_LIFE_S)) == 0 &&
	    jwt_set_alg(jwt, JWT_ALG_RS256, (const guint8 *)self->private_key,
			(int)strlen(self->private_key)) == 0)
		signed_text = jwt_encode_str(jwt);
	jwt_free(jwt);
	copy = g_strdup(signed_text);
	free(signed_text); /* libjwt's own */
	return copy;
}

OffhookVonageApplicationToken *
offhook_vonage_application_token_new(const char *application_id, const char *private_key,
				     GError **error)
{
	OffhookVonageApplicationToken *self = g_new0(OffhookVonageApplicationToken, 1);

	self->application_id = g_strdup(application_id);
	self->private_key = g_strdup(private_key);
	/* Now rather than at the first call. */
	if (offhook_vonage_application_token_get(self, 0, NULL) == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "expected an RSA private key in PEM, as the dashboard gives it");
		g_clear_pointer(&self, offhook_vonage_application_token_free);
		return NULL;
	}
	g_clear_pointer(&self->token, g_free);
	return self;
}

void
offhook_vonage_application_token_free(OffhookVonageApplicationToken *self)
{
	if (self == NULL)
		return;
	explicit_bzero(self->private_key, strlen(self->private_key));
	g_free(self->private_key);
	g_free(self->application_id);
	g_free(self->token);
	g_free(self);
}

const char *
offhook_vonage_application_token_get(OffhookVonageApplicationToken *self, gint64 now_s,
				     GError **error)
{
	if (self->token != NULL && now_s + OFFHOOK_VONAGE_TOKEN_RENEW_S <= self->until_s &&
	    now_s + OFFHOOK_VONAGE_TOKEN_LIFE_S >= self->until_s)
		return self->token;
	g_free(self->token);
	self->token = offhook_vonage_application_token_sign(self, now_s);
	self->until_s = now_s + OFFHOOK_VONAGE_TOKEN_LIFE_S;
	if (self->token == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION,
			    "private-key does not sign");
	return self->token;
}
