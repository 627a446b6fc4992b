/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Names in braces. {memory} is a mark between fill() and fill_memory() that is in no text: what a
 * caller's variable holds can't stand for it. Any thread.
 */

#include <offhook/prompt.h>

#include <offhook/agent-host.h>
#include <offhook/json.h>
#include <string.h>

/* U+FDD0, which is no character. */
#define MEMORY_MARK "\xef\xb7\x90"
#define MEMORY      "memory"
#define NOTHING     "(nothing)"

/* Before the names of the conversation's own variables, and of what its stream brought. */
#define OWN    "variables."
#define CUSTOM "custom."

#define NAME        G_CSET_a_2_z G_CSET_DIGITS "_."
#define CUSTOM_NAME G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-"

/** What the core knows of every conversation. */
typedef enum {
	OFFHOOK_PROMPT_ASSISTANT,
	OFFHOOK_PROMPT_CALLER,
	OFFHOOK_PROMPT_LANGUAGE,
	OFFHOOK_PROMPT_DATE,
	OFFHOOK_PROMPT_WEEKDAY,
	OFFHOOK_PROMPT_TIME,
	OFFHOOK_PROMPT_MEMORY,
	OFFHOOK_PROMPT_N_NAMES,
} OffhookPromptName;

static const char *const offhook_prompt_names[OFFHOOK_PROMPT_N_NAMES + 1] = {
    [OFFHOOK_PROMPT_ASSISTANT] = "assistant", [OFFHOOK_PROMPT_CALLER] = "caller",
    [OFFHOOK_PROMPT_LANGUAGE] = "language",   [OFFHOOK_PROMPT_DATE] = "date",
    [OFFHOOK_PROMPT_WEEKDAY] = "weekday",     [OFFHOOK_PROMPT_TIME] = "time",
    [OFFHOOK_PROMPT_MEMORY] = MEMORY,
};

/* (transfer full) (nullable): the name in braces at @text, whose braces and all are @length bytes long */
static char *
offhook_prompt_read_name(const char *text, gsize *length)
{
	const char *letters = g_str_has_prefix(text, "{" CUSTOM) ? CUSTOM_NAME : NAME;
	gsize n = *text == '{' ? strspn(text + 1, letters) : 0;

	if (n == 0 || text[1 + n] != '}')
		return NULL;
	*length = n + 2;
	return g_strndup(text + 1, n);
}

/* (transfer full): of each name what stands for it */
static char **
offhook_prompt_make_values(const OffhookAgentOptions *session, GDateTime *now)
{
	char **values = g_new0(char *, OFFHOOK_PROMPT_N_NAMES + 1);

	values[OFFHOOK_PROMPT_ASSISTANT] =
	    g_strdup(session->assistant != NULL ? session->assistant : "");
	values[OFFHOOK_PROMPT_CALLER] =
	    g_strdup(session->caller != NULL ? session->caller : "unknown");
	values[OFFHOOK_PROMPT_LANGUAGE] =
	    g_strdup(session->language != NULL ? session->language : "en");
	values[OFFHOOK_PROMPT_DATE] = g_date_time_format(now, "%Y-%m-%d");
	values[OFFHOOK_PROMPT_WEEKDAY] = g_date_time_format(now, "%A");
	values[OFFHOOK_PROMPT_TIME] = g_date_time_format(now, "%H:%M");
	values[OFFHOOK_PROMPT_MEMORY] = g_strdup(MEMORY_MARK);
	return values;
}

static const char *
offhook_prompt_get_variable(JsonObject *variables, const char *name, const char *otherwise)
{
	return variables != NULL && json_object_has_member(variables, name)
		   ? json_object_get_string_member(variables, name)
		   : otherwise;
}

/* @variables: (nullable). (nullable): @name is nothing of ours */
static const char *
offhook_prompt_find(const char *name, char **values, JsonObject *variables)
{
	for (guint i = 0; i < OFFHOOK_PROMPT_N_NAMES; i++)
		if (g_str_equal(name, offhook_prompt_names[i]))
			return values[i];
	if (g_str_has_prefix(name, OWN))
		return offhook_prompt_get_variable(variables, name + strlen(OWN), "");
	if (g_str_has_prefix(name, CUSTOM)) {
		g_autofree char *variable = offhook_prompt_make_custom_name(name + strlen(CUSTOM));

		return offhook_prompt_get_variable(variables, variable, "");
	}
	return offhook_prompt_get_variable(variables, name, NULL);
}

