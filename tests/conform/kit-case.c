/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads such a file, and refuses what it does not know. Main thread. */

#include "kit-case.h"

#include <offhook/error.h>

#include <stdlib.h>
#include <string.h>

struct _KitCase {
	GKeyFile *file;
	GHashTable *words; /* utf8 -> utf8 */
	OffhookFakeProvider *provider;
	guint number;
	gboolean given;
};

#define REFUSED "refused "

/* Groups whose keys are the plugin's own have an entry with the key `KEY`. */
static const struct {
	const char *group;
	const char *key;
	const char *help;
} kit_case_keys[] = {
    {"settings", "KEY",
     "a setting with which the plugin works, as in its section of the configuration"},
    {"options", "KEY", "of an agent: an option of an assistant with which sessions open"},
    {"refused NAME", "KEY",
     "what must be refused; any number of groups. Of a driver: settings that take the place of "
     "those in "
     "`[settings]`; of an agent: options"},
    {"provider", "status", "the HTTP status with which the server at `@provider@` answers (200)"},
    {"provider", "body",
     "its answer, whatever it is asked; `%u` stands for the number of the request"},
    {"provider", "when", "requests that have this in them are answered otherwise"},
    {"provider", "then", "with this"},
    {"incoming", "body",
     "of a driver: the webhook that announces a call; `%u` stands for a number that is new each "
     "time"},
    {"incoming", "content-type", "its type (application/json)"},
    {"incoming", "path", "its path behind `/voice/webhook/NAME`"},
    {"incoming", "header", "`Name: value`: a header that it has"},
    {"incoming", "signature",
     "the header that has the HMAC-SHA256 of the body, in hexadecimal digits"},
    {"incoming", "key", "with which it is signed"},
    {"stream", "upgrade",
     "of a driver that proves streams at the door: `url` when the answer to the webhook, or else "
     "what "
     "`@provider@` was asked, has the media URL in it, with the proof"},
    {"agent", "message", "something that the agent answers (hello)"},
    {"agent", "member", "of an agent that passes that on: the member that it adds to the context"},
    {"agent", "model", "true: sessions are given a language model, one that answers anything"},
    {"transcribe", "speech", "a WAV file in which the engine hears words; else a tone of a second"},
    {"transcribe", "phrases", "what is expected there, `a | b`"},
    {"transcribe", "words", "true: it hears words in that"},
    {"synthesize", "words", "true: the engine tells when each word sounds"},
    {"synthesize", "any-voice", "true: it does not know which voices there are"},
    {"complete", "say", "a message that is answered with a few words (hello)"},
    {"complete", "call", "one that is answered with a call of `book` with `{\"people\": 4}`"},
    {"complete", "talk", "one that is answered with text for seconds"},
    {"complete", "fail", "one that fails"},
};

static gboolean
kit_case_key_is(guint i, const char *group, const char *key)
{
	gboolean refused =
	    g_str_has_prefix(group, REFUSED) && g_str_has_prefix(kit_case_keys[i].group, REFUSED);

	if (!refused && !g_str_equal(kit_case_keys[i].group, group))
		return FALSE;
	return key == NULL || g_str_equal(kit_case_keys[i].key, "KEY") ||
	       g_str_equal(kit_case_keys[i].key, key);
}

static gboolean
kit_case_knows(const char *group, const char *key)
{
	for (guint i = 0; i < G_N_ELEMENTS(kit_case_keys); i++)
		if (kit_case_key_is(i, group, key))
			return TRUE;
	return FALSE;
}

/* (transfer full) (nullable): @text with every `@NAME@` replaced */
static char *
kit_case_expand(KitCase *self, const char *text, GError **error)
{
	GString *out = g_string_new(NULL);
	const char *end;

	for (const char *at = text; *at != '\0'; at++) {
		g_autofree char *name = NULL;

		end = *at == '@' ? strchr(at + 1, '@') : NULL;
		if (end == NULL || end == at + 1 ||
		    strspn(at + 1, "abcdefghijklmnopqrstuvwxyz-") != (gsize)(end - at - 1)) {
			g_string_append_c(out, *at);
			continue;
		}
		name = g_strndup(at + 1, end - at - 1);
		if (!g_hash_table_contains(self->words, name)) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "@%s@ is not known; expected --define %s=VALUE", name, name);
			g_string_free(out, TRUE);
			return NULL;
		}
		g_string_append(out, g_hash_table_lookup(self->words, name));
		at = end;
	}
	return g_string_free(out, FALSE);
}

static gboolean
kit_case_check_key(KitCase *self, const char *group, const char *key, GError **error)
{
	g_autofree char *raw = g_key_file_get_string(self->file, group, key, error);
	g_autofree char *value = raw != NULL ? kit_case_expand(self, raw, error) : NULL;

	if (value == NULL) {
		g_prefix_error(error, "[%s] %s: ", group, key);
		return FALSE;
	}
	if (!kit_case_knows(group, key)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[%s] has no key \"%s\"; offhook conform --describe lists them", group,
			    key);
		return FALSE;
	}
	g_key_file_set_string(self->file, group, key, value);
	return TRUE;
}

