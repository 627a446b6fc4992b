/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One plugin in several sections: `[driver:NAME] plugin=sample`.
 */

#include "registry-fixture.h"

#define TWO "[driver:sample]\nnumber=1\n[driver:branch]\nplugin=sample\nnumber=2\n"
#define ONE "[driver:sample]\nnumber=1\n"

static void
load_both(Fixture *f)
{
	load(f, "a.so", "sample");
	load(f, "b.so", "sample-known");
}

/* (transfer full) */
static OffhookDriver *
driver_of(Fixture *f, const char *name)
{
	OffhookDriver *driver = offhook_plugin_registry_get_driver(f->registry, name, NULL);

	g_assert_nonnull(driver);
	return g_object_ref(driver);
}

static void
test_two(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookDriver) plain = NULL;
	g_autoptr(OffhookDriver) branch = NULL;
	OffhookPlugin *plugin;

	load(f, "a.so", "sample");
	start(f, TWO);
	plain = driver_of(f, "sample");
	branch = driver_of(f, "branch");
	g_assert_true(plain != branch);
	g_assert_cmpstr(number_of(f, "sample"), ==, "1");
	g_assert_cmpstr(number_of(f, "branch"), ==, "2");
	g_assert_cmpstr(offhook_driver_get_name(branch), ==, "branch");
	g_assert_cmpuint(f->added, ==, 2);
	plugin = offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, "branch");
	g_assert_cmpstr(offhook_plugin_get_plugin_name(plugin), ==, "sample");
	g_assert_true(g_str_has_suffix(offhook_plugin_get_path(plugin), "a.so"));
	g_assert_cmpstr(offhook_plugin_get_settings(plugin)[0].name, ==, "number");
}

/* The plugin's own section may say what it is ... */
static void
test_own_name(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) list = NULL;

	load(f, "a.so", "needy");
	start(f, "[driver:needy]\nplugin=needy\naccount=x\n");
	assert_status(f, "needy", OFFHOOK_PLUGIN_ACTIVE);
	list = offhook_plugin_registry_list(f->registry);
	g_assert_cmpuint(list->len, ==, 1);
}

/* ... and need not be there. */
static void
test_without_own_section(Fixture *f, gconstpointer data)
{
	load(f, "a.so", "needy");
	start(f, "[driver:branch]\nplugin=needy\naccount=x\n");
	assert_status(f, "needy", OFFHOOK_PLUGIN_UNCONFIGURED);
	assert_status(f, "branch", OFFHOOK_PLUGIN_ACTIVE);
	start(f, "");
	assert_status(f, "branch", OFFHOOK_PLUGIN_DRAINING);
}

/* A key to one service must not get to another because a variable holds it. */
static void
test_variables(Fixture *f, gconstpointer data)
{
	f->variable = "SAMPLE_NUMBER=9";
	load(f, "a.so", "sample");
	start(f, "[driver:sample]\nnumber=1\n[driver:branch]\nplugin=sample\n"
		 "[driver:shop]\nplugin=sample\nnumber=3\n");
	g_assert_cmpstr(number_of(f, "sample"), ==, "9");
	g_assert_cmpstr(number_of(f, "branch"), ==, "1");
	g_assert_cmpstr(number_of(f, "shop"), ==, "3");
}

