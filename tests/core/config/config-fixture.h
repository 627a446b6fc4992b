/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A folder with configuration files and an environment, for the tests of the configuration.
 */
#pragma once

#include "config/config-private.h"
#include "harness.h"

#include <glib/gstdio.h>
#include <offhook/error.h>
#include <string.h>

typedef struct {
	char *dir;
	char *path; /* dir/offhookd.conf, not there yet */
	GStrvBuilder *environment;
	OffhookConfig *config;
	gboolean tolerant; /* what read_config() says */
} Fixture;

static inline void
set_up(Fixture *f, gconstpointer data)
{
	f->dir = harness_make_dir();
	f->path = g_build_filename(f->dir, "offhookd.conf", NULL);
	f->environment = g_strv_builder_new();
}

static inline void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_pointer(&f->config, offhook_config_unref);
	g_strv_builder_unref(f->environment);
	harness_remove_dir(f->dir);
	g_free(f->dir);
	g_free(f->path);
}

/** Writes @text to a file in the folder, whose parents are made. */
static inline void
put(Fixture *f, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(f->dir, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline void
set_variable(Fixture *f, const char *assignment)
{
	g_strv_builder_add(f->environment, assignment);
}

/** Reads what was put; the state directory is f->dir/state unless the test says otherwise. */
static inline OffhookConfig *
read_config(Fixture *f)
{
	g_autofree char *state = g_strdup_printf("STATE_DIRECTORY=%s/state", f->dir);
	g_autofree char *home = g_strdup_printf("XDG_CONFIG_HOME=%s/none", f->dir);
	OffhookConfigSource source = {
	    .path = g_file_test(f->path, G_FILE_TEST_EXISTS) ? f->path : NULL,
	    .directory = f->dir,
	    .tolerant = f->tolerant,
	};
	g_auto(GStrv) environment = NULL;

	set_variable(f, state);
	set_variable(f, home);
	environment = g_strv_builder_end(f->environment);
	source.environment = (const char *const *)environment;
	g_clear_pointer(&f->config, offhook_config_unref);
	f->config = offhook_config_read(&source);
	return f->config;
}

static inline void
assert_fine(Fixture *f)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_config_finish(f->config, &error));
	g_assert_no_error(error);
}

/** There are exactly @n problems, and one of them begins with @start (after the folder) and
 * mentions @word. */
static inline void
assert_problem(Fixture *f, guint n, const char *start, const char *word)
{
	g_autoptr(GError) error = NULL;
	gboolean found = FALSE;

	g_assert_false(offhook_config_finish(f->config, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	if (offhook_problems_count(f->config->problems) != n)
		g_test_message("%s", error->message);
	g_assert_cmpuint(offhook_problems_count(f->config->problems), ==, n);
	for (guint i = 0; i < n; i++) {
		const char *line = offhook_problems_get(f->config->problems, i);

		if (g_str_has_prefix(line, f->dir))
			line += strlen(f->dir) + 1;
		found |= g_str_has_prefix(line, start) && strstr(line, word) != NULL;
	}
	if (!found)
		g_test_message("%s", error->message);
	g_assert_true(found);
}
