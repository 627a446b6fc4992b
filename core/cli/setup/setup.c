/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: asks for what a first assistant needs, tries it with a server of its own, and writes it
 * down. What can be asked the plugins say themselves.
 */

#include "cli/setup/setup.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <offhook/error.h>
#include <offhook/json.h>

#include "cli/client/ask.h"
#include "cli/command/commands.h"
#include "cli/client/private-server.h"
#include "cli/client/programs.h"
#include "cli/setup/question.h"
#include "cli/setup/shape.h"
#include "config/secret.h"

#define OFFHOOK_SETUP_PATH   "/etc/offhook/offhookd.conf"
#define OFFHOOK_SETUP_NAME   "reception"
#define OFFHOOK_SETUP_DRIVER "loopback"
/* What hears and says the sample script's phrases without an account. */
#define OFFHOOK_SETUP_EAR    "pocketsphinx"
#define OFFHOOK_SETUP_VOICE  "flite"
#define OFFHOOK_SETUP_PROMPT "You are a friendly receptionist on the telephone."
/* The driver of providers that need more than an account. */
#define OFFHOOK_SETUP_BY_HAND "generic-http"
/* The setting of every driver whose provider calls us: where, if not at [server] public-url. */
#define OFFHOOK_SETUP_WEBHOOK_URL "webhook-url"

/* What has to be said of a provider that does not know where we are. */
#define OFFHOOK_SETUP_UNREACHABLE                                                                  \
	"No call can come in yet: the provider has no address of this server. Set [server] "       \
	"public-url=https://... to that of a proxy or of a tunnel, such as ngrok http 3000, and "  \
	"the provider's webhook to the URL that its page in docs/drivers says."

static void
offhook_setup_clear(OffhookSetup *self)
{
	g_clear_pointer(&self->plugins, json_array_unref);
	g_clear_pointer(&self->files, offhook_setup_files_free);
	g_clear_pointer(&self->known, g_hash_table_unref);
	g_free(self->driver);
	g_free(self->assistant);
	g_free(self->llm);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookSetup, offhook_setup_clear)

/* ---- what there is ---- */

/* @kind: "driver" or "engine". (nullable) */
static JsonObject *
offhook_setup_find_plugin(OffhookSetup *self, const char *kind, const char *name)
{
	for (guint i = 0; i < json_array_get_length(self->plugins); i++) {
		JsonObject *each = json_array_get_object_element(self->plugins, i);

		if (g_str_equal(offhook_client_get(each, "kind"), kind) &&
		    g_str_equal(offhook_client_get(each, "name"), name))
			return each;
	}
	return NULL;
}

/* @role: "stt", "tts", "llm"; (nullable): any will do */
static gboolean
offhook_setup_has_role(JsonObject *plugin, const char *role)
{
	JsonArray *roles = offhook_json_get_array(plugin, "roles");

	for (guint i = 0; roles != NULL && i < json_array_get_length(roles); i++)
		if (g_strcmp0(json_array_get_string_element(roles, i), role) == 0)
			return TRUE;
	return role == NULL;
}

static gboolean
offhook_setup_has_setting(JsonObject *plugin, const char *name)
{
	JsonArray *settings = json_object_get_array_member(plugin, "settings");

	for (guint i = 0; i < json_array_get_length(settings); i++)
		if (g_str_equal(
			offhook_client_get(json_array_get_object_element(settings, i), "name"),
			name))
			return TRUE;
	return FALSE;
}

/* Whether answers to a few questions are no configuration of it. */
static gboolean
offhook_setup_is_by_hand(const char *name)
{
	return g_str_equal(name, OFFHOOK_SETUP_BY_HAND);
}

/** What a plugin is chosen for. */
typedef struct {
	OffhookSetup *setup;
	const char *kind;
	const char *role; /* (nullable) */
} OffhookSetupPost;

/* "loopback, twilio, vonage" */
static char *
offhook_setup_list_plugins(const OffhookSetupPost *post)
{
	JsonArray *plugins = post->setup->plugins;
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(plugins); i++) {
		JsonObject *each = json_array_get_object_element(plugins, i);
		const char *name = offhook_client_get(each, "name");

		if (g_str_equal(offhook_client_get(each, "kind"), post->kind) &&
		    offhook_setup_has_role(each, post->role) && !offhook_setup_is_by_hand(name))
			g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
	}
	return g_string_free(names, FALSE);
}

