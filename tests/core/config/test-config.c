/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The snapshot: defaults, which place wins, what is refused and how it is named.
 */

#include "config-fixture.h"

static const char *
get(Fixture *f, const char *section, const char *key)
{
	return offhook_config_get_string(f->config, section, key);
}

static void
test_defaults(Fixture *f, gconstpointer data)
{
	g_autofree char *url = g_strdup_printf("sqlite:%s/state/offhook.db", f->dir);
	g_autofree char *recordings = g_strdup_printf("%s/state/recordings", f->dir);
	g_autoptr(GInetSocketAddress) address = NULL;
	const OffhookAssistantConfig *assistant;

	read_config(f);
	assert_fine(f);
	address = offhook_config_get_listen_address(f->config);
	g_assert_cmpuint(g_inet_socket_address_get_port(address), ==, 3000);
	g_assert_true(offhook_config_is_loopback(f->config));
	g_assert_null(offhook_config_get_path(f->config));
	g_assert_cmpstr(get(f, "store", "url"), ==, url);
	g_assert_cmpstr(get(f, "media", "recordings-dir"), ==, recordings);
	g_assert_cmpstr(get(f, "server", "auth"), ==, "token");
	g_assert_null(get(f, "server", "public-url"));
	g_assert_true(offhook_config_get_boolean(f->config, "media", "recording"));
	g_assert_false(offhook_config_get_boolean(f->config, "log", "personal-data"));
	g_assert_cmpint(offhook_config_get_integer(f->config, "media", "lead-ms"), ==, 120);
	g_assert_null(offhook_config_get_voice_provider(f->config));
	g_assert_cmpuint(offhook_config_get_assistants(f->config)->len, ==, 1);
	assistant = offhook_config_find_assistant(f->config, "default");
	g_assert_true(assistant->built_in);
	g_assert_true(assistant->interruptible);
	g_assert_cmpstr(assistant->agents[0], ==, "dialog");
	g_assert_cmpstr(assistant->language, ==, "en-US");
	g_assert_null(assistant->driver);
}

static void
test_every_default_is_valid(void)
{
	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++) {
		for (const OffhookSchemaKey *k = s->keys; k->setting.name != NULL; k++) {
			const char *value = k->setting.default_value;
			g_autofree char *normal = NULL;
			g_autoptr(GError) error = NULL;

			g_assert_nonnull(k->setting.help);
			if (value == NULL)
				continue;
			g_assert_true(offhook_setting_check(&k->setting, s->name, value, &error));
			g_assert_no_error(error);
			if (k->normalise != NULL)
				normal = k->normalise(value, "/", &error);
			g_assert_no_error(error);
		}
	}
}

static void
test_order_of_places(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[media]\nthreads=1\nlead-ms=100\n[log]\nlevel=warning\n[server]\nmax-calls=1\n");
	put(f, "conf.d/20-b.conf", "[media]\nthreads=3\n");
	put(f, "conf.d/10-a.conf", "[media]\nthreads=2\n[server]\nmax-calls=2\n");
	put(f, "conf.d/30-c.conf~", "[media]\nthreads=9\n");
	put(f, ".env", "VOICE_PROVIDER=vonage\nDATABASE_URL=sqlite:/env-file.db\n");
	set_variable(f, "DATABASE_URL=sqlite:/environment.db");
	read_config(f);
	assert_fine(f);
	g_assert_cmpint(offhook_config_get_integer(f->config, "media", "threads"), ==, 3);
	g_assert_cmpint(offhook_config_get_integer(f->config, "media", "lead-ms"), ==, 100);
	g_assert_cmpint(offhook_config_get_integer(f->config, "server", "max-calls"), ==, 2);
	g_assert_cmpstr(get(f, "server", "voice-provider"), ==, "vonage");
	g_assert_cmpstr(get(f, "store", "url"), ==, "sqlite:/environment.db");
	g_assert_cmpstr(get(f, "log", "level"), ==, "warning");
}

