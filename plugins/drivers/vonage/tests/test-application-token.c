/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../application-token.h"
#include "test-keys.h"

#include <jwt.h>
#include <offhook/error.h>
#include <string.h>

#define APP "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
#define NOW 1767225600

static OffhookVonageApplicationToken *
make(const char *key)
{
	g_autoptr(GError) error = NULL;
	OffhookVonageApplicationToken *token =
	    offhook_vonage_application_token_new(APP, key, &error);

	g_assert_no_error(error);
	return token;
}

static void
test_signs(gconstpointer data)
{
	g_autoptr(OffhookVonageApplicationToken) token = make(data);
	g_autoptr(GError) error = NULL;
	const char *text = offhook_vonage_application_token_get(token, NOW, &error);
	jwt_t *jwt = NULL;

	g_assert_no_error(error);
	g_assert_cmpint(
	    jwt_decode(&jwt, text, (const guint8 *)TEST_KEY_PUBLIC, (int)strlen(TEST_KEY_PUBLIC)),
	    ==, 0);
	g_assert_cmpint(jwt_get_alg(jwt), ==, JWT_ALG_RS256);
	g_assert_cmpstr(jwt_get_grant(jwt, "application_id"), ==, APP);
	g_assert_cmpint(jwt_get_grant_int(jwt, "iat"), ==, NOW);
	g_assert_cmpint(jwt_get_grant_int(jwt, "exp"), ==, NOW + 900);
	g_assert_true(g_uuid_string_is_valid(jwt_get_grant(jwt, "jti")));
	jwt_free(jwt);
}

static void
test_lasts(void)
{
	g_autoptr(OffhookVonageApplicationToken) token = make(TEST_KEY_PKCS8);
	g_autofree char *first = g_strdup(offhook_vonage_application_token_get(token, NOW, NULL));

	g_assert_cmpstr(offhook_vonage_application_token_get(token, NOW + 840, NULL), ==, first);
	g_assert_cmpstr(offhook_vonage_application_token_get(token, NOW + 841, NULL), !=, first);
	/* The clock was set back: a token of the future is good for nothing. */
	g_assert_cmpstr(offhook_vonage_application_token_get(token, NOW - 3600, NULL), !=, first);
}

static void
test_bad_keys(void)
{
	static const char *const keys[] = {"", "secret", TEST_KEY_PUBLIC,
					   "-----BEGIN PRIVATE KEY-----\nMIIE\n"
					   "-----END PRIVATE KEY-----\n"};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_vonage_application_token_new(APP, keys[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/vonage/application-token/pkcs8", TEST_KEY_PKCS8, test_signs);
	g_test_add_data_func("/vonage/application-token/pkcs1", TEST_KEY_PKCS1, test_signs);
	g_test_add_func("/vonage/application-token/lasts", test_lasts);
	g_test_add_func("/vonage/application-token/bad-keys", test_bad_keys);
	return g_test_run();
}
