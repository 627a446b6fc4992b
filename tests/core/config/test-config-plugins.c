/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plugins in the configuration, with a directory of plugins that exist only on paper.
 */

#include "config-fixture.h"
#include "paper-plugins.h"

static void
check(Fixture *f)
{
	read_config(f);
	offhook_config_check_plugins(f->config, &paper_plugins, NULL);
}

static OffhookSettings *
build(Fixture *f, GError **error)
{
	return offhook_config_build_settings(f->config, OFFHOOK_PLUGIN_DRIVER, "acme",
					     paper_plugins_acme_settings, error);
}

static void
test_fine(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookSettings) settings = NULL;
	g_autofree char *sounds = g_build_filename(f->dir, "wav", NULL);

	put(f, "offhookd.conf",
	    "[driver:acme]\naccount=a\nauth-token=t\nsounds=wav\n"
	    "[assistant:a]\ndriver=acme\nagents=dialog\nstt=ears\n");
	check(f);
	assert_fine(f);
	settings = build(f, NULL);
	g_assert_cmpstr(offhook_settings_get_string(settings, "account"), ==, "a");
	g_assert_cmpstr(offhook_settings_get_string(settings, "auth-token"), ==, "t");
	g_assert_cmpint(offhook_settings_get_integer(settings, "timeout"), ==, 10);
	g_assert_cmpstr(offhook_settings_get_string(settings, "sounds"), ==, sounds);
}

static void
test_variables_win(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookSettings) settings = NULL;

	put(f, "offhookd.conf", "[driver:acme]\naccount=a\nauth-token=t\n");
	put(f, ".env", "ACME_ACCOUNT=b\nACME_TIMEOUT=20\n");
	set_variable(f, "ACME_TOKEN=u");
	set_variable(f, "ACME_TIMEOUT=30");
	check(f);
	assert_fine(f);
	settings = build(f, NULL);
	g_assert_cmpstr(offhook_settings_get_string(settings, "account"), ==, "b");
	g_assert_cmpstr(offhook_settings_get_string(settings, "auth-token"), ==, "u");
	g_assert_cmpint(offhook_settings_get_integer(settings, "timeout"), ==, 30);
}

static void
test_problems(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[driver:acme]\naccuont=a\ntimeout=90\n[engine:eras]\n"
	    "[assistant:a]\ndriver=acme\nagents=dialgo\nstt=ears\ntts=ears\nllm=ruin\n"
	    "[server]\nvoice-provider=acne\n[plugins]\nrequired=driver:gone,acme\n");
	check(f);
	assert_problem(f, 8, "offhookd.conf:2: [driver:acme]", "\"account\"");
	assert_problem(f, 8, "offhookd.conf:3: [driver:acme] timeout", "1..60");
	assert_problem(f, 8, "offhookd.conf:1: [driver:acme] account", "missing");
	assert_problem(f, 8, "offhookd.conf:4: [engine:eras]", "\"ears\"");
	assert_problem(f, 8, "offhookd.conf:7: [assistant:a] agents", "\"dialog\"");
	assert_problem(f, 8, "offhookd.conf:9: [assistant:a] tts", "speech");
	assert_problem(f, 8, "offhookd.conf:12: [server] voice-provider", "\"acme\"");
	assert_problem(f, 8, "offhookd.conf:14: [plugins] required", "driver:gone");
}

static void
test_disabled_but_wanted(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[assistant:a]\ndriver=off\nagents=dialog\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:2: [assistant:a] driver", "disabled");
}

/* What keeps one from working is said, and the rest is as it is; what can't be read at all stays wrong. */
static void
test_tolerant(Fixture *f, gconstpointer data)
{
	f->tolerant = TRUE;
	put(f, "offhookd.conf",
	    "[driver:acme]\naccount=a\nauth-token-file=/none/token\ntimeout=90\n"
	    "[assistant:a]\nagents=picky\n[assistant:b]\nagents=thinker\n"
	    "[assistant:c]\nagents=dialog\ntts=bard\nlanguage=de\n");
	check(f);
	assert_fine(f);
	g_assert_cmpuint(offhook_config_get_notices(f->config)->len, ==, 5);
	put(f, "offhookd.conf", "[assistant:a]\nagents=dialgo\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:2: [assistant:a] agents", "\"dialog\"");
}

