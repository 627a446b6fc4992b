/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook __complete: what could stand where the shell's cursor is, from the table of commands and, for
 * names of things, from the server. The shells' own scripts (data/completions) only pass it on.
 *
 * A line for each: the word, a tab, what it is. The line ":files" stands for names of files.
 */

#include "cli/command/commands.h"

#include <stdlib.h>
#include <string.h>

/* Nobody waits for longer after a tab. */
#define OFFHOOK_COMPLETE_TIMEOUT_S 2
#define OFFHOOK_COMPLETE_CALLS     50

typedef struct {
	OffhookClient *client;            /* (nullable): not asked yet */
	const char *url, *token, *config; /* (nullable): of the words so far */
	const OffhookCommand *command;    /* (nullable) */
	const char *first;                /* (nullable): the first word of the command */
	guint n_arguments;                /* so far */
	const OffhookOption *open;        /* (nullable): the option whose value comes next */
} OffhookComplete;

static void
offhook_complete_offer(const char *word, const char *what)
{
	g_print("%s\t%s\n", word, what != NULL ? what : "");
}

/* ---- what the server knows ---- */

static OffhookClient *
offhook_complete_get_client(OffhookComplete *self)
{
	if (self->client == NULL) {
		self->client = offhook_client_new(self->url, self->token, self->config);
		g_object_set(self->client->session, "timeout", OFFHOOK_COMPLETE_TIMEOUT_S, NULL);
	}
	return self->client;
}

/* @list of the reply of @path, or none. (transfer full) */
static JsonArray *
offhook_complete_ask(OffhookComplete *self, const char *path, const char *list)
{
	g_autoptr(JsonObject) reply =
	    offhook_client_request(offhook_complete_get_client(self), "GET", path, NULL, NULL);

	return reply != NULL && json_object_has_member(reply, list)
		   ? json_array_ref(json_object_get_array_member(reply, list))
		   : json_array_new();
}

/* No number: others may look at the screen. */
static void
offhook_complete_offer_calls(OffhookComplete *self, gboolean live)
{
	g_autofree char *path = g_strdup_printf("/voice/calls?limit=%u", OFFHOOK_COMPLETE_CALLS);
	g_autoptr(JsonArray) calls = offhook_complete_ask(self, path, "calls");

	for (guint i = 0; i < json_array_get_length(calls); i++) {
		JsonObject *call = json_array_get_object_element(calls, i);
		const char *status = offhook_client_get(call, "status");
		g_autofree char *what =
		    g_strdup_printf("%s, %s, %s", status, offhook_client_get(call, "direction"),
				    offhook_client_get(call, "assistant"));

		if (!live || offhook_client_is_live(status))
			offhook_complete_offer(offhook_client_get(call, "call_id"), what);
	}
}

static void
offhook_complete_offer_names(OffhookComplete *self, const char *path, const char *list,
			     const char *what)
{
	g_autoptr(JsonArray) all = offhook_complete_ask(self, path, list);

	for (guint i = 0; i < json_array_get_length(all); i++) {
		JsonObject *each = json_array_get_object_element(all, i);

		offhook_complete_offer(offhook_client_get(each, "name"),
				       what != NULL ? offhook_client_get(each, what) : NULL);
	}
}

/* They are in the configuration, server or not. */
static void
offhook_complete_offer_assistants(OffhookComplete *self)
{
	const GPtrArray *all =
	    offhook_config_get_assistants(offhook_complete_get_client(self)->config);

	for (guint i = 0; i < all->len; i++) {
		const OffhookAssistantConfig *each = g_ptr_array_index(all, i);

		offhook_complete_offer(each->name, NULL);
	}
}

static void
offhook_complete_offer_providers(OffhookComplete *self)
{
	g_autoptr(JsonArray) all =
	    offhook_complete_ask(self, "/voice/providers", "available_providers");

	for (guint i = 0; i < json_array_get_length(all); i++)
		offhook_complete_offer(json_array_get_string_element(all, i), NULL);
}

/* ---- what the table knows ---- */

static void
offhook_complete_offer_commands(void)
{
	const char *last = "";

	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++) {
		g_autofree char *first = g_strndup(each->name, strcspn(each->name, " "));

		/* Those of one first word are side by side. */
		if (each->hidden || g_str_has_prefix(last, first))
			continue;
		offhook_complete_offer(first,
				       strchr(each->name, ' ') == NULL ? each->summary : NULL);
		last = each->name;
	}
}

static void
offhook_complete_offer_second_words(const char *first)
{
	gsize length = strlen(first);

	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++)
		if (strncmp(each->name, first, length) == 0 && each->name[length] == ' ')
			offhook_complete_offer(each->name + length + 1, each->summary);
}

static void
offhook_complete_offer_options(const OffhookComplete *self)
{
	const OffhookOption *option;

	for (guint i = 0; (option = offhook_command_get_option(self->command, i)) != NULL; i++) {
		g_autofree char *name = g_strconcat("--", option->name, NULL);

		offhook_complete_offer(name, option->help);
	}
}

/* @names: "one|two" */
static void
offhook_complete_offer_choices(const char *names)
{
	g_auto(GStrv) each = g_strsplit(names, "|", -1);

	for (guint i = 0; each[i] != NULL; i++)
		offhook_complete_offer(each[i], NULL);
}

