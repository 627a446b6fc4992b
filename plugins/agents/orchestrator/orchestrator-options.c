/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The orchestrator's settings and an assistant's own values for them. Any thread.
 */

#include "orchestrator-options.h"

#include "orchestrator-agent.h"
#include <offhook/error.h>
#include <string.h>

#define MAX_DESTINATIONS 32
#define MAX_NAME         64
#define MAX_PROMPT       (64 * 1024)

const OffhookSetting offhook_orchestrator_settings[] = {
    {"temperature", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, NULL, "0..2", NULL,
     "How freely the model chooses its words; the engine's own without it."},
    {"max-tokens", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "300", "1..8192", NULL,
     "The most of one answer."},
    {"history-turns", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "40", "1..400", NULL,
     "How many turns the model is reminded of; the oldest go first."},
    {"history-bytes", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "32000", "1000..500000", NULL,
     "... and how much text."},
    {"summarise", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Before they have to go, the model sums the oldest turns up."},
    {"end-summary", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "After the call the model sums it up for the records: one more question per call."},
    {"phone-manners", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Tell the model how to talk on the telephone, below the assistant's prompt."},
    {"hang-up", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "The model may end the call."},
    {"transfer-to", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Whom the model may transfer callers to: a number, or several as NAME=NUMBER, NAME=NUMBER."},
    {"hand-over-to", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Other assistants that the model may hand callers over to: NAME=WHAT IT IS FOR, ..."},
    {"collect", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Details to find out: NAME:TYPE, ... with ! for required; text, name, number(1..20), date, "
     "time, email, address, phone."},
    {"max-steps", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "8", "1..32", NULL,
     "How often in one turn the model is asked again after it has called tools."},
    {"prompt-file", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Instructions for the model, of assistants without prompt."},
    {NULL},
};

static const OffhookSetting *
offhook_orchestrator_options_find(const char *name)
{
	for (const OffhookSetting *s = offhook_orchestrator_settings; s->name != NULL; s++)
		if (g_str_equal(s->name, name))
			return s;
	return NULL;
}

static gboolean
offhook_orchestrator_options_check(GHashTable *options, GError **error)
{
	GHashTableIter iter;
	gpointer key, value;

	if (options == NULL)
		return TRUE;
	g_hash_table_iter_init(&iter, options);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const OffhookSetting *setting = offhook_orchestrator_options_find(key);

		if (setting == NULL) {
			g_autoptr(GString) known = g_string_new(NULL);

			for (setting = offhook_orchestrator_settings; setting->name != NULL;
			     setting++)
				g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "",
						       setting->name);
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "orchestrator.%s: unknown, expected one of %s",
				    (const char *)key, known->str);
			return FALSE;
		}
		if (!offhook_setting_check(setting, "orchestrator", value, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- where callers can be passed on to ---- */

/** A list of destinations: what it is called, and what may be in it. */
typedef struct {
	const char *key;
	const char *expected;
	gboolean anonymous; /* a single one needs no name */
	gboolean bare;      /* a name may be all */
} OffhookOrchestratorDirectory;

static const OffhookOrchestratorDirectory offhook_orchestrator_transfers = {
    "transfer-to", "a number, or several of NAME=NUMBER separated by commas", TRUE, FALSE};
static const OffhookOrchestratorDirectory offhook_orchestrator_colleagues = {
    "hand-over-to", "several of ASSISTANT or ASSISTANT=WHAT IT IS FOR, separated by commas", FALSE,
    TRUE};

static void
offhook_orchestrator_destination_free(gpointer data)
{
	OffhookOrchestratorDestination *destination = data;

	g_free(destination->name);
	g_free(destination->target);
	g_free(destination);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOrchestratorDestination, offhook_orchestrator_destination_free)

static gboolean
offhook_orchestrator_options_refuse(const OffhookOrchestratorDirectory *directory, const char *text,
				    const char *why, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "orchestrator.%s: \"%s\" %s, expected %s, at most %d", directory->key, text,
		    why, directory->expected, MAX_DESTINATIONS);
	return FALSE;
}

static gboolean
offhook_orchestrator_options_has_destination(GPtrArray *list, const char *name)
{
	for (guint i = 0; i < list->len; i++)
		if (g_strcmp0(((OffhookOrchestratorDestination *)g_ptr_array_index(list, i))->name,
			      name) == 0)
			return TRUE;
	return FALSE;
}

/* "sip:x@y;a=b" has an equals sign, but no name before it. */
static const char *
offhook_orchestrator_options_find_target(const char *item)
{
	const char *equals = strchr(item, '=');

	return equals != NULL && memchr(item, ':', (gsize)(equals - item)) == NULL ? equals : NULL;
}

/* (transfer full): not checked yet */
static OffhookOrchestratorDestination *
offhook_orchestrator_options_split(const OffhookOrchestratorDirectory *directory, const char *item)
{
	const char *equals = offhook_orchestrator_options_find_target(item);
	OffhookOrchestratorDestination *destination = g_new0(OffhookOrchestratorDestination, 1);

	if (equals == NULL && directory->bare) {
		destination->name = g_strstrip(g_strdup(item));
		return destination;
	}
	destination->target = g_strstrip(g_strdup(equals != NULL ? equals + 1 : item));
	if (equals != NULL)
		destination->name = g_strstrip(g_strndup(item, (gsize)(equals - item)));
	return destination;
}

static gboolean
offhook_orchestrator_options_add(const OffhookOrchestratorDirectory *directory, GPtrArray *list,
				 const char *item, guint n_items, GError **error)
{
	g_autoptr(OffhookOrchestratorDestination) destination =
	    offhook_orchestrator_options_split(directory, item);
	const char *name = destination->name;

	if ((destination->target != NULL && *destination->target == '\0') ||
	    (name != NULL && (*name == '\0' || strlen(name) > MAX_NAME)))
		return offhook_orchestrator_options_refuse(directory, item, "is none", error);
	if (name == NULL && (n_items > 1 || !directory->anonymous))
		return offhook_orchestrator_options_refuse(directory, item, "has no name", error);
	if (offhook_orchestrator_options_has_destination(list, name))
		return offhook_orchestrator_options_refuse(directory, item,
							   "has a name that another has", error);
	g_ptr_array_add(list, g_steal_pointer(&destination));
	return TRUE;
}

static gboolean
offhook_orchestrator_options_read(const OffhookOrchestratorDirectory *directory, const char *text,
				  GPtrArray *list, GError **error)
{
	g_auto(GStrv) items = NULL;
	guint n_items;

	if (text == NULL || *text == '\0')
		return TRUE;
	items = g_strsplit(text, ",", -1);
	n_items = g_strv_length(items);
	if (n_items > MAX_DESTINATIONS)
		return offhook_orchestrator_options_refuse(directory, text, "names too many",
							   error);
	for (guint i = 0; i < n_items; i++)
		if (!offhook_orchestrator_options_add(directory, list, items[i], n_items, error))
			return FALSE;
	return TRUE;
}

/* ---- the prompt ---- */

static gboolean
offhook_orchestrator_options_read_prompt(OffhookOrchestratorOptions *self, const char *path,
					 GError **error)
{
	g_autoptr(GFile) file = NULL;
	g_autoptr(GInputStream) stream = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GError) local = NULL;
	gsize size = 0;

	if (path == NULL || *path == '\0')
		return TRUE;
	text = g_malloc(MAX_PROMPT + 1);
	file = g_file_new_for_path(path);
	stream = G_INPUT_STREAM(g_file_read(file, NULL, &local));
	if (stream != NULL)
		g_input_stream_read_all(stream, text, MAX_PROMPT + 1, &size, NULL, &local);
	if (local != NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "orchestrator.prompt-file: %s", local->message);
	else if (size > MAX_PROMPT || !g_utf8_validate(text, (gssize)size, NULL))
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "orchestrator.prompt-file: \"%s\" is not UTF-8 text of at most %d "
			    "bytes",
			    path, MAX_PROMPT);
	else
		self->prompt = g_strndup(text, size);
	return self->prompt != NULL;
}

/* ---- all of them ---- */

static const char *
offhook_orchestrator_options_get(OffhookSettings *settings, GHashTable *options, const char *name)
{
	const char *value = options != NULL ? g_hash_table_lookup(options, name) : NULL;

	return value != NULL ? value : offhook_settings_get_string(settings, name);
}

OffhookOrchestratorOptions *
offhook_orchestrator_options_new(OffhookSettings *settings, GHashTable *options, GError **error)
{
	g_autoptr(OffhookOrchestratorOptions) self = g_new0(OffhookOrchestratorOptions, 1);
#define GET(name) offhook_orchestrator_options_get(settings, options, name)
	const char *temperature = GET("temperature");

	g_atomic_ref_count_init(&self->ref_count);
	self->destinations = g_ptr_array_new_with_free_func(offhook_orchestrator_destination_free);
	self->hand_overs = g_ptr_array_new_with_free_func(offhook_orchestrator_destination_free);
	if (!offhook_orchestrator_options_check(options, error))
		return NULL;
	self->temperature = temperature != NULL ? g_ascii_strtod(temperature, NULL) : -1;
	self->max_tokens = (guint)g_ascii_strtoull(GET("max-tokens"), NULL, 10);
	self->history_turns = (guint)g_ascii_strtoull(GET("history-turns"), NULL, 10);
	self->history_bytes = g_ascii_strtoull(GET("history-bytes"), NULL, 10);
	self->max_steps = (guint)g_ascii_strtoull(GET("max-steps"), NULL, 10);
	self->summarise = g_str_equal(GET("summarise"), "true");
	self->end_summary = g_str_equal(GET("end-summary"), "true");
	self->manners = g_str_equal(GET("phone-manners"), "true");
	self->hang_up = g_str_equal(GET("hang-up"), "true");
	if (!offhook_orchestrator_options_read(&offhook_orchestrator_transfers, GET("transfer-to"),
					       self->destinations, error) ||
	    !offhook_orchestrator_options_read(&offhook_orchestrator_colleagues,
					       GET("hand-over-to"), self->hand_overs, error) ||
	    (self->fields = offhook_orchestrator_fields_parse(GET("collect"), error)) == NULL ||
	    !offhook_orchestrator_options_read_prompt(self, GET("prompt-file"), error))
		return NULL;
#undef GET
	return g_steal_pointer(&self);
}

OffhookOrchestratorOptions *
offhook_orchestrator_options_ref(OffhookOrchestratorOptions *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_orchestrator_options_unref(OffhookOrchestratorOptions *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_ptr_array_unref(self->destinations);
	g_ptr_array_unref(self->hand_overs);
	g_clear_pointer(&self->fields, g_ptr_array_unref);
	g_free(self->prompt);
	g_free(self);
}
