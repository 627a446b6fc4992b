/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading a script: the document, its variables and opening hours, and what the other parts of the
 * loader share. Main thread.
 */

#include "dialog-loader.h"

#include "dialog-matcher.h"
#include "dialog-pattern.h"
#include "language-time.h"
#include <errno.h>
#include <offhook/error.h>
#include <string.h>

/* Places in texts that the session fills: see dialog-talk-text.c. */
static const char *const offhook_dialog_loader_builtins[] = {"caller", "assistant", "intent", NULL};

static gboolean
offhook_dialog_loader_knows(OffhookDialogLoader *self, const char *reference)
{
	g_auto(GStrv) parts = g_strsplit(reference, ".", 2);
	const OffhookDialogSlot *slot;

	if (parts[0] == NULL)
		return FALSE;
	slot = g_hash_table_lookup(self->script->slots, parts[0]);
	if (slot != NULL)
		return offhook_dialog_slot_has_part(slot, parts[1]);
	return parts[1] == NULL && (g_hash_table_contains(self->script->variables, parts[0]) ||
				    g_strv_contains(offhook_dialog_loader_builtins, parts[0]));
}

/* Notes an error for each "{...}" in @text that nothing fills. */
static void
offhook_dialog_loader_check_text(OffhookDialogLoader *self, const char *text)
{
	for (const char *p = text; (p = strpbrk(p, "{}")) != NULL; p++) {
		const char *end = strpbrk(p + 1, "{}");
		g_autofree char *reference = NULL;

		if (*p == '}' || end == NULL || *end == '{') {
			offhook_dialog_check_fail_text(self->check, text,
						       "expected '{' and '}' in pairs");
			return;
		}
		reference = g_strndup(p + 1, (gsize)(end - p - 1));
		if (!offhook_dialog_loader_knows(self, reference))
			offhook_dialog_check_fail_text(
			    self->check, text,
			    "{%s} is unknown, expected a variable, a slot (with .on, .at, .hours, "
			    ".count or .value where its type has it), caller or assistant",
			    reference);
		p = end;
	}
}

char **
offhook_dialog_loader_read_texts(OffhookDialogLoader *self, JsonObject *object, const char *member,
				 OffhookDialogCheckNeed need)
{
	char **texts = offhook_dialog_check_strings(self->check, object, member, need);

	offhook_dialog_check_push(self->check, member);
	for (guint i = 0; texts[i] != NULL; i++) {
		offhook_dialog_check_push_index(self->check, i);
		offhook_dialog_loader_check_text(self, texts[i]);
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
	return texts;
}

void
offhook_dialog_loader_add_pattern(OffhookDialogLoader *self, const char *phrase,
				  GPtrArray *patterns)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogPattern) pattern = offhook_dialog_pattern_new(phrase, &error);
	const char *const *slots;

	if (pattern == NULL) {
		offhook_dialog_check_fail_text(self->check, phrase, "%s", error->message);
		return;
	}
	slots = offhook_dialog_pattern_get_slots(pattern);
	for (guint i = 0; slots[i] != NULL; i++) {
		const OffhookDialogSlot *slot = g_hash_table_lookup(self->script->slots, slots[i]);

		if (slot == NULL)
			offhook_dialog_check_fail_text(self->check, phrase,
						       "<%s> is unknown, expected a name from "
						       "$.slots",
						       slots[i]);
		else if (slot->type == OFFHOOK_DIALOG_SLOT_DIGITS ||
			 slot->type == OFFHOOK_DIALOG_SLOT_YES_NO)
			offhook_dialog_check_fail_text(self->check, phrase,
						       "<%s> can only be asked for, expected a "
						       "slot of another type",
						       slots[i]);
	}
	g_ptr_array_add(patterns, g_steal_pointer(&pattern));
}