static void
test_reference_variables(Fixture *f, gconstpointer data)
{
	set_variable(f, "PORT=4000");
	set_variable(f, "HOST=::1");
	set_variable(f, "DEBUG=1");
	set_variable(f, "VOICE_PROVIDER=generic_http");
	set_variable(f, "SUPABASE_URL=");
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(get(f, "server", "listen"), ==, "[::1]:4000");
	g_assert_cmpstr(get(f, "log", "level"), ==, "debug");
	g_assert_cmpstr(offhook_config_get_voice_provider(f->config), ==, "generic-http");
}

static void
test_port_keeps_the_files_address(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[server]\nlisten=127.0.0.2:1\n");
	set_variable(f, "PORT=0");
	set_variable(f, "DEBUG=false");
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(get(f, "server", "listen"), ==, "127.0.0.2:0");
	g_assert_cmpstr(get(f, "log", "level"), ==, "message");
}

static void
test_bad_port(Fixture *f, gconstpointer data)
{
	set_variable(f, "PORT=seven");
	read_config(f);
	assert_problem(f, 1, "variable PORT: [server] listen", "seven");
}

static void
test_env_file_named(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[server]\nenv-file=secrets/env\n");
	put(f, "secrets/env", "PORT=5000\n");
	put(f, ".env", "PORT=6000\n");
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(get(f, "server", "listen"), ==, "127.0.0.1:5000");
}

static void
test_env_file_missing(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[server]\nenv-file=nowhere\n");
	read_config(f);
	assert_problem(f, 1, "nowhere: ", "can't read");
}

static void
test_file_missing(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookConfig) config = offhook_config_load(f->path, &error);

	g_assert_null(config);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

static void
test_unknown_key(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[server]\n\nlistne=127.0.0.1:0\n");
	read_config(f);
	assert_problem(f, 1, "offhookd.conf:3: ", "\"listen\"");
}

static void
test_unknown_section(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[sever]\nx=1\n[asistant:a]\nagents=echo\n");
	read_config(f);
	assert_problem(f, 2, "offhookd.conf:1: ", "\"server\"");
	assert_problem(f, 2, "offhookd.conf:3: ", "\"assistant:a\"");
}

static void
test_all_problems_at_once(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf",
	    "[server]\nlisten=nowhere\nauth=maybe\nmax-calls=many\n"
	    "[media]\nlead-ms=5\nrecording=yes\n[store]\nurl=mysql://x:hunter2@y/z\n"
	    "nonsense\n[assistant:a]\nnumber=+1\n[driver:Bad]\n");
	put(f, "conf.d/x.conf", "[log]\nlevel=loud\n");
	read_config(f);
	assert_problem(f, 11, "offhookd.conf:2: [server] listen", "nowhere");
	assert_problem(f, 11, "offhookd.conf:3: [server] auth", "maybe");
	assert_problem(f, 11, "offhookd.conf:4: [server] max-calls", "many");
	assert_problem(f, 11, "offhookd.conf:6: [media] lead-ms", "20..2000");
	assert_problem(f, 11, "offhookd.conf:7: [media] recording", "true or false");
	assert_problem(f, 11, "offhookd.conf:9: [store] url", "sqlite:");
	assert_problem(f, 11, "offhookd.conf:10: ", "key=value");
	assert_problem(f, 11, "offhookd.conf:11: [assistant:a] agents", "missing");
	assert_problem(f, 11, "offhookd.conf:12: [assistant:a] number", "+1");
	assert_problem(f, 11, "offhookd.conf:13: [driver:Bad]", "Bad");
	assert_problem(f, 11, "conf.d/x.conf:2: [log] level", "loud");
	for (guint i = 0; i < 11; i++)
		g_assert_null(strstr(offhook_problems_get(f->config->problems, i), "hunter2"));
	/* What was wrong reads as its default. */
	g_assert_cmpstr(get(f, "server", "listen"), ==, "127.0.0.1:3000");
}