static gboolean
offhook_setup_check_plugin(gconstpointer data, const char *answer, GError **error)
{
	const OffhookSetupPost *post = data;
	JsonObject *plugin = offhook_setup_find_plugin(post->setup, post->kind, answer);
	g_autofree char *names = NULL;

	if (plugin != NULL && offhook_setup_has_role(plugin, post->role))
		return TRUE;
	names = offhook_setup_list_plugins(post);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s %s \"%s\"%s, only %s",
		    plugin == NULL ? "there is no" : "the", post->kind, answer,
		    plugin == NULL ? "" : " can't do that", names);
	return FALSE;
}

static JsonArray *
offhook_setup_ask_plugins(const char *config_path, GError **error)
{
	g_autoptr(OffhookClient) client = offhook_client_new(NULL, NULL, config_path);
	g_autoptr(OffhookPrivateServer) server =
	    offhook_private_server_start(client, OFFHOOK_PRIVATE_SERVER_STRICT, NULL, error);
	g_autoptr(JsonObject) reply =
	    server != NULL ? offhook_client_request(client, "GET", "/plugins", NULL, error) : NULL;

	return reply != NULL ? json_array_ref(json_object_get_array_member(reply, "plugins"))
			     : NULL;
}

/* A server with an empty configuration tells of the plugins that are installed. */
static gboolean
offhook_setup_load_plugins(OffhookSetup *self, GError **error)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("offhook-XXXXXX.conf", &path, error);

	if (fd < 0)
		return FALSE;
	close(fd);
	self->plugins = offhook_setup_ask_plugins(path, error);
	unlink(path);
	return self->plugins != NULL;
}

/* ---- answers ---- */

/* @fallback: (nullable). @answer: (out) (transfer full) (nullable) */
static gboolean
offhook_setup_ask(OffhookSetup *self, const char *option, const char *text, const char *fallback,
		  char **answer, GError **error)
{
	const OffhookQuestion question = {option, text, fallback, NULL, NULL};

	return offhook_question_ask(&question, self->words, self->ask, answer, error);
}

/* One of the installed plugins. */
static gboolean
offhook_setup_choose(OffhookSetup *self, const OffhookSetupPost *post, const char *option,
		     const char *text, const char *fallback, char **answer, GError **error)
{
	g_autofree char *names = offhook_setup_list_plugins(post);
	g_autofree char *full = g_strdup_printf("%s (%s)", text, names);
	const OffhookQuestion question = {option, full, fallback, offhook_setup_check_plugin, post};

	return offhook_question_ask(&question, self->words, self->ask, answer, error);
}

/* "NAME.KEY=VALUE" among --set. A value that begins with @ is in that file. (transfer full) (nullable) */
static char *
offhook_setup_get_set(OffhookSetup *self, const char *name, const char *key, GError **error)
{
	const char *const *each = offhook_words_get_list(self->words, "set");
	g_autofree char *prefix = g_strdup_printf("%s.%s=", name, key);

	for (; each != NULL && *each != NULL; each++) {
		const char *value = *each + strlen(prefix);
		char *text = NULL;

		if (!g_str_has_prefix(*each, prefix))
			continue;
		if (*value != '@')
			return g_strdup(value);
		if (g_file_get_contents(value + 1, &text, NULL, error))
			return g_strchomp(text);
		return NULL;
	}
	return NULL;
}

/* What has a variable of its own and no value of its own is what an account is made of. */
static gboolean
offhook_setup_is_asked(JsonObject *setting)
{
	return json_object_get_string_member_with_default(setting, "env", NULL) != NULL &&
	       json_object_get_string_member_with_default(setting, "default", NULL) == NULL &&
	       !g_str_has_suffix(offhook_client_get(setting, "name"), "-url");
}