static void
test_optional_may_be_missing(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\nstt=gone\n[plugins]\noptional=engine:gone\n");
	check(f);
	assert_fine(f);
	g_assert_cmpuint(offhook_config_get_notices(f->config)->len, ==, 1);
}

/* The built-in assistant names engines that are not here. */
static void
test_built_in_gives_notices(Fixture *f, gconstpointer data)
{
	check(f);
	assert_fine(f);
	g_assert_cmpuint(offhook_config_get_notices(f->config)->len, ==, 2);
}

/* An agent that talks through a language model has one. */
static void
test_completer(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[assistant:a]\nagents=dialog,thinker\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:1: [assistant:a] llm", "thinker");
}

static void
test_tools(Fixture *f, gconstpointer data)
{
	g_auto(GStrv) instances = NULL;

	put(f, "offhookd.conf",
	    "[tool:book]\n[assistant:a]\nagents=dialog\ntools=book, current_time\n");
	check(f);
	assert_fine(f);
	g_assert_cmpstr(offhook_config_get_plugin(f->config, OFFHOOK_PLUGIN_AGENT, "book"), ==,
			"tool");
	g_assert_true(offhook_config_wants_plugin(f->config, OFFHOOK_PLUGIN_AGENT, "book"));
	instances = offhook_config_list_instances(f->config, OFFHOOK_PLUGIN_AGENT);
	g_assert_cmpuint(g_strv_length(instances), ==, 1);
	g_assert_cmpstr(instances[0], ==, "book");
}

static gboolean
is_named_cb(gpointer data, OffhookPluginKind kind, const char *name)
{
	return g_str_equal(name, data);
}

/* What is off is left to the next in its list, unless it is all that there is. */
static void
test_without(Fixture *f, gconstpointer data)
{
	const OffhookAssistantConfig *assistant;
	OffhookAssistantConfig *reduced;
	g_autoptr(GError) error = NULL;

	put(f, "offhookd.conf", "[assistant:a]\nagents=dialog, echo\ntts=flite\nprompt=Be kind.\n");
	check(f);
	assistant = g_ptr_array_index(offhook_config_get_assistants(f->config), 0);
	reduced = offhook_assistant_config_new_without(assistant, is_named_cb, "dialog", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(reduced->agents[0], ==, "echo");
	g_assert_null(reduced->agents[1]);
	g_assert_cmpstr(reduced->tts[0], ==, "flite");
	g_assert_cmpstr(assistant->agents[0], ==, "dialog");
	offhook_assistant_config_free_copy(reduced);
	g_assert_null(offhook_assistant_config_new_without(assistant, is_named_cb, "x", &error));
	g_assert_no_error(error);
	g_assert_null(
	    offhook_assistant_config_new_without(assistant, is_named_cb, "flite", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

/* The keys of a section that is no plugin's say nothing, and nothing is said of them. */
static void
test_tools_clash(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[tool:dialog]\nurl=http://example.com/\ndescription=Books.\nmethod=GET\n"
	    "[assistant:a]\nagents=dialog\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:1: [tool:dialog]: \"dialog\"", "another name");
}

static void
test_tools_refused(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[tool:book]\n[agent:book]\nplugin=tool\n[tool:other]\nplugin=dialog\n"
	    "[mcp:files]\n[tool:dialog]\n[toll:x]\n"
	    "[assistant:a]\nagents=dialog\ntools=boko, curent_time, dialog\n");
	check(f);
	assert_problem(f, 8, "offhookd.conf:2: [agent:book]", "[tool:book] already");
	assert_problem(f, 8, "offhookd.conf:5: [tool:other] plugin", "[agent:other]");
	assert_problem(f, 8, "offhookd.conf:6: [mcp:files] plugin", "not installed");
	assert_problem(f, 8, "offhookd.conf:7: [tool:dialog]: \"dialog\"", "another name");
	assert_problem(f, 8, "offhookd.conf:8: there is no section [toll:x]", "\"tool:x\"");
	assert_problem(f, 8, "offhookd.conf:11: [assistant:a] tools: \"boko\"", "\"book\"");
	assert_problem(f, 8, "offhookd.conf:11: [assistant:a] tools: \"curent_time\"",
		       "\"current_time\"");
	assert_problem(f, 8, "offhookd.conf:11: [assistant:a] tools: \"dialog\"", "no tool");
}

/* Each thing at its own line, and once, whoever uses it; of its options nothing is known then. */
static void
test_agent_section(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=picky\n[assistant:b]\nagents=dialog,picky\n"
	    "[agent:picky]\n");
	check(f);
	assert_problem(f, 2, "offhookd.conf:5: [agent:picky] description is missing", "");
}

static void
test_agent_options(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[assistant:a]\nagents=dialog,picky\npicky.mood=sour\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:3: [assistant:a] agent \"picky\"", "not in the mood");
}