static void
assert_refused(Fixture *f, const char *text, const char *start, const char *word)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;
	const char *line;

	g_assert_false(configure(f, text, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_test_message("%s", error->message);
	line = strchr(error->message, ':');
	g_assert_true(g_str_has_prefix(line, start));
	g_assert_nonnull(strstr(line, word));
	/* All that is wrong is this; what follows are remarks: assistants' plugins that are not installed here. */
	lines = g_strsplit(line, "\n", -1);
	for (guint i = 1; lines[i] != NULL; i++) {
		g_assert_nonnull(strstr(lines[i], ": [assistant:"));
		g_assert_true(g_str_has_suffix(lines[i], " is not installed"));
	}
}

static void
test_refused(Fixture *f, gconstpointer data)
{
	load_both(f);
	assert_refused(f, "[driver:branch]\nplugin=sampel\n", ":2: [driver:branch] plugin: ",
		       "\"sampel\" is not installed; expected the name of an installed driver (did "
		       "you mean \"sample\"?)");
	assert_refused(f, "[driver:branch]\nplugin=branch\n",
		       ":2: [driver:branch] plugin: ", "\"branch\" is this section itself");
	assert_refused(f, TWO "[driver:shop]\nplugin=branch\n",
		       ":7: [driver:shop] plugin: ", "\"branch\" is another section");
	assert_refused(f, "[driver:known]\nplugin=sample\n", ":2: [driver:known] plugin: ",
		       "\"sample\" is not the driver that is called \"known\"");
	assert_refused(f, "[driver:well-known]\nplugin=sample\n",
		       ":2: [driver:well-known] plugin: ", "\"sample\" is not the driver");
	assert_refused(f, "[driver:branch]\nplugin=well-known\n",
		       ":2: [driver:branch] plugin: ", "(did you mean \"known\"?)");
	assert_refused(f, TWO "[driver:branch]\n", ":6: [driver:branch] ",
		       "a second time, see line 3");
	assert_refused(f, "[driver:branch]\nplugin=sample\nnumbr=1\n", ":3: [driver:branch] ",
		       "(did you mean \"number\"?)");
	assert_refused(f, "[driver:branch]\nplugin=sample\nrefuse=maybe\n",
		       ":3: [driver:branch] refuse: ", "\"maybe\" is not true or false");
	assert_refused(f, "[agent:branch]\nplugin=sample\n",
		       ":2: [agent:branch] plugin: ", "an installed agent");
}

static void
test_missing_settings(Fixture *f, gconstpointer data)
{
	load(f, "a.so", "needy");
	assert_refused(f, "[driver:branch]\nplugin=needy\n", ":1: [driver:branch] ",
		       "account is missing");
}

/* Assistants name an instance like a plugin. */
static void
test_assistant(Fixture *f, gconstpointer data)
{
	load(f, "a.so", "sample");
	load(f, "b.so", "parrot");
	start(f, TWO "[agent:polly]\nplugin=parrot\n"
		     "[assistant:a]\ndriver=branch\nagents=polly,parrot\npolly.mood=good\n");
	g_assert_true(offhook_plugin_registry_get_agent(f->registry, "polly", NULL) !=
		      offhook_plugin_registry_get_agent(f->registry, "parrot", NULL));
	assert_refused(f,
		       "[agent:polly]\nplugin=parrot\n[assistant:a]\nagents=polly\n"
		       "polly.mood=bad\n",
		       ":3: [assistant:a] agent \"polly\"", "");
	assert_refused(f, "[assistant:a]\nagents=polly\n",
		       ":2: [assistant:a] agents: ", "agent \"polly\" is not installed");
}

/* What is in use goes on with the object that it has. */
static void
test_section_changed(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookDriver) before = NULL;

	load_both(f);
	start(f, TWO);
	before = driver_of(f, "branch");
	start(f, "[driver:branch]\nplugin=sample\nnumber=5\n");
	g_assert_true(offhook_plugin_registry_get_driver(f->registry, "branch", NULL) == before);
	g_assert_cmpstr(number_of(f, "branch"), ==, "5");
	g_assert_cmpuint(f->removed, ==, 0);
	/* Another plugin of that name is another driver. */
	start(f, "[driver:branch]\nplugin=known\nnumber=6\n");
	g_assert_true(offhook_plugin_registry_get_driver(f->registry, "branch", NULL) != before);
	g_assert_cmpstr(number_of(f, "branch"), ==, "6");
	g_assert_cmpstr(offhook_driver_get_phone_number(before), ==, "5");
	g_assert_cmpuint(f->removed, ==, 1);
}