static void
test_auth_none_only_on_loopback(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[server]\nauth=none\n");
	set_variable(f, "HOST=0.0.0.0");
	read_config(f);
	assert_problem(f, 1, "offhookd.conf:2: [server] auth", "0.0.0.0:3000");
}

static void
test_auth_none_on_loopback(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[server]\nauth=none\nlisten=[::1]:0\n");
	read_config(f);
	assert_fine(f);
}

static void
test_tls_needs_both(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[server]\ntls-key=k.pem\n");
	read_config(f);
	assert_problem(f, 1, "offhookd.conf:2: ", "tls-certificate");
}

static void
test_paths(Fixture *f, gconstpointer data)
{
	g_autofree char *state = g_build_filename(f->dir, "s", NULL);
	g_autofree char *url = g_strdup_printf("sqlite:%s/s/x.db", f->dir);
	g_autofree char *recordings = g_build_filename(f->dir, "r", NULL);

	put(f, "offhookd.conf",
	    "[server]\nstate-dir=s\n[store]\nurl=sqlite:${state-dir}/x.db\n"
	    "[media]\nrecordings-dir=r\n");
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(offhook_config_get_state_dir(f->config), ==, state);
	g_assert_cmpstr(get(f, "store", "url"), ==, url);
	g_assert_cmpstr(get(f, "media", "recordings-dir"), ==, recordings);
}

/* A folder of plugins may come later; but who has mistyped it wants to know. */
static void
test_plugin_path(Fixture *f, gconstpointer data)
{
	const GPtrArray *notices;

	put(f, "offhookd.conf", "[plugins]\npath=mine:mien:offhookd.conf\n");
	put(f, "mine/README", "");
	read_config(f);
	assert_fine(f);
	notices = offhook_config_get_notices(f->config);
	g_assert_cmpuint(notices->len, ==, 2);
	g_assert_nonnull(
	    strstr(g_ptr_array_index(notices, 0), "offhookd.conf:2: [plugins] path: \""));
	g_assert_nonnull(strstr(g_ptr_array_index(notices, 0), "/mien\" is no folder, expected"));
	g_assert_nonnull(strstr(g_ptr_array_index(notices, 1), "/offhookd.conf\" is no folder"));
}

/* The first thing to know where something else is wrong. */
static void
test_notice_beside_problems(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	put(f, "offhookd.conf", "[plugins]\npath=mien\n[server]\nlisten=everywhere\n");
	read_config(f);
	g_assert_false(offhook_config_finish(f->config, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, "listen"));
	g_assert_nonnull(strstr(error->message, "/mien\" is no folder"));
}

static void
test_assistants(Fixture *f, gconstpointer data)
{
	g_autofree char *file = g_build_filename(f->dir, "d.json", NULL);
	const OffhookAssistantConfig *first;
	GHashTable *options;

	put(f, "offhookd.conf",
	    "[assistant:b]\ndriver=twilio\nnumber=+15551234567\nagents=memory, dialog\n"
	    "dialog.file=d.json\ndialog.tone=warm\ngreeting=Hello\\nthere\ninterruptible=false\n"
	    "[assistant:a]\nagents=echo\nlanguage=de-DE\n");
	read_config(f);
	assert_fine(f);
	g_assert_cmpuint(offhook_config_get_assistants(f->config)->len, ==, 2);
	first = g_ptr_array_index(offhook_config_get_assistants(f->config), 0);
	g_assert_cmpstr(first->name, ==, "b");
	g_assert_false(first->built_in);
	g_assert_false(first->interruptible);
	g_assert_cmpuint(g_strv_length(first->agents), ==, 2);
	g_assert_cmpstr(first->agents[1], ==, "dialog");
	g_assert_cmpstr(first->greeting, ==, "Hello\nthere");
	options = offhook_assistant_config_get_options(first, "dialog");
	g_assert_cmpstr(g_hash_table_lookup(options, "file"), ==, file);
	g_assert_cmpstr(g_hash_table_lookup(options, "tone"), ==, "warm");
	g_assert_null(offhook_assistant_config_get_options(first, "memory"));
	g_assert_cmpstr(offhook_config_find_assistant(f->config, "a")->language, ==, "de-DE");
	g_assert_null(offhook_config_find_assistant(f->config, "default"));
	g_assert_cmpstr(offhook_config_get_voice_provider(f->config), ==, "twilio");
}

