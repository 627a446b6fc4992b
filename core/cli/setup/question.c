/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: asks, and checks what is answered. What a key may be the configuration's schema knows, and
 * what a setting may be its plugin.
 */

#include "cli/setup/question.h"

#include <string.h>

#include <offhook/error.h>

#include "cli/client/ask.h"
#include "cli/client/client.h"
#include "cli/setup/shape.h"
#include "config/schema.h"

#define OFFHOOK_QUESTION_NAME_MAX 64

/* ---- checks ---- */

gboolean
offhook_question_check_key(gconstpointer data, const char *answer, GError **error)
{
	g_auto(GStrv) place = g_strsplit(data, "/", 2);
	const OffhookSchemaKey *key =
	    offhook_schema_find_key(offhook_schema_find_section(place[0]), place[1]);
	g_autoptr(GError) local = NULL;
	g_autofree char *normal = NULL;

	if (!offhook_setting_check(&key->setting, place[0], answer, error))
		return FALSE;
	if (key->normalise == NULL)
		return TRUE;
	normal = key->normalise(answer, ".", &local);
	if (normal == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "\"%s\" is not %s", answer,
			    local->message);
	return normal != NULL;
}

gboolean
offhook_question_check_name(gconstpointer data, const char *answer, GError **error)
{
	const char *c = answer;

	while (g_ascii_isalnum(*c) || *c == '-' || *c == '_')
		c++;
	if (c > answer && *c == '\0' && c - answer <= OFFHOOK_QUESTION_NAME_MAX)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "\"%s\" can't be a name; expected letters, digits, - and _, at most %d", answer,
		    OFFHOOK_QUESTION_NAME_MAX);
	return FALSE;
}

gboolean
offhook_question_check_setting(gconstpointer data, const char *answer, GError **error)
{
	static const char *const types[] = {
	    [OFFHOOK_SETTING_STRING] = "string", [OFFHOOK_SETTING_INTEGER] = "integer",
	    [OFFHOOK_SETTING_NUMBER] = "number", [OFFHOOK_SETTING_BOOLEAN] = "boolean",
	    [OFFHOOK_SETTING_CHOICE] = "choice", [OFFHOOK_SETTING_PATH] = "path",
	};
	JsonObject *object = (JsonObject *)data;
	const char *type = offhook_client_get(object, "type");
	OffhookSetting setting = {
	    .name = offhook_client_get(object, "name"),
	    .flags = json_object_get_boolean_member(object, "secret") ? OFFHOOK_SETTING_SECRET
								      : OFFHOOK_SETTING_NONE,
	    .choices = json_object_get_string_member_with_default(object, "choices", NULL),
	};

	while (setting.type < G_N_ELEMENTS(types) && !g_str_equal(types[setting.type], type))
		setting.type++;
	if (setting.type == OFFHOOK_SETTING_STRING && setting.choices != NULL)
		return offhook_shape_check(setting.choices,
					   setting.flags & OFFHOOK_SETTING_SECRET, answer, error);
	return setting.type == G_N_ELEMENTS(types) ||
	       offhook_setting_check(&setting, "setup", answer, error);
}

/* ---- asking ---- */

static gboolean
offhook_question_is_right(const OffhookQuestion *self, const char *answer, GError **error)
{
	return answer == NULL || self->check == NULL || self->check(self->data, answer, error);
}

static gboolean
offhook_question_take(const OffhookQuestion *self, const char *answer, char **taken, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (offhook_question_is_right(self, answer, &local)) {
		*taken = g_strdup(answer);
		return TRUE;
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s: %s", self->option,
		    local->message);
	return FALSE;
}

gboolean
offhook_question_ask(const OffhookQuestion *self, const OffhookWords *words, gboolean ask,
		     char **answer, GError **error)
{
	const char *given = offhook_words_get(words, self->option);

	if (given != NULL || !ask)
		return offhook_question_take(self, given != NULL ? given : self->fallback, answer,
					     error);
	for (;;) {
		g_autofree char *said = offhook_ask_text(self->text, self->fallback);
		g_autoptr(GError) local = NULL;

		/* Nothing is said any more where the input has ended. */
		if (g_strcmp0(said, self->fallback) == 0)
			return offhook_question_take(self, said, answer, error);
		if (offhook_question_is_right(self, said, &local)) {
			*answer = g_steal_pointer(&said);
			return TRUE;
		}
		g_printerr("%s\n", local->message);
	}
}