/* Not wrong, as a call may bring it, but told. */
static void
test_prompt(Fixture *f, gconstpointer data)
{
	const GPtrArray *notices;

	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\n"
	    "prompt=For {caller}, {caler}, {memory}, {variables.x}, {custom.y} {\"a\":1}\n");
	check(f);
	assert_fine(f);
	notices = offhook_config_get_notices(f->config);
	g_assert_cmpuint(notices->len, ==, 1);
	g_assert_true(g_str_has_prefix(strstr(g_ptr_array_index(notices, 0), "offhookd.conf:3"),
				       "offhookd.conf:3: [assistant:a] prompt: {caler} "));
	g_assert_nonnull(strstr(g_ptr_array_index(notices, 0), "\"caller\""));
}

static void
test_voice(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\nstt=ears\ntts=bard\nvoice=will\n"
	    "[assistant:b]\nagents=dialog\ntts=bard\nvoice=bob\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:9: [assistant:b] voice", "\"bob\", only will");
}

/* The first engine's voice is no other's. */
static void
test_voice_of_each(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\ntts=bard,bard-too\nvoice=will\nbard.voice=bob\n"
	    "[assistant:b]\nagents=dialog\ntts=gone,bard\nvoice=anybody\n"
	    "[plugins]\noptional=gone,bard-too\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:5: [assistant:a] bard.voice", "\"bob\", only will");
}

static void
test_engine_lists(Fixture *f, gconstpointer data)
{
	const OffhookAssistantConfig *assistant;

	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\ntts=bard\nstt=Ears, gone\nbard.pitch=3\n"
	    "[plugins]\noptional=gone\n");
	check(f);
	assert_fine(f);
	assistant = g_ptr_array_index(offhook_config_get_assistants(f->config), 0);
	g_assert_cmpuint(g_strv_length(assistant->stt), ==, 2);
	g_assert_cmpstr(assistant->stt[0], ==, "ears");
	g_assert_cmpstr(assistant->stt[1], ==, "gone");
	g_assert_cmpuint(g_strv_length(assistant->llm), ==, 0);
	g_assert_cmpuint(assistant->tts_timeout_ms, ==, 1200);
	g_assert_cmpstr(
	    g_hash_table_lookup(offhook_assistant_config_get_options(assistant, "bard"), "pitch"),
	    ==, "3");
}

static void
test_engine_lists_refused(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\ntts=bard,bard\n"
	    "[assistant:b]\nagents=dialog\ntts=a,b,c,d,e,f,g,h,i\n"
	    "[assistant:c]\nagents=dialog\ntts=bard,ears\n");
	check(f);
	assert_problem(f, 3, "offhookd.conf:3: [assistant:a] tts", "twice");
	assert_problem(f, 3, "offhookd.conf:6: [assistant:b] tts", "at most 8");
	assert_problem(f, 3, "offhookd.conf:9: [assistant:c] tts", "\"ears\" can't");
}

static void
test_engine_options(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\ntts=bard\nbard.ptich=3\n"
	    "[assistant:b]\nagents=dialog\ntts=bard\nears.pitch=3\n");
	check(f);
	assert_problem(f, 2, "offhookd.conf:1: [assistant:a] engine \"bard\"", "pitch");
	assert_problem(f, 2, "offhookd.conf:8: [assistant:b] ears.pitch", "neither");
}

/* The voice is not to blame. */
static void
test_language(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[assistant:a]\nagents=dialog\nstt=ears\nlanguage=de-DE\n"
	    "[assistant:b]\nagents=dialog\ntts=bard\nvoice=will\nlanguage=fr-FR\n");
	check(f);
	assert_problem(f, 2, "offhookd.conf:4: [assistant:a] language", "de-DE");
	assert_problem(f, 2, "offhookd.conf:9: [assistant:b] language", "fr-FR");
}

