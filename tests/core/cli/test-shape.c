/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What setup takes for a provider's credential. */

#include "cli/setup/shape.h"

#include <offhook/error.h>

#include <string.h>

#include "harness.h"

#define SID   "AC0123456789abcdef0123456789ABCDEF"
#define BEGIN "-----BEGIN PRIVATE KEY-----"
#define END   "-----END PRIVATE KEY-----"
#define KEY   BEGIN "\nMIIE\n" END "\n"

static void
test_looks(void)
{
	static const struct {
		const char *shape;
		const char *value;
		gboolean right;
	} cases[] = {
	    {"AC + 32 hex", SID, TRUE},
	    {"AC + 32 hex", "AC0123456789abcdef0123456789ABCDE", FALSE},
	    {"AC + 32 hex", SID "0", FALSE},
	    {"AC + 32 hex", "SK0123456789abcdef0123456789abcdef", FALSE},
	    {"AC + 32 hex", "ACg123456789abcdef0123456789abcdef", FALSE},
	    {"AC + 32 hex", "A", FALSE},
	    {"32 hex", "12ab34cd56ef78900987fe65dc43ba21", TRUE},
	    {"32 hex", SID, FALSE},
	    {"32 hex", "any-word", FALSE},
	    {"uuid", "aaaaaaaa-bbbb-cccc-dddd-0123456789ab", TRUE},
	    {"uuid", "a1b2c3d4", FALSE},
	    {"phone", "+15550100001", TRUE},
	    {"phone", "5550100001", FALSE},
	    {"pem", KEY, TRUE},
	    {"pem", BEGIN "\\nMIIE\\n" END, TRUE},
	    {"pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", TRUE},
	    {"pem", BEGIN, FALSE},
	    {"pem", "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----", FALSE},
	    {"pem", "/nonexistent/key.pem", FALSE},
	    {"pem", "/", FALSE},
	    /* A newer plugin's, and no answer at all. */
	    {"GUID, in braces", "anything", TRUE},
	    {"32 hex", "", TRUE},
	    {"pem", "", TRUE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s: %s", cases[i].shape, cases[i].value);
		g_assert_true(offhook_shape_check(cases[i].shape, FALSE, cases[i].value, &error) ==
			      cases[i].right);
		if (cases[i].right)
			g_assert_no_error(error);
		else
			g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

/* A secret that is mistyped is one nearly. */
static void
test_secret(void)
{
	static const char *const shapes[] = {"AC + 32 hex", "uuid", "phone", "pem"};

	for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_shape_check(shapes[i], TRUE, "hunter2", &error));
		g_assert_null(strstr(error->message, "hunter2"));
	}
}

/* A key comes from its file, whoever is going to need it. */
static void
test_file(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "key.pem", NULL);
	g_autofree char *key = NULL;
	g_autofree char *itself = NULL;
	g_autofree char *other = NULL;

	g_assert_true(g_file_set_contents(path, KEY, -1, NULL));
	g_assert_true(offhook_shape_check("pem", TRUE, path, NULL));
	key = offhook_shape_read("pem", path);
	g_assert_cmpstr(key, ==, BEGIN "\nMIIE\n" END);
	itself = offhook_shape_read("pem", KEY);
	g_assert_cmpstr(itself, ==, KEY);
	other = offhook_shape_read("uuid", path);
	g_assert_cmpstr(other, ==, path);
	g_assert_true(g_file_set_contents(path, "no key", -1, NULL));
	g_assert_false(offhook_shape_check("pem", TRUE, path, NULL));
	harness_remove_dir(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/shape/looks", test_looks);
	g_test_add_func("/cli/shape/secret", test_secret);
	g_test_add_func("/cli/shape/file", test_file);
	return g_test_run();
}
