/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The signature is libjwt's to check; around it what it does not ask: the one algorithm, no critical
 * extensions, the times, and that claims are of their types. Main thread.
 */

#include "http/server/user-token.h"

#include <jwt.h>
#include <offhook/error.h>

#include <stdlib.h>
#include <string.h>

/* Nothing else is in a token's text. */
#define OFFHOOK_USER_TOKEN_LETTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_."

static gboolean
offhook_user_token_refuse(GError **error, const char *what)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION, "the token %s", what);
	return FALSE;
}

gboolean
offhook_user_token_is_one(const char *text)
{
	const char *point = strchr(text, '.');

	return point != NULL && strchr(point + 1, '.') != NULL;
}

/* A time that is there has to be a whole number. @value: (out): stays when it is not there */
static gboolean
offhook_user_token_read_time(jwt_t *jwt, const char *name, gint64 *value)
{
	char *text = jwt_get_grants_json(jwt, name);
	gboolean good =
	    text == NULL || g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, value, NULL);

	free(text); /* libjwt's own */
	return good;
}

static gboolean
offhook_user_token_check_times(jwt_t *jwt, gint64 now_s, GError **error)
{
	gint64 expires_s = G_MININT64, begins_s = now_s, issued_s = now_s;

	if (!offhook_user_token_read_time(jwt, "exp", &expires_s) ||
	    !offhook_user_token_read_time(jwt, "nbf", &begins_s) ||
	    !offhook_user_token_read_time(jwt, "iat", &issued_s))
		return offhook_user_token_refuse(error, "has a time that is no whole number");
	/* One that never ends could never be taken back. */
	if (expires_s == G_MININT64)
		return offhook_user_token_refuse(error, "never expires, expected \"exp\"");
	if (expires_s <= now_s - OFFHOOK_USER_TOKEN_SKEW_S)
		return offhook_user_token_refuse(error, "has expired");
	if (begins_s > now_s + OFFHOOK_USER_TOKEN_SKEW_S ||
	    issued_s > now_s + OFFHOOK_USER_TOKEN_SKEW_S)
		return offhook_user_token_refuse(error, "is not yet good");
	return TRUE;
}

/* What is critical there has to be understood (RFC 7515, 4.1.11), and libjwt understands none of it. */
static gboolean
offhook_user_token_is_extended(jwt_t *jwt)
{
	char *text = jwt_get_headers_json(jwt, "crit");
	gboolean extended = text != NULL;

	free(text); /* libjwt's own */
	return extended;
}

static OffhookUserToken *
offhook_user_token_new(jwt_t *jwt)
{
	OffhookUserToken *self = g_new0(OffhookUserToken, 1);
	const char *subject = jwt_get_grant(jwt, "sub");
	char *claims = jwt_get_grants_json(jwt, NULL);

	self->subject = subject != NULL && *subject != '\0' ? g_strdup(subject) : NULL;
	self->role = g_strdup(jwt_get_grant(jwt, "role"));
	self->claims = g_strdup(claims);
	free(claims); /* libjwt's own */
	return self;
}

OffhookUserToken *
offhook_user_token_check(const char *text, const char *secret, gint64 now_s, GError **error)
{
	OffhookUserToken *self = NULL;
	jwt_t *jwt = NULL;

	if (strlen(text) > OFFHOOK_USER_TOKEN_MAX ||
	    strspn(text, OFFHOOK_USER_TOKEN_LETTERS) != strlen(text) ||
	    !offhook_user_token_is_one(text)) {
		offhook_user_token_refuse(error, "is no JWT");
		return NULL;
	}
	if (jwt_decode(&jwt, text, (const guint8 *)secret, (int)strlen(secret)) != 0) {
		offhook_user_token_refuse(error, "was not signed with [server] jwt-secret");
		return NULL;
	}
	if (jwt_get_alg(jwt) != JWT_ALG_HS256)
		offhook_user_token_refuse(error, "has another algorithm, expected HS256");
	else if (offhook_user_token_is_extended(jwt))
		offhook_user_token_refuse(error, "has critical extensions (crit), expected none");
	else if (offhook_user_token_check_times(jwt, now_s, error))
		self = offhook_user_token_new(jwt);
	jwt_free(jwt);
	return self;
}

void
offhook_user_token_free(OffhookUserToken *self)
{
	if (self == NULL)
		return;
	g_free(self->subject);
	g_free(self->role);
	g_free(self->claims);
	g_free(self);
}