static void
test_driver_options(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[driver:acme]\naccount=a\nauth-token=t\n"
	    "[assistant:a]\nagents=dialog\nacme.mode=plain\n"
	    "[assistant:b]\nagents=dialog\ndriver=acme\nacme.mode=odd\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:7: [assistant:b] driver \"acme\"", "mode=odd");
}

static void
test_options_of_nobody(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[assistant:a]\nagents=dialog\nacme.mode=plain\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:3: [assistant:a] acme.mode", "acme");
}

static void
test_secret_in_file(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookSettings) settings = NULL;
	g_autofree char *path = g_build_filename(f->dir, "token", NULL);

	put(f, "offhookd.conf", "[driver:acme]\naccount=a\nauth-token-file=token\n");
	put(f, "token", "hunter2\n");
	g_assert_cmpint(g_chmod(path, 0640), ==, 0);
	check(f);
	assert_fine(f);
	settings = build(f, NULL);
	g_assert_cmpstr(offhook_settings_get_string(settings, "auth-token"), ==, "hunter2");
}

static void
test_secret_file_readable_by_all(Fixture *f, gconstpointer data)
{
	g_autofree char *path = g_build_filename(f->dir, "token", NULL);

	put(f, "offhookd.conf", "[driver:acme]\naccount=a\nauth-token-file=token\n");
	put(f, "token", "hunter2\n");
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
	check(f);
	assert_problem(f, 1, "offhookd.conf:3: ", "chmod");
}

static void
test_secret_twice(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[driver:acme]\naccount=a\nauth-token=hunter2\nauth-token-file=token\n");
	check(f);
	assert_problem(f, 1, "offhookd.conf:4: [driver:acme] auth-token-file", "auth-token");
	g_assert_null(strstr(offhook_problems_get(f->config->problems, 0), "hunter2"));
}

static void
test_credential(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookSettings) settings = NULL;
	g_autofree char *folder = g_strdup_printf("CREDENTIALS_DIRECTORY=%s/cred", f->dir);
	g_autofree char *path = g_build_filename(f->dir, "cred", "driver.acme.auth-token", NULL);

	put(f, "offhookd.conf", "[driver:acme]\naccount=a\n");
	put(f, "cred/driver.acme.auth-token", "hunter2\n");
	g_assert_cmpint(g_chmod(path, 0400), ==, 0);
	set_variable(f, folder);
	check(f);
	assert_fine(f);
	settings = build(f, NULL);
	g_assert_cmpstr(offhook_settings_get_string(settings, "auth-token"), ==, "hunter2");
}