/* Of an option, else of the environment. (transfer full) (nullable) */
static char *
offhook_setup_get_given(OffhookSetup *self, const char *name, JsonObject *setting, GError **error)
{
	const char *key = offhook_client_get(setting, "name");
	const char *variable = offhook_json_get_string(setting, "env");
	g_autoptr(GError) local = NULL;
	char *value = offhook_setup_get_set(self, name, key, &local);
	g_autofree char *place = value != NULL || variable == NULL
				     ? g_strdup_printf("--set %s.%s", name, key)
				     : g_strdup(variable);

	if (value == NULL && local == NULL && variable != NULL)
		value = g_strdup(g_getenv(variable));
	if (value == NULL || offhook_question_check_setting(setting, value, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		return value;
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", place,
		    local->message);
	g_free(value);
	return NULL;
}

/* As often as it can't be right. (transfer full) (nullable) */
static char *
offhook_setup_ask_setting(const char *name, JsonObject *setting)
{
	g_autofree char *question =
	    g_strdup_printf("%s %s: %s", name, offhook_client_get(setting, "name"),
			    offhook_client_get(setting, "help"));

	for (;;) {
		g_autofree char *value = json_object_get_boolean_member(setting, "secret")
					     ? offhook_ask_secret(question)
					     : offhook_ask_text(question, NULL);
		g_autoptr(GError) error = NULL;

		if (value == NULL || offhook_question_check_setting(setting, value, &error))
			return g_steal_pointer(&value);
		g_printerr("%s\n", error->message);
	}
}

/* What is going to be written for it. @value: (inout) (transfer full) */
static void
offhook_setup_settle(JsonObject *setting, char **value)
{
	const char *shape = offhook_json_get_string(setting, "choices");
	char *given = *value;

	if (shape == NULL || !g_str_equal(offhook_client_get(setting, "type"), "string"))
		return;
	*value = offhook_shape_read(shape, given);
	offhook_secret_free(given);
}

/* @value: (out) (transfer full) (nullable) */
static gboolean
offhook_setup_get_setting(OffhookSetup *self, const char *name, JsonObject *setting, char **value,
			  GError **error)
{
	g_autoptr(GError) local = NULL;

	g_hash_table_add(self->known,
			 g_strdup_printf("%s.%s", name, offhook_client_get(setting, "name")));
	*value = offhook_setup_get_given(self, name, setting, &local);
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (*value == NULL && self->ask && offhook_setup_is_asked(setting) &&
	    !offhook_setup_is_by_hand(name))
		*value = offhook_setup_ask_setting(name, setting);
	if (*value != NULL)
		offhook_setup_settle(setting, value);
	return TRUE;
}

/* A section with all settings that somebody gave. @n: (out): of them */
static gboolean
offhook_setup_add_plugin(OffhookSetup *self, const char *kind, const char *name, guint *n,
			 GError **error)
{
	JsonArray *settings =
	    json_object_get_array_member(offhook_setup_find_plugin(self, kind, name), "settings");

	*n = 0;
	offhook_setup_files_add_section(self->files, kind, name);
	for (guint i = 0; i < json_array_get_length(settings); i++) {
		JsonObject *setting = json_array_get_object_element(settings, i);
		const char *key = offhook_client_get(setting, "name");
		g_autofree char *value = NULL;

		if (!offhook_setup_get_setting(self, name, setting, &value, error))
			return FALSE;
		if (value != NULL && g_str_equal(key, OFFHOOK_SETUP_WEBHOOK_URL))
			self->reachable = TRUE;
		*n += value != NULL;
		if (json_object_get_boolean_member(setting, "secret"))
			offhook_setup_files_add_secret(self->files, name, key, value);
		else
			offhook_setup_files_add(self->files, key, value);
	}
	return TRUE;
}

/* ---- the configuration ---- */

/* @ask: whether it is one to be asked for */
static gboolean
offhook_setup_add_key(OffhookSetup *self, const char *option, const char *key, gboolean ask,
		      char **answer, GError **error)
{
	const OffhookQuestion question = {
	    option,
	    "Public URL of this server (https://..., of a proxy or a tunnel; without one no call "
	    "can come in)",
	    NULL, offhook_question_check_key, key};

	if (!offhook_question_ask(&question, self->words, ask, answer, error))
		return FALSE;
	offhook_setup_files_add(self->files, option, *answer);
	return TRUE;
}

static gboolean
offhook_setup_add_server(OffhookSetup *self, GError **error)
{
	const OffhookSetupPost post = {self, "driver", NULL};
	g_autofree char *listen = NULL;
	g_autofree char *url = NULL;
	guint n = 0;

	if (!offhook_setup_choose(self, &post, "driver",
				  "Provider; any other one over HTTP is written by hand: "
				  "docs/drivers/" OFFHOOK_SETUP_BY_HAND ".md",
				  OFFHOOK_SETUP_DRIVER, &self->driver, error))
		return FALSE;
	self->called = offhook_setup_has_setting(
	    offhook_setup_find_plugin(self, "driver", self->driver), OFFHOOK_SETUP_WEBHOOK_URL);
	offhook_setup_files_add_section(self->files, "server", NULL);
	if (!offhook_setup_add_key(self, "listen", "server/listen", FALSE, &listen, error) ||
	    !offhook_setup_add_key(self, "public-url", "server/public-url",
				   self->ask && self->called, &url, error))
		return FALSE;
	self->reachable = url != NULL;
	if (!offhook_setup_add_plugin(self, "driver", self->driver, &n, error))
		return FALSE;
	if (n > 0 || !offhook_setup_is_by_hand(self->driver))
		return TRUE;
	g_set_error(
	    error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
	    "--driver %s: nothing is known of the provider; say it with --set %s.KEY=VALUE, "
	    "or write the file by hand: docs/drivers/%s.md explains it",
	    self->driver, self->driver, self->driver);
	return FALSE;
}

/* @added: engines whose sections are there already */
static gboolean
offhook_setup_add_engine(OffhookSetup *self, GHashTable *added, const char *name, GError **error)
{
	guint n;

	if (name == NULL || !g_hash_table_add(added, g_strdup(name)))
		return TRUE;
	return offhook_setup_add_plugin(self, "engine", name, &n, error);
}

/*
 * What Enter means: the engine of the language model, if it can do that, too; for the sample script
 * one that needs no account, if it is installed. (nullable)
 */
static const char *
offhook_setup_get_engine(OffhookSetup *self, const OffhookSetupPost *post, const char *offline)
{
	const char *name = self->llm != NULL ? self->llm : offline;

	if (!self->ask)
		return self->llm;
	return name != NULL && offhook_setup_check_plugin(post, name, NULL) ? name : NULL;
}

/* @offline: (nullable): an engine that needs no account */
static gboolean
offhook_setup_choose_engine(OffhookSetup *self, const char *role, const char *offline,
			    const char *text, char **answer, GError **error)
{
	const OffhookSetupPost post = {self, "engine", role};

	return offhook_setup_choose(self, &post, role, text,
				    offhook_setup_get_engine(self, &post, offline), answer, error);
}

/* Echo gives back what it hears: it needs no engines, and says nothing itself. */
static const char *
offhook_setup_choose_agent(OffhookSetup *self, const char *tts, const char *greeting)
{
	if (self->llm != NULL)
		return "orchestrator";
	return tts != NULL || greeting != NULL ? "dialog" : "echo";
}

static gboolean
offhook_setup_add_assistant(OffhookSetup *self, GError **error)
{
	const OffhookQuestion name = {"assistant", "Name of the assistant", OFFHOOK_SETUP_NAME,
				      offhook_question_check_name, NULL};
	g_autoptr(GHashTable) added = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *stt = NULL;
	g_autofree char *tts = NULL;
	g_autofree char *greeting = NULL;
	g_autofree char *prompt = NULL;

	if (!offhook_question_ask(&name, self->words, self->ask, &self->assistant, error) ||
	    !offhook_setup_choose_engine(
		self, "llm", NULL,
		"Engine of its language model; Enter: none, it follows the sample script",
		&self->llm, error) ||
	    !offhook_setup_choose_engine(self, "stt", OFFHOOK_SETUP_EAR, "Engine that hears", &stt,
					 error) ||
	    !offhook_setup_choose_engine(self, "tts", OFFHOOK_SETUP_VOICE, "Engine that speaks",
					 &tts, error) ||
	    !offhook_setup_ask(self, "greeting", "What it says first", NULL, &greeting, error) ||
	    (self->llm != NULL && !offhook_setup_ask(self, "prompt", "What it is told to be",
						     OFFHOOK_SETUP_PROMPT, &prompt, error)) ||
	    !offhook_setup_add_engine(self, added, self->llm, error) ||
	    !offhook_setup_add_engine(self, added, stt, error) ||
	    !offhook_setup_add_engine(self, added, tts, error))
		return FALSE;
	offhook_setup_files_add_section(self->files, "assistant", self->assistant);
	offhook_setup_files_add(self->files, "driver", self->driver);
	offhook_setup_files_add(self->files, "agents",
				offhook_setup_choose_agent(self, tts, greeting));
	offhook_setup_files_add(self->files, "llm", self->llm);
	offhook_setup_files_add(self->files, "stt", stt);
	offhook_setup_files_add(self->files, "tts", tts);
	offhook_setup_files_add(self->files, "greeting", greeting);
	offhook_setup_files_add(self->files, "prompt", prompt);
	return TRUE;
}

/* ---- the command ---- */

/* Without a terminal nobody is asked, and who has said nothing may have wanted to be. */
static gboolean
offhook_setup_may_go_on(const OffhookWords *words, gboolean ask, GError **error)
{
	if (ask || offhook_words_has(words, "yes"))
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
		    "there is no terminal to ask in, expected --yes and, as options, what there is "
		    "to know");
	return FALSE;
}