static void
offhook_complete_offer_kind(OffhookComplete *self, OffhookWordKind kind, const char *choices)
{
	g_autofree char *emulators = NULL;

	switch (kind) {
	case OFFHOOK_WORD_CHOICE:
		offhook_complete_offer_choices(choices);
		break;
	case OFFHOOK_WORD_FILE:
		g_print(":files\n");
		break;
	case OFFHOOK_WORD_CALL:
	case OFFHOOK_WORD_LIVE_CALL:
		offhook_complete_offer_calls(self, kind == OFFHOOK_WORD_LIVE_CALL);
		break;
	case OFFHOOK_WORD_ASSISTANT:
		offhook_complete_offer_assistants(self);
		break;
	case OFFHOOK_WORD_PROVIDER:
		offhook_complete_offer_providers(self);
		break;
	case OFFHOOK_WORD_PLUGIN:
		offhook_complete_offer_names(self, "/plugins", "plugins", "summary");
		break;
	case OFFHOOK_WORD_EMULATOR:
		emulators = offhook_emulate_list();
		offhook_complete_offer_choices(emulators);
		break;
	case OFFHOOK_WORD_COMMAND:
		offhook_complete_offer_commands();
		break;
	default:
		break;
	}
}

/* ---- where the cursor is ---- */

/* "--status", "--status=completed" or "-s". (nullable) */
static const OffhookOption *
offhook_complete_find_option(const OffhookComplete *self, const char *word)
{
	const OffhookOption *option;
	gsize length = strcspn(word, "=");

	for (guint i = 0; (option = offhook_command_get_option(self->command, i)) != NULL; i++) {
		g_autofree char *name = g_strconcat("--", option->name, NULL);

		if (strlen(name) == length && strncmp(word, name, length) == 0)
			return option;
		if (option->letter != 0 && word[0] == '-' && word[1] == option->letter &&
		    word[2] == '\0')
			return option;
	}
	return NULL;
}

static void
offhook_complete_note(OffhookComplete *self, const OffhookOption *option, const char *value)
{
	if (g_str_equal(option->name, "url"))
		self->url = value;
	else if (g_str_equal(option->name, "token"))
		self->token = value;
	else if (g_str_equal(option->name, "config"))
		self->config = value;
}

/* A word that is no option: of the command's name, or an argument. */
static void
offhook_complete_take_word(OffhookComplete *self, const char *word)
{
	g_autofree char *both =
	    self->first != NULL ? g_strconcat(self->first, " ", word, NULL) : g_strdup(word);
	const OffhookCommand *longer = self->n_arguments == 0 ? offhook_command_find(both) : NULL;

	if (longer != NULL)
		self->command = longer;
	else if (self->first != NULL)
		self->n_arguments++;
	if (self->first == NULL)
		self->first = word;
}

/* Bash hands over --status=completed as three words, the others as one. */
static void
offhook_complete_take(OffhookComplete *self, const char *word)
{
	const OffhookOption *option;

	if (self->open != NULL) {
		if (g_str_equal(word, "="))
			return;
		offhook_complete_note(self, self->open, word);
		self->open = NULL;
	} else if (word[0] == '-') {
		option = offhook_complete_find_option(self, word);
		if (option == NULL || option->kind == OFFHOOK_WORD_FLAG)
			return;
		if (strchr(word, '=') == NULL)
			self->open = option;
		else
			offhook_complete_note(self, option, strchr(word, '=') + 1);
	} else {
		offhook_complete_take_word(self, word);
	}
}

static void
offhook_complete_offer_argument(OffhookComplete *self)
{
	guint known = self->command != NULL ? offhook_command_count_arguments(self->command) : 0;
	guint i = self->n_arguments;

	if (self->first == NULL)
		offhook_complete_offer_commands();
	/* "provider" itself, not "provider test" */
	if (self->first != NULL && i == 0 &&
	    (self->command == NULL || g_str_equal(self->command->name, self->first)))
		offhook_complete_offer_second_words(self->first);
	if (i >= known && known > 0 && self->command->arguments[known - 1].repeated)
		i = known - 1;
	if (i < known)
		offhook_complete_offer_kind(self, self->command->arguments[i].kind,
					    self->command->arguments[i].name);
}

/* @current: what of the word is there already; the shell picks those that begin so */
static void
offhook_complete_run(OffhookComplete *self, const char *current)
{
	const OffhookOption *option = current[0] == '-' && strchr(current, '=') != NULL
					  ? offhook_complete_find_option(self, current)
					  : self->open;

	if (option != NULL)
		offhook_complete_offer_kind(self, option->kind, option->value);
	else if (current[0] == '-')
		offhook_complete_offer_options(self);
	else
		offhook_complete_offer_argument(self);
}

int
offhook_command_complete(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *const *all = offhook_words_get_arguments(words);
	guint n = g_strv_length((char **)all);
	OffhookComplete self = {
	    .url = g_getenv("OFFHOOK_URL"),
	    .token = g_getenv("OFFHOOK_TOKEN"),
	};

	for (guint i = 0; i + 1 < n; i++)
		offhook_complete_take(&self, all[i]);
	if (n > 0)
		offhook_complete_run(&self, all[n - 1]);
	g_clear_pointer(&self.client, offhook_client_free);
	return EXIT_SUCCESS;
}