/* A plugin that is there and that nobody asked for is no reason not to start. */
static void
test_unwanted_plugin(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(GError) error = NULL;

	put(f, "offhookd.conf", "[assistant:a]\nagents=dialog\n");
	set_variable(f, "ACME_TIMEOUT=999");
	check(f);
	assert_fine(f);
	g_assert_false(offhook_config_wants_plugin(f->config, OFFHOOK_PLUGIN_DRIVER, "acme"));
	settings = build(f, &error);
	g_assert_null(settings);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

static void
test_grades(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[plugins]\ndisabled=driver:acme,dialog\n");
	check(f);
	g_assert_true(offhook_config_is_plugin_disabled(f->config, OFFHOOK_PLUGIN_DRIVER, "acme"));
	g_assert_false(offhook_config_is_plugin_disabled(f->config, OFFHOOK_PLUGIN_ENGINE, "acme"));
	g_assert_true(offhook_config_is_plugin_disabled(f->config, OFFHOOK_PLUGIN_AGENT, "dialog"));
	g_assert_false(offhook_config_is_plugin_required(f->config, OFFHOOK_PLUGIN_DRIVER, "acme"));
}

static void
test_aliases(Fixture *f, gconstpointer data)
{
	const OffhookAssistantConfig *assistant;

	put(f, "offhookd.conf",
	    "[server]\nvoice-provider=acme-phone\n[driver:acme]\naccount=a\n"
	    "[assistant:a]\nagents=dialog\ndriver=acme-phone\n");
	check(f);
	g_assert_cmpstr(offhook_config_get_voice_provider(f->config), ==, "acme");
	assistant = g_ptr_array_index(offhook_config_get_assistants(f->config), 0);
	g_assert_cmpstr(assistant->driver, ==, "acme");
}

#define ADD(name, function)                                                                        \
	g_test_add("/config-plugins/" name, Fixture, NULL, set_up, function, tear_down)

/* What the core wants to know of every engine is not the plugin's. */
static void
test_prices(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookSettings) settings = NULL;
	const OffhookAssistantConfig *assistant;
	g_autoptr(GError) error = NULL;

	put(f, "offhookd.conf",
	    "[engine:ears]\nprice-audio-minute=0.0043\nprice-characters=\n"
	    "[assistant:a]\nagents=dialog\nstt=ears\nmax-duration=600\nmax-cost-per-call=0.5\n"
	    "max-cost-per-day=20\nlimit-message=Bye.\n");
	check(f);
	assert_fine(f);
	settings =
	    offhook_config_build_settings(f->config, OFFHOOK_PLUGIN_ENGINE, "ears", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpfloat(offhook_config_get_price(f->config, "engine:ears", "audio-minute"), ==,
			  0.0043);
	g_assert_cmpfloat(offhook_config_get_price(f->config, "engine:ears", "characters"), ==, -1);
	g_assert_cmpfloat(offhook_config_get_price(f->config, "engine:ears", "input-tokens"), ==,
			  -1);
	g_assert_cmpfloat(offhook_config_get_price(f->config, "engine:nobody", "characters"), ==,
			  -1);
	assistant = offhook_config_find_assistant(f->config, "a");
	g_assert_cmpuint(assistant->max_duration_s, ==, 600);
	g_assert_cmpfloat(assistant->max_cost_per_call, ==, 0.5);
	g_assert_cmpfloat(assistant->max_cost_per_day, ==, 20);
	g_assert_cmpstr(assistant->limit_message, ==, "Bye.");
}

static void
test_wrong_prices(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[driver:acme]\naccount=a\nprice-characters=1\n"
	    "[engine:ears]\nprice-audio-minute=cheap\nprice-audio-minutes=1\n"
	    "price-input-tokens=-1\n"
	    "[assistant:a]\nagents=dialog\nstt=ears\nmax-cost-per-day=much\n");
	check(f);
	assert_problem(f, 5, "offhookd.conf:5: [engine:ears] price-audio-minute", "cheap");
	assert_problem(f, 5, "offhookd.conf:6: [engine:ears] has no key", "price-audio-minute\"");
	assert_problem(f, 5, "offhookd.conf:7: [engine:ears] price-input-tokens", "0..1000000");
	assert_problem(f, 5, "offhookd.conf:3: [driver:acme] has no key", "price-characters");
	assert_problem(f, 5, "offhookd.conf:11: [assistant:a] max-cost-per-day", "much");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("fine", test_fine);
	ADD("completer", test_completer);
	ADD("variables-win", test_variables_win);
	ADD("problems", test_problems);
	ADD("disabled-but-wanted", test_disabled_but_wanted);
	ADD("optional-may-be-missing", test_optional_may_be_missing);
	ADD("tolerant", test_tolerant);
	ADD("built-in-gives-notices", test_built_in_gives_notices);
	ADD("tools", test_tools);
	ADD("without", test_without);
	ADD("tools-clash", test_tools_clash);
	ADD("tools-refused", test_tools_refused);
	ADD("agent-section", test_agent_section);
	ADD("agent-options", test_agent_options);
	ADD("prompt", test_prompt);
	ADD("voice", test_voice);
	ADD("voice-of-each", test_voice_of_each);
	ADD("engine-lists", test_engine_lists);
	ADD("engine-lists-refused", test_engine_lists_refused);
	ADD("engine-options", test_engine_options);
	ADD("language", test_language);
	ADD("driver-options", test_driver_options);
	ADD("options-of-nobody", test_options_of_nobody);
	ADD("secret-in-file", test_secret_in_file);
	ADD("secret-file-readable-by-all", test_secret_file_readable_by_all);
	ADD("secret-twice", test_secret_twice);
	ADD("credential", test_credential);
	ADD("unwanted-plugin", test_unwanted_plugin);
	ADD("grades", test_grades);
	ADD("aliases", test_aliases);
	ADD("prices", test_prices);
	ADD("wrong-prices", test_wrong_prices);
	return g_test_run();
}