void
offhook_dialog_loader_read_patterns(OffhookDialogLoader *self, JsonObject *object,
				    const char *member, OffhookDialogCheckNeed need,
				    GPtrArray *patterns)
{
	g_auto(GStrv) phrases = offhook_dialog_check_strings(self->check, object, member, need);

	offhook_dialog_check_push(self->check, member);
	for (guint i = 0; phrases[i] != NULL; i++) {
		offhook_dialog_check_push_index(self->check, i);
		offhook_dialog_loader_add_pattern(self, phrases[i], patterns);
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
}

gboolean
offhook_dialog_loader_is_name(OffhookDialogLoader *self, const char *name)
{
	gsize length = strlen(name);

	if (length <= 32 && g_ascii_islower(*name) &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length)
		return TRUE;
	offhook_dialog_check_fail_text(self->check, name,
				       "expected a name of at most 32 lower-case letters, digits "
				       "and '-', beginning with a letter");
	return FALSE;
}

static void
offhook_dialog_loader_read_variables(OffhookDialogLoader *self, JsonObject *root)
{
	JsonObject *object = offhook_dialog_check_object(self->check, root, "variables",
							 OFFHOOK_DIALOG_CHECK_OPTIONAL);
	g_autoptr(GList) members = object != NULL ? json_object_get_members(object) : NULL;

	offhook_dialog_check_push(self->check, "variables");
	for (GList *l = members; l != NULL; l = l->next) {
		const char *name = l->data;
		char *value;

		if (!offhook_dialog_loader_is_name(self, name))
			continue;
		if (g_hash_table_contains(self->script->slots, name))
			offhook_dialog_check_fail_text(self->check, name,
						       "is a slot too, expected another name");
		/* null: the assistant's section may give it a value. */
		if (json_object_get_null_member(object, name))
			value = g_strdup("");
		else
			value = offhook_dialog_check_string(self->check, object, name,
							    OFFHOOK_DIALOG_CHECK_REQUIRED);
		if (value != NULL)
			g_hash_table_replace(self->script->variables, g_strdup(name), value);
	}
	offhook_dialog_check_pop(self->check);
}

static void
offhook_dialog_loader_read_hours(OffhookDialogLoader *self, JsonObject *root)
{
	JsonObject *object =
	    offhook_dialog_check_object(self->check, root, "hours", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	g_autoptr(GList) members = object != NULL ? json_object_get_members(object) : NULL;

	offhook_dialog_check_push(self->check, "hours");
	for (GList *l = members; l != NULL; l = l->next) {
		guint weekday = offhook_language_day_get_weekday(l->data);
		g_auto(GStrv) ranges = NULL;

		if (weekday == 0) {
			offhook_dialog_check_fail_text(self->check, l->data,
						       "expected a day from monday to sunday");
			continue;
		}
		ranges = offhook_dialog_check_strings(self->check, object, l->data,
						      OFFHOOK_DIALOG_CHECK_REQUIRED);
		offhook_dialog_check_push(self->check, l->data);
		for (guint i = 0; ranges[i] != NULL; i++) {
			offhook_dialog_check_push_index(self->check, i);
			if (!offhook_opening_hours_add(self->script->hours, weekday, ranges[i]))
				offhook_dialog_check_fail_text(
				    self->check, ranges[i], "expected times like \"12:00-22:00\"");
			offhook_dialog_check_pop(self->check);
		}
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
}

static void
offhook_dialog_loader_read_limits(OffhookDialogLoader *self, JsonObject *root)
{
	static const char *const thresholds_known[] = {"reject", "confirm", NULL};
	static const char *const limits_known[] = {"unclear", "silence", NULL};
	OffhookDialogScript *script = self->script;
	JsonObject *thresholds = offhook_dialog_check_object(self->check, root, "thresholds",
							     OFFHOOK_DIALOG_CHECK_OPTIONAL);
	JsonObject *limits =
	    offhook_dialog_check_object(self->check, root, "limits", OFFHOOK_DIALOG_CHECK_OPTIONAL);

	script->reject = 0.35;
	script->confirm = 0.55;
	script->unclear_limit = 3;
	script->silence_limit = 3;
	if (thresholds != NULL) {
		offhook_dialog_check_push(self->check, "thresholds");
		offhook_dialog_check_members(self->check, thresholds, thresholds_known);
		script->reject =
		    offhook_dialog_check_share(self->check, thresholds, "reject", script->reject);
		script->confirm = offhook_dialog_check_share(self->check, thresholds, "confirm",
							     MAX(script->reject, script->confirm));
		if (script->confirm < script->reject)
			offhook_dialog_check_fail_text(self->check, NULL,
						       "expected confirm to be at least reject");
		offhook_dialog_check_pop(self->check);
	}
	if (limits != NULL) {
		offhook_dialog_check_push(self->check, "limits");
		offhook_dialog_check_members(self->check, limits, limits_known);
		script->unclear_limit = offhook_dialog_check_uint(self->check, limits, "unclear", 1,
								  20, script->unclear_limit);
		script->silence_limit = offhook_dialog_check_uint(self->check, limits, "silence", 1,
								  20, script->silence_limit);
		offhook_dialog_check_pop(self->check);
	}
}

static void
offhook_dialog_loader_read_head(OffhookDialogLoader *self, JsonObject *root)
{
	OffhookDialogScript *script = self->script;
	guint format = offhook_dialog_check_uint(self->check, root, "format", 1, 1, 0);

	if (format == 0 && !json_object_has_member(root, "format")) {
		offhook_dialog_check_push(self->check, "format");
		offhook_dialog_check_fail(self->check, NULL, "1");
		offhook_dialog_check_pop(self->check);
	}
	script->name =
	    offhook_dialog_check_string(self->check, root, "name", OFFHOOK_DIALOG_CHECK_REQUIRED);
	script->language = offhook_dialog_check_string(self->check, root, "language",
						       OFFHOOK_DIALOG_CHECK_OPTIONAL);
	if (script->language == NULL)
		script->language = g_strdup("en");
	if (g_ascii_strncasecmp(script->language, "en", 2) != 0) {
		offhook_dialog_check_push(self->check, "language");
		offhook_dialog_check_fail_text(self->check, script->language,
					       "expected \"en\": numbers, days, times, yes and no "
					       "are built in for English only");
		offhook_dialog_check_pop(self->check);
	}
}

/* Names of forms, for references to those that come later. */
static void
offhook_dialog_loader_list_forms(OffhookDialogLoader *self, JsonObject *root)
{
	JsonNode *node = json_object_get_member(root, "forms");
	g_autoptr(GList) members = NULL;

	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
		return;
	members = json_object_get_members(json_node_get_object(node));
	for (GList *l = members; l != NULL; l = l->next)
		g_hash_table_add(self->form_names, g_strdup(l->data));
}

/* Each example must be understood as its intent. */
static void
offhook_dialog_loader_check_examples(OffhookDialogLoader *self)
{
	OffhookDialogScript *script = self->script;
	g_autoptr(GPtrArray) groups = offhook_dialog_script_list_patterns(script);
	g_autoptr(GDateTime) now = g_date_time_new_now_local();

	for (guint i = 0; i < script->intents->len; i++) {
		const OffhookDialogIntent *intent = script->intents->pdata[i];

		for (guint j = 0; intent->examples[j] != NULL; j++) {
			g_autoptr(OffhookDialogHeard) heard =
			    offhook_dialog_heard_new(intent->examples[j], script->slots, now);
			g_auto(OffhookDialogMatch) match = {.index = -1};
			g_autofree char *place = NULL;
			const OffhookDialogIntent *other;

			if (offhook_dialog_matcher_find(heard, groups, &match) &&
			    match.index == (gint)i)
				continue;
			place = g_strdup_printf("intents[%u].examples[%u]", i, j);
			other = match.index >= 0 ? script->intents->pdata[match.index] : NULL;
			offhook_dialog_check_push(self->check, place);
			offhook_dialog_check_fail_text(
			    self->check, intent->examples[j],
			    "is understood as %s, expected words that are understood as %s",
			    other != NULL ? other->name : "nothing", intent->name);
			offhook_dialog_check_pop(self->check);
		}
	}
}

static void
offhook_dialog_loader_read_root(OffhookDialogLoader *self, JsonObject *root)
{
	static const char *const known[] = {
	    "$schema", "format", "name",    "language", "variables", "hours",    "thresholds",
	    "limits",  "slots",  "intents", "forms",    "prompts",   "fallback", NULL,
	};
	JsonObject *fallback;

	offhook_dialog_check_members(self->check, root, known);
	offhook_dialog_loader_read_head(self, root);
	offhook_dialog_loader_read_hours(self, root);
	offhook_dialog_loader_read_limits(self, root);
	offhook_dialog_loader_read_slots(self, root);
	offhook_dialog_loader_read_variables(self, root);
	offhook_dialog_loader_list_forms(self, root);
	offhook_dialog_loader_read_intents(self, root);
	offhook_dialog_loader_read_forms(self, root);
	offhook_dialog_loader_read_prompts(self, root);
	fallback = offhook_dialog_check_object(self->check, root, "fallback",
					       OFFHOOK_DIALOG_CHECK_OPTIONAL);
	if (fallback != NULL) {
		static const char *const reply_known[] = {"answers", "action", "to", "form",
							  "more",    "cases",  NULL};

		offhook_dialog_check_push(self->check, "fallback");
		offhook_dialog_check_members(self->check, fallback, reply_known);
		self->script->fallback = offhook_dialog_script_new_cases();
		offhook_dialog_loader_read_cases(self, fallback, self->script->fallback);
		offhook_dialog_check_pop(self->check);
	}
}

OffhookDialogScript *
offhook_dialog_script_parse(const char *text, gsize length, const char *name, GError **error)
{
	g_autoptr(OffhookDialogCheck) check = offhook_dialog_check_new(name);
	g_autoptr(OffhookDialogScript) script = offhook_dialog_script_new();
	g_autoptr(GHashTable) form_names =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	OffhookDialogLoader self = {.check = check, .script = script, .form_names = form_names};
	g_autoptr(JsonNode) root = NULL;

	if (length > OFFHOOK_DIALOG_MAX_FILE)
		offhook_dialog_check_fail_text(check, NULL, "expected at most %d bytes",
					       OFFHOOK_DIALOG_MAX_FILE);
	else
		root = offhook_dialog_check_parse(check, text, length);
	if (root != NULL)
		offhook_dialog_loader_read_root(&self, json_node_get_object(root));
	/* Examples mean nothing while the phrases are wrong. */
	if (!offhook_dialog_check_finish(check, error))
		return NULL;
	offhook_dialog_loader_check_examples(&self);
	if (!offhook_dialog_check_finish(check, error))
		return NULL;
	return g_steal_pointer(&script);
}

OffhookDialogScript *
offhook_dialog_script_load(const char *path, GError **error)
{
	g_autoptr(GFile) file = g_file_new_for_path(path);
	g_autoptr(GFileInfo) info = NULL;
	g_autoptr(GError) local = NULL;
	g_autofree char *text = NULL;
	gsize length = 0;

	info = g_file_query_info(file,
				 G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
				 G_FILE_QUERY_INFO_NONE, NULL, &local);
	if (info != NULL && (g_file_info_get_file_type(info) != G_FILE_TYPE_REGULAR ||
			     g_file_info_get_size(info) > OFFHOOK_DIALOG_MAX_FILE)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "%s: expected a regular file of at most %d bytes", path,
			    OFFHOOK_DIALOG_MAX_FILE);
		return NULL;
	}
	if (info == NULL || !g_file_get_contents(path, &text, &length, &local)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "%s: expected a readable file: %s", path, local->message);
		return NULL;
	}
	return offhook_dialog_script_parse(text, length, path, error);
}
