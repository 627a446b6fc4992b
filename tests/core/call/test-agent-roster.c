/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Agents that were made, over restarts.
 */

#include "call/assistant/agent-roster.h"

#include <offhook/error.h>

#include "harness.h"

typedef struct {
	char *dir;
	char *path;
	OffhookAgentRoster *roster;
} Roster;

static void
set_up(Roster *self, gconstpointer data)
{
	self->dir = harness_make_dir();
	self->path = g_build_filename(self->dir, "agents.json", NULL);
	self->roster = offhook_agent_roster_new();
}

static void
tear_down(Roster *self, gconstpointer data)
{
	offhook_agent_roster_free(self->roster);
	harness_remove_dir(self->dir);
	g_free(self->dir);
	g_free(self->path);
}

static void
load(Roster *self)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_agent_roster_load(self->roster, self->dir, &error));
	g_assert_no_error(error);
}

static void
test_kept(Roster *self, gconstpointer data)
{
	const OffhookCreatedAgent poet = {
	    .type = (char *)"orchestrator",
	    .name = (char *)"Poet",
	    .model = (char *)"poet-1",
	    .temperature = 1.5,
	    .max_tokens = 77,
	};
	const OffhookCreatedAgent plain = {
	    .type = (char *)"dialog", .name = (char *)"Plain", .temperature = -1};
	g_autoptr(OffhookAgentRoster) again = offhook_agent_roster_new();
	const OffhookCreatedAgent *made, *found;
	g_autofree char *id = NULL;

	load(self);
	made = offhook_agent_roster_add(self->roster, &poet, NULL);
	g_assert_nonnull(made);
	id = g_strdup(made->id);
	g_assert_nonnull(offhook_agent_roster_add(self->roster, &plain, NULL));

	g_assert_true(offhook_agent_roster_load(again, self->dir, NULL));
	g_assert_cmpuint(offhook_agent_roster_list(again)->len, ==, 2);
	found = offhook_agent_roster_find(again, id);
	g_assert_nonnull(found);
	g_assert_cmpstr(found->type, ==, "orchestrator");
	g_assert_cmpstr(found->name, ==, "Poet");
	g_assert_cmpstr(found->model, ==, "poet-1");
	g_assert_null(found->prompt);
	g_assert_cmpfloat(found->temperature, ==, 1.5);
	g_assert_cmpuint(found->max_tokens, ==, 77);
	found = g_ptr_array_index(offhook_agent_roster_list(again), 1);
	g_assert_cmpfloat(found->temperature, <, 0);
	g_assert_cmpuint(found->max_tokens, ==, 0);

	g_assert_true(offhook_agent_roster_remove(again, id, NULL));
	g_assert_false(offhook_agent_roster_remove(again, id, NULL));
	load(self);
	g_assert_cmpuint(offhook_agent_roster_list(self->roster)->len, ==, 1);
}

static void
test_limit(Roster *self, gconstpointer data)
{
	const OffhookCreatedAgent wanted = {
	    .type = (char *)"dialog", .name = (char *)"One of many", .temperature = -1};
	g_autoptr(GError) error = NULL;

	load(self);
	for (guint i = 0; i < OFFHOOK_AGENT_ROSTER_MAX; i++)
		g_assert_nonnull(offhook_agent_roster_add(self->roster, &wanted, NULL));
	g_assert_null(offhook_agent_roster_add(self->roster, &wanted, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(offhook_agent_roster_list(self->roster)->len, ==,
			 OFFHOOK_AGENT_ROSTER_MAX);
}

/* What somebody may want to mend is not written over. */
static void
test_broken(Roster *self, gconstpointer data)
{
	static const char *const texts[] = {"", "[]", "{\"agents\":[{\"id\":\"agent-1\"}]}",
					    "{\"agents\":[7]}", "{\"agents\":["};
	const OffhookCreatedAgent wanted = {
	    .type = (char *)"dialog", .name = (char *)"x", .temperature = -1};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GError) refused = NULL;
		g_autofree char *text = NULL;

		g_assert_true(g_file_set_contents(self->path, texts[i], -1, NULL));
		g_assert_false(offhook_agent_roster_load(self->roster, self->dir, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
		g_assert_null(offhook_agent_roster_add(self->roster, &wanted, &refused));
		g_assert_error(refused, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
		g_assert_true(g_file_get_contents(self->path, &text, NULL, NULL));
		g_assert_cmpstr(text, ==, texts[i]);
	}
}

static void
add(const char *path, void (*test)(Roster *self, gconstpointer data))
{
	g_test_add(path, Roster, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/agent-roster/kept", test_kept);
	add("/agent-roster/limit", test_limit);
	add("/agent-roster/broken", test_broken);
	return g_test_run();
}