/* Nothing is overwritten that nobody has given up. */
static gboolean
offhook_setup_may_write(OffhookSetup *self, const char *path, GError **error)
{
	g_autofree char *existing = offhook_setup_files_find_existing(self->files, path);
	g_autofree char *question = NULL;

	if (existing == NULL || offhook_words_has(self->words, "force"))
		return TRUE;
	question = g_strdup_printf("%s is there already. Overwrite it?", existing);
	if (self->ask && offhook_ask_yes(question))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
		    "%s is there already: --force overwrites it", existing);
	return FALSE;
}

/* A setting that nobody has asked for is one that is not there, or another plugin's. */
static gboolean
offhook_setup_check_sets(OffhookSetup *self, GError **error)
{
	const char *const *each = offhook_words_get_list(self->words, "set");

	for (; each != NULL && *each != NULL; each++) {
		const char *equals = strchr(*each, '=');
		g_autofree char *name =
		    g_strndup(*each, equals != NULL ? (gsize)(equals - *each) : strlen(*each));

		if (equals != NULL && g_hash_table_contains(self->known, name))
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    equals != NULL
				? "--set %s: the driver and the engines that were chosen "
				  "have no such setting"
				: "--set %s: expected NAME.KEY=VALUE",
			    name);
		return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_setup_compose(OffhookSetup *self, GError **error)
{
	self->files = offhook_setup_files_new();
	self->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return offhook_setup_load_plugins(self, error) && offhook_setup_add_server(self, error) &&
	       offhook_setup_add_assistant(self, error) && offhook_setup_check_sets(self, error);
}

/* What failed may be mended later. */
static gboolean
offhook_setup_try(OffhookSetup *self, GError **error)
{
	g_autoptr(GError) local = NULL;

	g_printerr("trying it ...\n");
	if (offhook_setup_test(self, &local))
		return TRUE;
	if (self->ask) {
		g_printerr("%s\n", local->message);
		if (offhook_ask_yes("Write it all the same?"))
			return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* As it can be typed here: in a build's tree the programs are not where commands are. */
static void
offhook_setup_tell_next(OffhookSetup *self, const char *path)
{
	g_autofree char *build = offhook_programs_get_build_dir();
	g_autofree char *core = build != NULL ? g_strconcat(build, "/core/", NULL) : g_strdup("");

	g_print("%s is written. Next:\n"
		"  %soffhook -c %s assistant try %s    # talk to it, here\n"
		"  %soffhookd --config %s    # start the server\n"
		"  %soffhook -c %s doctor    # look at all that calls need\n",
		path, core, path, self->assistant, core, path, core, path);
}

int
offhook_command_setup(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *given = offhook_words_get(words, "output");
	const char *path = given != NULL                 ? given
			   : client->config_path != NULL ? client->config_path
							 : OFFHOOK_SETUP_PATH;
	g_auto(OffhookSetup) self = {
	    .client = client,
	    .words = words,
	    .ask = offhook_ask_is_possible() && !offhook_words_has(words, "yes"),
	};
	g_autoptr(JsonObject) report = json_object_new();

	if (!offhook_setup_may_go_on(words, self.ask, error) ||
	    !offhook_setup_files_can_write(path, error) || !offhook_setup_compose(&self, error) ||
	    !offhook_setup_may_write(&self, path, error) || !offhook_setup_try(&self, error) ||
	    !offhook_setup_files_write(self.files, path, error))
		return EXIT_FAILURE;
	json_object_set_string_member(report, "config", path);
	json_object_set_string_member(report, "driver", self.driver);
	json_object_set_string_member(report, "assistant", self.assistant);
	if (self.called && !self.reachable)
		json_object_set_string_member(report, "remark", OFFHOOK_SETUP_UNREACHABLE);
	if (offhook_client_print_json(client, report))
		return EXIT_SUCCESS;
	offhook_setup_tell_next(&self, path);
	if (self.called && !self.reachable)
		g_print("%s\n", OFFHOOK_SETUP_UNREACHABLE);
	return EXIT_SUCCESS;
}