static void
test_option_of_other_agent(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[assistant:a]\nagents=dialog\ndialgo.file=x\n");
	read_config(f);
	assert_problem(f, 1, "offhookd.conf:3: [assistant:a] dialgo.file", "\"dialog\"");
}

static void
test_later_file_extends_section(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[assistant:a]\nagents=dialog\nprompt=x\n");
	put(f, "conf.d/a.conf", "[assistant:a]\nagents=echo\nprompt=\n");
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(offhook_config_find_assistant(f->config, "a")->agents[0], ==, "echo");
	g_assert_null(offhook_config_find_assistant(f->config, "a")->prompt);
}

static void
test_needs_restart(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookConfig) before = NULL;
	g_auto(GStrv) keys = NULL;

	put(f, "offhookd.conf", "[server]\nlisten=127.0.0.1:1\nmax-calls=5\n");
	before = offhook_config_ref(read_config(f));
	put(f, "offhookd.conf", "[server]\nlisten=127.0.0.1:1\nmax-calls=6\n");
	read_config(f);
	g_assert_null(offhook_config_needs_restart(before, f->config));
	put(f, "offhookd.conf", "[server]\nlisten=127.0.0.1:2\n[media]\nthreads=3\n");
	read_config(f);
	keys = offhook_config_needs_restart(before, f->config);
	g_assert_cmpuint(g_strv_length(keys), ==, 2);
	g_assert_cmpstr(keys[0], ==, "[server] listen");
	g_assert_cmpstr(keys[1], ==, "[media] threads");
}

static void
test_default_location(Fixture *f, gconstpointer data)
{
	g_autofree char *home = g_strdup_printf("XDG_CONFIG_HOME=%s", f->dir);
	g_autofree char *file = g_build_filename(f->dir, "offhook", "offhookd.conf", NULL);
	const char *environment[] = {home, "XDG_STATE_HOME=/tmp/state", NULL};
	OffhookConfigSource source = {.directory = f->dir, .environment = environment};

	put(f, "offhook/offhookd.conf", "[server]\nmax-calls=7\n");
	f->config = offhook_config_read(&source);
	assert_fine(f);
	g_assert_cmpstr(offhook_config_get_path(f->config), ==, file);
	g_assert_cmpint(offhook_config_get_integer(f->config, "server", "max-calls"), ==, 7);
}

#define ADD(name, function) g_test_add("/config/" name, Fixture, NULL, set_up, function, tear_down)

/* As a plugin's secrets; the path is the folder's of the configuration, or begins with ${state-dir}. */
static void
test_secret_in_file(Fixture *f, gconstpointer data)
{
	g_autofree char *url = g_build_filename(f->dir, "url", NULL);
	g_autofree char *redis = g_build_filename(f->dir, "state", "redis", NULL);

	put(f, "offhookd.conf",
	    "[store]\nurl=\nurl-file=url\n[cache]\nurl-file=${state-dir}/redis\n");
	put(f, "url", "postgresql://u:hunter2@db/calls\n");
	put(f, "state/redis", "redis://localhost\n");
	g_assert_cmpint(g_chmod(url, 0640), ==, 0);
	g_assert_cmpint(g_chmod(redis, 0600), ==, 0);
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(offhook_config_get_string(f->config, "store", "url"), ==,
			"postgresql://u:hunter2@db/calls");
	g_assert_cmpstr(offhook_config_get_string(f->config, "cache", "url"), ==,
			"redis://localhost");
}

