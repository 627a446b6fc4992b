/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Secrets: the API token's life, files that others could read, comparison.
 */

#include "config/secret.h"

#include "harness.h"

#include <offhook/error.h>

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
	char *dir;
	char *path;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->dir = harness_make_dir();
	f->path = g_build_filename(f->dir, OFFHOOK_API_TOKEN_FILE, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	harness_remove_dir(f->dir);
	g_free(f->dir);
	g_free(f->path);
}

static void
write_file(Fixture *f, const char *content, gssize size, int mode)
{
	g_assert_true(g_file_set_contents(f->path, content, size, NULL));
	g_assert_cmpint(g_chmod(f->path, mode), ==, 0);
}

static void
assert_refused(Fixture *f, int code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_secret_read_file(f->path, 0077, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_token_is_made_once(Fixture *f, gconstpointer data)
{
	gboolean created = FALSE;
	char *first = offhook_secret_load_api_token(f->dir, &created, NULL);
	char *second;
	struct stat info;
	g_autoptr(GDir) dir = NULL;

	g_assert_nonnull(first);
	g_assert_true(created);
	g_assert_cmpuint(strlen(first), ==, 64);
	g_assert_cmpuint(strspn(first, "0123456789abcdef"), ==, 64);
	g_assert_cmpint(stat(f->path, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 07777, ==, 0600);
	second = offhook_secret_load_api_token(f->dir, &created, NULL);
	g_assert_false(created);
	g_assert_cmpstr(first, ==, second);
	/* Nothing but the token is left. */
	dir = g_dir_open(f->dir, 0, NULL);
	g_assert_cmpstr(g_dir_read_name(dir), ==, OFFHOOK_API_TOKEN_FILE);
	g_assert_null(g_dir_read_name(dir));
	offhook_secret_free(first);
	offhook_secret_free(second);
}

static gpointer
load_token_thread(gpointer data)
{
	return offhook_secret_load_api_token(data, NULL, NULL);
}

static void
test_token_race(Fixture *f, gconstpointer data)
{
	GThread *threads[8];
	char *first = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("token", load_token_thread, f->dir);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
		char *token = g_thread_join(threads[i]);

		g_assert_nonnull(token);
		if (first == NULL)
			first = g_strdup(token);
		g_assert_cmpstr(first, ==, token);
		offhook_secret_free(token);
	}
	offhook_secret_free(first);
}

static void
test_token_readable_by_others(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	write_file(f, "abc\n", -1, 0644);
	g_assert_null(offhook_secret_load_api_token(f->dir, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
}

static void
test_token_dir_missing(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_secret_load_api_token("/nonexistent/x", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_read(Fixture *f, gconstpointer data)
{
	char *secret;

	write_file(f, "s3cret \r\n\n", -1, 0600);
	secret = offhook_secret_read_file(f->path, 0077, NULL);
	g_assert_cmpstr(secret, ==, "s3cret");
	offhook_secret_free(secret);
}

static void
test_refused(Fixture *f, gconstpointer data)
{
	g_autofree char *large = g_strnfill(OFFHOOK_SECRET_MAX + 1, 'x');

	assert_refused(f, OFFHOOK_ERROR_NOT_FOUND);
	write_file(f, "x", -1, 0640);
	assert_refused(f, OFFHOOK_ERROR_PERMISSION);
	write_file(f, " \n", -1, 0600);
	assert_refused(f, OFFHOOK_ERROR_FORMAT);
	write_file(f, "a\0b", 3, 0600);
	assert_refused(f, OFFHOOK_ERROR_FORMAT);
	write_file(f, large, -1, 0600);
	assert_refused(f, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpint(g_unlink(f->path), ==, 0);
	g_assert_cmpint(mkfifo(f->path, 0600), ==, 0);
	assert_refused(f, OFFHOOK_ERROR_FORMAT);
}

static void
test_errors_keep_the_secret(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	write_file(f, "hunter2\xff", -1, 0600);
	g_assert_null(offhook_secret_read_file(f->path, 0077, &error));
	g_assert_null(strstr(error->message, "hunter2"));
}

static void
test_equal(void)
{
	g_assert_true(offhook_secret_equal("abc", "abc"));
	g_assert_false(offhook_secret_equal("abc", "abd"));
	g_assert_false(offhook_secret_equal("abc", "ab"));
	g_assert_false(offhook_secret_equal("abc", "abcabc"));
	g_assert_false(offhook_secret_equal("abc", ""));
	g_assert_false(offhook_secret_equal("", ""));
	g_assert_false(offhook_secret_equal(NULL, "abc"));
	g_assert_false(offhook_secret_equal("abc", NULL));
}

#define ADD(name, function) g_test_add("/secret/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("token-is-made-once", test_token_is_made_once);
	ADD("token-race", test_token_race);
	ADD("token-readable-by-others", test_token_readable_by_others);
	ADD("token-dir-missing", test_token_dir_missing);
	ADD("read", test_read);
	ADD("refused", test_refused);
	ADD("errors-keep-the-secret", test_errors_keep_the_secret);
	g_test_add_func("/secret/equal", test_equal);
	return g_test_run();
}