/*
 * A value is somebody else's: it stays within its line, has no mark of ours, and nothing that changes how a
 * text is read or shown.
 */
static void
offhook_prompt_append(GString *out, const char *value)
{
	for (; *value != '\0'; value = g_utf8_next_char(value)) {
		gunichar letter = g_utf8_get_char(value);
		GUnicodeType type = g_unichar_type(letter);

		if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
		    type == G_UNICODE_PARAGRAPH_SEPARATOR)
			g_string_append_c(out, ' ');
		else if (type != G_UNICODE_FORMAT && type != G_UNICODE_UNASSIGNED)
			g_string_append_unichar(out, letter);
	}
}

char *
offhook_prompt_make_custom_name(const char *name)
{
	GString *variable = g_string_new("custom_");

	for (; *name != '\0'; name++)
		g_string_append_c(variable, g_ascii_isalnum(*name) ? g_ascii_tolower(*name) : '_');
	return g_string_free(variable, FALSE);
}

char *
offhook_prompt_fill(const char *text, const OffhookAgentOptions *session, GDateTime *now)
{
	g_auto(GStrv) values = offhook_prompt_make_values(session, now);
	JsonObject *variables =
	    session->host != NULL ? offhook_agent_host_get_variables(session->host) : NULL;
	GString *out = g_string_new(NULL);

	while (*text != '\0') {
		gsize length = 0;
		g_autofree char *name = offhook_prompt_read_name(text, &length);
		const char *value =
		    name != NULL ? offhook_prompt_find(name, values, variables) : NULL;

		if (value == values[OFFHOOK_PROMPT_MEMORY]) {
			g_string_append(out, value);
			text += length;
		} else if (value != NULL) {
			offhook_prompt_append(out, value);
			text += length;
		} else {
			g_string_append_c(out, *text++);
		}
	}
	return g_string_free(out, FALSE);
}

/* ---- what is remembered ---- */

gboolean
offhook_prompt_has_memory(const char *filled)
{
	return strstr(filled, MEMORY_MARK) != NULL;
}

/* Whole lines, as many as there is room for. (transfer full) */
static char *
offhook_prompt_cut(const char *text)
{
	const char *end = text + strlen(text);

	if (end - text > OFFHOOK_PROMPT_MAX_MEMORY) {
		end = g_strrstr_len(text, OFFHOOK_PROMPT_MAX_MEMORY, "\n");
		end = end != NULL ? end : text;
	}
	return g_strndup(text, (gsize)(end - text));
}

char *
offhook_prompt_fill_memory(const char *filled, JsonObject *context)
{
	JsonObject *memory = context != NULL ? offhook_json_get_object(context, MEMORY) : NULL;
	const char *known = memory != NULL ? offhook_json_get_string(memory, "for_model") : NULL;
	g_autofree char *told = offhook_prompt_cut(known != NULL ? known : NOTHING);
	g_auto(GStrv) parts = g_strsplit(filled, MEMORY_MARK, -1);

	return g_strjoinv(told, parts);
}

/* ---- what means nothing ---- */

const char *const *
offhook_prompt_get_names(void)
{
	return offhook_prompt_names;
}

static gboolean
offhook_prompt_is_known(const char *name)
{
	for (guint i = 0; i < OFFHOOK_PROMPT_N_NAMES; i++)
		if (g_str_equal(name, offhook_prompt_names[i]))
			return TRUE;
	return g_str_has_prefix(name, OWN) || g_str_has_prefix(name, CUSTOM);
}

char **
offhook_prompt_list_unknown(const char *text)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	while ((text = strchr(text, '{')) != NULL) {
		gsize length = 1;
		char *name = offhook_prompt_read_name(text, &length);

		if (name == NULL || offhook_prompt_is_known(name) ||
		    g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
			g_free(name);
		else
			g_ptr_array_add(names, name);
		text += length;
	}
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}
