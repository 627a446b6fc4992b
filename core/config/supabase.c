/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A key is either a word that begins with its kind, or a JWT that says its role and its project. Its
 * signature is not looked at: only the project can make one that works. Any thread.
 */

#include "config/supabase.h"

#include <jwt.h>

#include "config/config-private.h"

#include <string.h>

#define OFFHOOK_SUPABASE_HOST ".supabase.co"

typedef struct {
	const char *key;
	const char *role;   /* in a JWT */
	const char *prefix; /* of a word */
} OffhookSupabaseKey;

static const OffhookSupabaseKey offhook_supabase_keys[] = {
    {"anon-key", "anon", "sb_publishable_"},
    {"service-role-key", "service_role", "sb_secret_"},
};

char *
offhook_supabase_dup_ref(const char *url)
{
	g_autoptr(GUri) uri = url != NULL ? g_uri_parse(url, G_URI_FLAGS_NONE, NULL) : NULL;
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	gsize length;

	if (host == NULL || !g_str_has_suffix(host, OFFHOOK_SUPABASE_HOST))
		return NULL;
	length = strlen(host) - strlen(OFFHOOK_SUPABASE_HOST);
	if (length == 0 || memchr(host, '.', length) != NULL)
		return NULL;
	return g_strndup(host, length);
}

static const char *
offhook_supabase_get_origin(OffhookConfig *config, const char *key)
{
	return offhook_config_find_value(config, "supabase", key)->origin;
}

/* @ref: (nullable): of the URL */
static void
offhook_supabase_check_key(OffhookConfig *config, const OffhookSupabaseKey *key, const char *ref)
{
	const char *text = offhook_config_get_string(config, "supabase", key->key);
	const char *its_ref;
	jwt_t *jwt = NULL;

	if (text == NULL || g_str_has_prefix(text, key->prefix))
		return;
	/* Without a key it is only taken apart. */
	if (jwt_decode(&jwt, text, NULL, 0) != 0 ||
	    g_strcmp0(jwt_get_grant(jwt, "role"), key->role) != 0) {
		offhook_config_add_problem(
		    config,
		    "%s: [supabase] %s: the value is not a key for this, expected a JWT with the "
		    "role %s or a word that begins with %s",
		    offhook_supabase_get_origin(config, key->key), key->key, key->role,
		    key->prefix);
		g_clear_pointer(&jwt, jwt_free);
		return;
	}
	its_ref = jwt_get_grant(jwt, "ref");
	if (ref != NULL && its_ref != NULL && !g_str_equal(ref, its_ref))
		offhook_config_add_problem(
		    config, "%s: [supabase] %s: a key of the project %s, expected one of %s",
		    offhook_supabase_get_origin(config, key->key), key->key, its_ref, ref);
	jwt_free(jwt);
}

void
offhook_supabase_check(OffhookConfig *config)
{
	const char *url = offhook_config_get_string(config, "supabase", "url");
	const char *store = offhook_config_get_string(config, "store", "url");
	g_autofree char *ref = offhook_supabase_dup_ref(url);

	for (guint i = 0; i < G_N_ELEMENTS(offhook_supabase_keys); i++)
		offhook_supabase_check_key(config, &offhook_supabase_keys[i], ref);
	if (url != NULL && store != NULL && g_str_has_prefix(store, "sqlite:"))
		offhook_config_add_notice(
		    config,
		    "[supabase] url: the project's database is not used: its password is in "
		    "neither of "
		    "the keys. Set "
		    "DATABASE_URL=postgresql://postgres:PASSWORD@db.%s%s:5432/postgres?"
		    "sslmode=require (see docs/supabase.md); until then data are kept in SQLite",
		    ref != NULL ? ref : "PROJECT", OFFHOOK_SUPABASE_HOST);
	if (url != NULL && offhook_config_get_string(config, "server", "jwt-secret") == NULL)
		offhook_config_add_notice(
		    config, "[server] jwt-secret is not set (JWT_SECRET): tokens of the "
			    "project's users are not accepted");
}