static void
test_section_removed(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookDriver) before = NULL;
	g_autoptr(GError) error = NULL;

	load(f, "a.so", "sample");
	start(f, TWO);
	before = driver_of(f, "branch");
	start(f, ONE);
	assert_status(f, "branch", OFFHOOK_PLUGIN_DRAINING);
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpuint(f->removed, ==, 1);
	g_assert_null(offhook_plugin_registry_get_driver(f->registry, "branch", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_cmpstr(offhook_driver_get_phone_number(before), ==, "2");
	assert_refused(f,
		       ONE "[assistant:a]\ndriver=branch\nagents=parrot\n[plugins]\n"
			   "optional=parrot\n",
		       ":4: [assistant:a] driver: ", "\"branch\" is not installed");
	start(f, TWO);
	g_assert_true(offhook_plugin_registry_get_driver(f->registry, "branch", NULL) == before);
	g_assert_cmpuint(f->added, ==, 3);
}

/* All or nothing: a new section that is refused takes back what the others took. */
static void
test_refused_on_reload(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	load(f, "a.so", "sample");
	start(f, TWO);
	g_assert_false(configure(f,
				 "[driver:sample]\nnumber=3\n"
				 "[driver:branch]\nplugin=sample\nnumber=4\nrefuse=true\n",
				 &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_nonnull(strstr(error->message, "[driver:branch]"));
	g_assert_cmpstr(number_of(f, "sample"), ==, "1");
	g_assert_cmpstr(number_of(f, "branch"), ==, "2");
}

static void
test_file_removed_and_back(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "a.so");
	g_autoptr(OffhookDriver) before = NULL;

	load(f, "a.so", "sample");
	start(f, TWO);
	before = driver_of(f, "branch");
	g_assert_cmpint(g_unlink(path), ==, 0);
	offhook_plugin_registry_remove_file(f->registry, path);
	assert_status(f, "sample", OFFHOOK_PLUGIN_DRAINING);
	assert_status(f, "branch", OFFHOOK_PLUGIN_DRAINING);
	assert_refused(f, "[driver:branch]\nplugin=sample\n", ":1: [driver:branch]",
		       "no driver \"sample\" is installed");
	load(f, "renamed.so", "sample");
	assert_status(f, "branch", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_true(offhook_plugin_registry_get_driver(f->registry, "branch", NULL) == before);
	g_assert_true(g_str_has_suffix(offhook_plugin_get_path(offhook_plugin_registry_find(
					   f->registry, OFFHOOK_PLUGIN_DRIVER, "branch")),
				       "renamed.so"));
}

/* The section of a file that was refused waits for a better one. */
static void
test_file_mended(Fixture *f, gconstpointer data)
{
	load(f, "driver-sample.so", "abi-major");
	start(f, "[driver:branch]\nplugin=sample\nnumber=2\n");
	assert_status(f, "branch", OFFHOOK_PLUGIN_FAILED);
	g_assert_nonnull(strstr(reason_of(f, "branch"), "\"sample\""));
	load(f, "driver-sample.so", "sample");
	assert_status(f, "branch", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpstr(number_of(f, "branch"), ==, "2");
}

/* A plugin that is installed later does not take a name that is in use. */
static void
test_name_in_use(Fixture *f, gconstpointer data)
{
	load(f, "a.so", "sample");
	start(f, "[driver:known]\nplugin=sample\nnumber=2\n");
	load(f, "b.so", "sample-known");
	g_assert_cmpuint(f->failed, ==, 1);
	g_assert_cmpstr(number_of(f, "known"), ==, "2");
}

static void
test_grades(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	load(f, "a.so", "sample");
	start(f, TWO "[plugins]\ndisabled=branch\nrequired=sample\n");
	assert_status(f, "branch", OFFHOOK_PLUGIN_DISABLED);
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	start(f, TWO "[plugins]\ndisabled=driver:sample\n");
	assert_status(f, "branch", OFFHOOK_PLUGIN_DISABLED);
	start(f, TWO "[plugins]\nrequired=driver:branch\n");
	assert_status(f, "branch", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_false(configure(f, ONE "[plugins]\nrequired=driver:branch\n", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

static void
test_try(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookConfig) good = read_config(f, TWO);
	g_autoptr(OffhookConfig) bad =
	    read_config(f, TWO "[driver:shop]\nplugin=sample\nrefuse=true\n");
	g_autofree char *nothing = NULL;
	g_autofree char *wrong = NULL;

	load(f, "a.so", "sample");
	nothing = offhook_plugin_registry_try(f->registry, good);
	g_assert_cmpstr(nothing, ==, "");
	wrong = offhook_plugin_registry_try(f->registry, bad);
	g_assert_cmpstr(wrong, ==, "driver shop: [driver:shop] told to refuse\n");
}

#define ADD(name, function)                                                                        \
	g_test_add("/instances/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* A refused plugin is a warning in the log, here the point of the test. */
	g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
	ADD("two", test_two);
	ADD("own-name", test_own_name);
	ADD("without-own-section", test_without_own_section);
	ADD("variables", test_variables);
	ADD("refused", test_refused);
	ADD("missing-settings", test_missing_settings);
	ADD("assistant", test_assistant);
	ADD("section-changed", test_section_changed);
	ADD("section-removed", test_section_removed);
	ADD("refused-on-reload", test_refused_on_reload);
	ADD("file-removed-and-back", test_file_removed_and_back);
	ADD("file-mended", test_file_mended);
	ADD("name-in-use", test_name_in_use);
	ADD("grades", test_grades);
	ADD("try", test_try);
	return g_test_run();
}