static void
test_secret_in_variable(Fixture *f, gconstpointer data)
{
	put(f, "offhookd.conf", "[store]\nurl-file=nowhere\n");
	set_variable(f, "DATABASE_URL=sqlite:/srv/calls.db");
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(offhook_config_get_string(f->config, "store", "url"), ==,
			"sqlite:/srv/calls.db");
}

static void
test_secret_file_refused(Fixture *f, gconstpointer data)
{
	g_autofree char *open = g_build_filename(f->dir, "open", NULL);
	g_autofree char *wrong = g_build_filename(f->dir, "wrong", NULL);

	put(f, "offhookd.conf",
	    "[store]\nurl=sqlite:hunter2.db\nurl-file=url\n[cache]\nurl-file=open\n"
	    "[trace]\nheaders-file=nowhere\n[supabase]\nurl-file=open\n"
	    "[server]\njwt-secret-file=wrong\n");
	put(f, "open", "redis://hunter2@localhost\n");
	put(f, "wrong", "hunter2\n");
	g_assert_cmpint(g_chmod(open, 0644), ==, 0);
	g_assert_cmpint(g_chmod(wrong, 0600), ==, 0);
	read_config(f);
	assert_problem(f, 5, "offhookd.conf:3: [store] url-file", "url is given too");
	assert_problem(f, 5, "offhookd.conf:5: ", "chmod");
	assert_problem(f, 5, "offhookd.conf:7: ", "No such file");
	/* Not a secret: no file of its own. */
	assert_problem(f, 5, "offhookd.conf:9: [supabase] has no key", "url-file");
	assert_problem(f, 5, "offhookd.conf:11: [server] jwt-secret", "the value is not");
	for (guint i = 0; i < 5; i++)
		g_assert_null(strstr(offhook_problems_get(f->config->problems, i), "hunter2"));
}

static void
test_credential(Fixture *f, gconstpointer data)
{
	g_autofree char *folder = g_strdup_printf("CREDENTIALS_DIRECTORY=%s/cred", f->dir);
	g_autofree char *path = g_build_filename(f->dir, "cred", "store.url", NULL);

	put(f, "cred/store.url", "postgresql://u:hunter2@db/calls\n");
	g_assert_cmpint(g_chmod(path, 0400), ==, 0);
	set_variable(f, folder);
	read_config(f);
	assert_fine(f);
	g_assert_cmpstr(offhook_config_get_string(f->config, "store", "url"), ==,
			"postgresql://u:hunter2@db/calls");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("defaults", test_defaults);
	g_test_add_func("/config/every-default-is-valid", test_every_default_is_valid);
	ADD("order-of-places", test_order_of_places);
	ADD("reference-variables", test_reference_variables);
	ADD("port-keeps-the-files-address", test_port_keeps_the_files_address);
	ADD("bad-port", test_bad_port);
	ADD("env-file-named", test_env_file_named);
	ADD("env-file-missing", test_env_file_missing);
	ADD("file-missing", test_file_missing);
	ADD("unknown-key", test_unknown_key);
	ADD("unknown-section", test_unknown_section);
	ADD("all-problems-at-once", test_all_problems_at_once);
	ADD("auth-none-only-on-loopback", test_auth_none_only_on_loopback);
	ADD("auth-none-on-loopback", test_auth_none_on_loopback);
	ADD("tls-needs-both", test_tls_needs_both);
	ADD("paths", test_paths);
	ADD("plugin-path", test_plugin_path);
	ADD("notice-beside-problems", test_notice_beside_problems);
	ADD("assistants", test_assistants);
	ADD("option-of-other-agent", test_option_of_other_agent);
	ADD("later-file-extends-section", test_later_file_extends_section);
	ADD("needs-restart", test_needs_restart);
	ADD("secret-in-file", test_secret_in_file);
	ADD("secret-in-variable", test_secret_in_variable);
	ADD("secret-file-refused", test_secret_file_refused);
	ADD("credential", test_credential);
	ADD("default-location", test_default_location);
	return g_test_run();
}