static gboolean
kit_case_check(KitCase *self, GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(self->file, NULL);

	for (guint i = 0; groups[i] != NULL; i++) {
		g_auto(GStrv) keys = g_key_file_get_keys(self->file, groups[i], NULL, NULL);

		if (!kit_case_knows(groups[i], NULL)) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "there is no group [%s]; offhook conform --describe lists them",
				    groups[i]);
			return FALSE;
		}
		for (guint k = 0; keys[k] != NULL; k++)
			if (!kit_case_check_key(self, groups[i], keys[k], error))
				return FALSE;
	}
	return TRUE;
}

static void
kit_case_set_up_provider(KitCase *self)
{
	g_autofree char *status = kit_case_dup(self, "provider", "status");
	g_autofree char *body = kit_case_dup(self, "provider", "body");
	g_autofree char *when = kit_case_dup(self, "provider", "when");
	g_autofree char *then = kit_case_dup(self, "provider", "then");

	offhook_fake_provider_set_answer(self->provider, status != NULL ? (guint)atoi(status) : 200,
					 body != NULL ? body : "{}");
	offhook_fake_provider_set_exception(self->provider, when, then);
}

KitCase *
kit_case_load(const char *path, GHashTable *words, GError **error)
{
	g_autoptr(KitCase) self = g_new0(KitCase, 1);
	g_autofree char *real = path != NULL ? g_canonicalize_filename(path, NULL) : NULL;

	self->file = g_key_file_new();
	self->words = g_hash_table_ref(words);
	self->provider = offhook_fake_provider_new();
	self->given = path != NULL;
	g_hash_table_insert(words, g_strdup("provider"),
			    g_strdup(offhook_fake_provider_get_url(self->provider)));
	if (path != NULL) {
		g_hash_table_insert(words, g_strdup("dir"), g_path_get_dirname(real));
		if (!g_key_file_load_from_file(self->file, path, G_KEY_FILE_NONE, error) ||
		    !kit_case_check(self, error)) {
			g_prefix_error(error, "%s: ", path);
			return NULL;
		}
	}
	kit_case_set_up_provider(self);
	return g_steal_pointer(&self);
}

void
kit_case_free(KitCase *self)
{
	g_key_file_unref(self->file);
	g_hash_table_unref(self->words);
	offhook_fake_provider_free(self->provider);
	g_free(self);
}

gboolean
kit_case_is_given(KitCase *self)
{
	return self->given;
}

gboolean
kit_case_has(KitCase *self, const char *group)
{
	return g_key_file_has_group(self->file, group);
}

char *
kit_case_dup(KitCase *self, const char *group, const char *key)
{
	return g_key_file_get_string(self->file, group, key, NULL);
}

gboolean
kit_case_is(KitCase *self, const char *group, const char *key)
{
	return g_key_file_get_boolean(self->file, group, key, NULL);
}

char **
kit_case_dup_pairs(KitCase *self, const char *group)
{
	g_auto(GStrv) keys = g_key_file_get_keys(self->file, group, NULL, NULL);
	GPtrArray *pairs = g_ptr_array_new();

	for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
		g_ptr_array_add(pairs, g_strdup(keys[i]));
		g_ptr_array_add(pairs, kit_case_dup(self, group, keys[i]));
	}
	g_ptr_array_add(pairs, NULL);
	return (char **)g_ptr_array_free(pairs, FALSE);
}

GPtrArray *
kit_case_list_refused(KitCase *self)
{
	g_auto(GStrv) groups = g_key_file_get_groups(self->file, NULL);
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);

	for (guint i = 0; groups[i] != NULL; i++)
		if (g_str_has_prefix(groups[i], REFUSED))
			g_ptr_array_add(list, kit_case_dup_pairs(self, groups[i]));
	return list;
}

OffhookFakeProvider *
kit_case_get_provider(KitCase *self)
{
	return self->provider;
}

char *
kit_case_number(KitCase *self, const char *text)
{
	g_autofree char *number = g_strdup_printf("%u", ++self->number);
	GString *out = g_string_new(text);

	g_string_replace(out, "%u", number, 0);
	return g_string_free(out, FALSE);
}

char *
kit_case_describe(void)
{
	GString *text = g_string_new("| group | key | |\n|---|---|---|\n");

	for (guint i = 0; i < G_N_ELEMENTS(kit_case_keys); i++)
		g_string_append_printf(text, "| `[%s]` | `%s` | %s |\n", kit_case_keys[i].group,
				       kit_case_keys[i].key, kit_case_keys[i].help);
	return g_string_free(text, FALSE);
}
