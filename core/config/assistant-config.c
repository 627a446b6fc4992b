/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes the struct of an assistant from its checked section. Runs while a configuration is read.
 */

#include "config/assistant-config.h"

#include "config/config-private.h"
#include "config/nearest.h"
#include <offhook/prompt.h>

#include <offhook/error.h>
#include <string.h>

static char *
offhook_assistant_config_dup(OffhookConfigSection *section, const char *key)
{
	OffhookConfigValue *value = g_hash_table_lookup(section->values, key);

	return value != NULL ? g_strdup(value->text) : NULL;
}

gboolean
offhook_assistant_config_is_builtin_tool(const char *name)
{
	return strchr(name, '_') != NULL;
}

gboolean
offhook_assistant_config_has_engine(const OffhookAssistantConfig *self, const char *engine)
{
	return g_strv_contains((const char *const *)self->stt, engine) ||
	       g_strv_contains((const char *const *)self->tts, engine) ||
	       g_strv_contains((const char *const *)self->llm, engine) ||
	       g_strv_contains((const char *const *)self->embed, engine);
}

/* A voice by its name belongs to one engine: `voice` to the first, "flite.voice" to flite. */
static void
offhook_assistant_config_set_voices(OffhookAssistantConfig *self, OffhookConfigSection *section)
{
	char *voice = offhook_assistant_config_dup(section, "voice");

	self->voices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (voice != NULL && self->tts[0] != NULL)
		g_hash_table_insert(self->voices, g_strdup(self->tts[0]), voice);
	else
		g_free(voice);
}

/* "dialog.file=x" -> options["dialog"]["file"] = "x" */
static void
offhook_assistant_config_add_option(OffhookAssistantConfig *self, OffhookConfig *config,
				    const char *key, const char *text)
{
	const char *dot = strchr(key, '.');
	g_autofree char *plugin = g_strndup(key, dot - key);
	const char *name = dot + 1;
	gboolean path = g_str_equal(name, "file") || g_str_has_suffix(name, "-file");
	GHashTable *options = g_hash_table_lookup(self->options, plugin);

	if (g_str_equal(name, "voice") && g_strv_contains((const char *const *)self->tts, plugin)) {
		g_hash_table_insert(self->voices, g_steal_pointer(&plugin), g_strdup(text));
		return;
	}
	if (options == NULL) {
		options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		g_hash_table_insert(self->options, g_steal_pointer(&plugin), options);
	}
	g_hash_table_insert(options, g_strdup(name),
			    path && *text != '\0' ? g_canonicalize_filename(text, config->directory)
						  : g_strdup(text));
}

/* "a | b" -> {"a", "b"}. (transfer full): empty without any */
static char **
offhook_assistant_config_split(OffhookConfigSection *section, const char *key)
{
	OffhookConfigValue *value = g_hash_table_lookup(section->values, key);
	g_auto(GStrv) parts = g_strsplit(value != NULL ? value->text : "", "|", -1);
	GStrvBuilder *wordings = g_strv_builder_new();
	char **list;

	for (char **part = parts; *part != NULL; part++)
		if (*g_strstrip(*part) != '\0')
			g_strv_builder_add(wordings, *part);
	list = g_strv_builder_end(wordings);
	g_strv_builder_unref(wordings);
	return list;
}

static OffhookMachineConduct
offhook_assistant_config_get_conduct(const char *word)
{
	if (g_strcmp0(word, "hang-up") == 0)
		return OFFHOOK_MACHINE_HANG_UP;
	return g_strcmp0(word, "leave-message") == 0 ? OFFHOOK_MACHINE_LEAVE_MESSAGE
						     : OFFHOOK_MACHINE_TALK;
}

/* The values have been checked. */
static void
offhook_assistant_config_set_hours(OffhookAssistantConfig *self, OffhookConfig *config,
				   OffhookConfigSection *section)
{
	const char *hours = offhook_config_get_string(config, section->name, "hours");
	const char *timezone = offhook_config_get_string(config, section->name, "timezone");

	if (hours != NULL)
		self->hours = offhook_opening_hours_parse(hours, NULL);
	if (timezone != NULL)
		self->timezone = g_time_zone_new_identifier(timezone);
	if (self->timezone == NULL)
		self->timezone = g_time_zone_new_local();
	self->holidays = offhook_config_get_list(config, section->name, "holidays");
	self->closed_message = offhook_assistant_config_dup(section, "closed-message");
	offhook_conduct_parse(&self->when_closed,
			      offhook_config_get_string(config, section->name, "when-closed"),
			      "message");
	offhook_conduct_parse(&self->on_failure,
			      offhook_config_get_string(config, section->name, "on-failure"),
			      "apologise");
	self->failure_limit = offhook_config_get_integer(config, section->name, "failure-limit");
}

gboolean
offhook_assistant_config_is_open(const OffhookAssistantConfig *self, gint64 unix_us)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(unix_us / G_USEC_PER_SEC);
	g_autoptr(GDateTime) now = g_date_time_to_timezone(utc, self->timezone);
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%d");
	const char *const *holidays = (const char *const *)self->holidays;

	if (g_strv_contains(holidays, date) || g_strv_contains(holidays, date + strlen("2026-")))
		return FALSE;
	return self->hours == NULL ||
	       offhook_opening_hours_is_open(
		   self->hours, (guint)g_date_time_get_day_of_week(now),
		   (guint)(g_date_time_get_hour(now) * 60 + g_date_time_get_minute(now)));
}

/* (transfer full) */
static char *
offhook_assistant_config_remark_on(const char *name)
{
	g_autofree char *hint = offhook_nearest_hint(name, offhook_prompt_get_names());

	return g_strdup_printf("{%s} is no name that is known%s: it stays as it is, unless the "
			       "conversation has a variable \"%s\"; {variables.%s} is empty then",
			       name, hint, name, name);
}

char **
offhook_assistant_config_review_prompt(const OffhookAssistantConfig *self)
{
	g_auto(GStrv) unknown =
	    offhook_prompt_list_unknown(self->prompt != NULL ? self->prompt : "");
	g_autoptr(GStrvBuilder) remarks = g_strv_builder_new();

	for (char **name = unknown; *name != NULL; name++) {
		g_autofree char *remark = offhook_assistant_config_remark_on(*name);

		g_strv_builder_add(remarks, remark);
	}
	return g_strv_builder_end(remarks);
}

OffhookAssistantConfig *
offhook_assistant_config_new(OffhookConfig *config, OffhookConfigSection *section)
{
	OffhookAssistantConfig *self = g_new0(OffhookAssistantConfig, 1);
	GHashTableIter iter;
	gpointer key, value;

	self->name = g_strdup(strchr(section->name, ':') + 1);
	self->driver = offhook_assistant_config_dup(section, "driver");
	self->number = offhook_assistant_config_dup(section, "number");
	self->agents = offhook_config_get_list(config, section->name, "agents");
	self->tools = offhook_config_get_list(config, section->name, "tools");
	self->sms_to = offhook_config_get_list(config, section->name, "sms-to");
	self->stt = offhook_config_get_list(config, section->name, "stt");
	self->tts = offhook_config_get_list(config, section->name, "tts");
	self->llm = offhook_config_get_list(config, section->name, "llm");
	self->embed = offhook_config_get_list(config, section->name, "embed");
	self->last_voice = offhook_config_get_list(config, section->name, "last-voice");
	self->stt_timeout_ms = offhook_config_get_integer(config, section->name, "stt-timeout-ms");
	self->tts_timeout_ms = offhook_config_get_integer(config, section->name, "tts-timeout-ms");
	self->llm_timeout_ms = offhook_config_get_integer(config, section->name, "llm-timeout-ms");
	self->embed_timeout_ms =
	    offhook_config_get_integer(config, section->name, "embed-timeout-ms");
	self->stall_timeout_ms =
	    offhook_config_get_integer(config, section->name, "stall-timeout-ms");
	self->greeting = offhook_assistant_config_dup(section, "greeting");
	self->language = offhook_assistant_config_dup(section, "language");
	offhook_assistant_config_set_voices(self, section);
	self->prompt = offhook_assistant_config_dup(section, "prompt");
	self->interruptible = offhook_config_get_boolean(config, section->name, "interruptible");
	self->learn_pauses = offhook_config_get_boolean(config, section->name, "learn-pauses");
	self->mute_greeting = offhook_config_get_boolean(config, section->name, "mute-greeting");
	self->mute_tools = offhook_config_get_boolean(config, section->name, "mute-tools");
	self->speculate = offhook_config_get_boolean(config, section->name, "speculate");
	self->filler_after_ms =
	    offhook_config_get_integer(config, section->name, "filler-after-ms");
	self->filler_sounds = offhook_assistant_config_split(section, "filler-sounds");
	self->filler_phrases = offhook_assistant_config_split(section, "filler-phrases");
	self->apology = offhook_assistant_config_split(section, "apology");
	self->answer_timeout_ms =
	    offhook_config_get_integer(config, section->name, "answer-timeout-ms");
	self->machine_message = offhook_assistant_config_dup(section, "machine-message");
	self->on_machine = offhook_assistant_config_get_conduct(
	    offhook_config_get_string(config, section->name, "on-machine"));
	self->max_duration_s = offhook_config_get_integer(config, section->name, "max-duration");
	self->max_cost_per_call =
	    offhook_config_get_number(config, section->name, "max-cost-per-call");
	self->max_cost_per_day =
	    offhook_config_get_number(config, section->name, "max-cost-per-day");
	self->limit_message = offhook_assistant_config_dup(section, "limit-message");
	self->recording = offhook_assistant_config_dup(section, "recording");
	offhook_assistant_config_set_hours(self, config, section);
	self->built_in = section->built_in;
	self->options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)g_hash_table_unref);
	g_hash_table_iter_init(&iter, section->values);
	while (g_hash_table_iter_next(&iter, &key, &value))
		if (strchr(key, '.') != NULL)
			offhook_assistant_config_add_option(self, config, key,
							    ((OffhookConfigValue *)value)->text);
	return self;
}

void
offhook_assistant_config_free(gpointer data)
{
	OffhookAssistantConfig *self = data;

	g_free(self->name);
	g_free(self->driver);
	g_free(self->number);
	g_strfreev(self->agents);
	g_strfreev(self->tools);
	g_strfreev(self->sms_to);
	g_strfreev(self->stt);
	g_strfreev(self->tts);
	g_strfreev(self->last_voice);
	g_strfreev(self->llm);
	g_strfreev(self->embed);
	g_free(self->greeting);
	g_free(self->language);
	g_hash_table_unref(self->voices);
	g_free(self->prompt);
	g_strfreev(self->filler_sounds);
	g_strfreev(self->filler_phrases);
	g_strfreev(self->apology);
	g_free(self->machine_message);
	g_free(self->limit_message);
	g_free(self->recording);
	offhook_opening_hours_free(self->hours);
	g_time_zone_unref(self->timezone);
	g_strfreev(self->holidays);
	g_free(self->closed_message);
	offhook_conduct_clear(&self->when_closed);
	offhook_conduct_clear(&self->on_failure);
	g_hash_table_unref(self->options);
	g_free(self);
}

GHashTable *
offhook_assistant_config_get_options(const OffhookAssistantConfig *self, const char *plugin)
{
	return g_hash_table_lookup(self->options, plugin);
}

/* The options of @base, with @model for its first language model. */
static GHashTable *
offhook_assistant_config_copy_options(const OffhookAssistantConfig *base, const char *model)
{
	GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						 (GDestroyNotify)g_hash_table_unref);
	GHashTable *own;
	GHashTableIter iter;
	gpointer name, options, value;

	g_hash_table_iter_init(&iter, base->options);
	while (g_hash_table_iter_next(&iter, &name, &options))
		g_hash_table_insert(copy, g_strdup(name), g_hash_table_ref(options));
	if (model == NULL || base->llm[0] == NULL)
		return copy;
	own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	options = g_hash_table_lookup(copy, base->llm[0]);
	if (options != NULL)
		g_hash_table_iter_init(&iter, options);
	while (options != NULL && g_hash_table_iter_next(&iter, &name, &value))
		g_hash_table_insert(own, g_strdup(name), g_strdup(value));
	g_hash_table_insert(own, g_strdup("model"), g_strdup(model));
	g_hash_table_insert(copy, g_strdup(base->llm[0]), own);
	return copy;
}

/* Where the names of plugins stand; without some of them an assistant is none. */
static const struct {
	const char *key;
	OffhookPluginKind kind;
	gboolean needed; /* if it has any, it does not do without */
	gsize offset;
} offhook_assistant_config_lists[] = {
    {"agents", OFFHOOK_PLUGIN_AGENT, TRUE, G_STRUCT_OFFSET(OffhookAssistantConfig, agents)},
    {"tools", OFFHOOK_PLUGIN_AGENT, FALSE, G_STRUCT_OFFSET(OffhookAssistantConfig, tools)},
    {"stt", OFFHOOK_PLUGIN_ENGINE, TRUE, G_STRUCT_OFFSET(OffhookAssistantConfig, stt)},
    {"tts", OFFHOOK_PLUGIN_ENGINE, TRUE, G_STRUCT_OFFSET(OffhookAssistantConfig, tts)},
    {"llm", OFFHOOK_PLUGIN_ENGINE, TRUE, G_STRUCT_OFFSET(OffhookAssistantConfig, llm)},
    {"embed", OFFHOOK_PLUGIN_ENGINE, FALSE, G_STRUCT_OFFSET(OffhookAssistantConfig, embed)},
};

/* @base with lists, prompt and options of its own. (transfer full) */
static OffhookAssistantConfig *
offhook_assistant_config_copy(const OffhookAssistantConfig *base, const char *model)
{
	OffhookAssistantConfig *self = g_memdup2(base, sizeof(*base));

	for (guint i = 0; i < G_N_ELEMENTS(offhook_assistant_config_lists); i++) {
		char ***list = G_STRUCT_MEMBER_P(self, offhook_assistant_config_lists[i].offset);

		*list = g_strdupv(*list);
	}
	self->prompt = g_strdup(base->prompt);
	self->options = offhook_assistant_config_copy_options(base, model);
	return self;
}

void
offhook_assistant_config_free_copy(OffhookAssistantConfig *self)
{
	if (self == NULL)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(offhook_assistant_config_lists); i++)
		g_strfreev(
		    G_STRUCT_MEMBER(char **, self, offhook_assistant_config_lists[i].offset));
	g_free(self->prompt);
	g_hash_table_unref(self->options);
	g_free(self);
}

OffhookAssistantConfig *
offhook_assistant_config_new_alone(const OffhookAssistantConfig *base,
				   const OffhookAssistantChange *change)
{
	const char *agents[] = {change->agent, NULL};
	OffhookAssistantConfig *self = offhook_assistant_config_copy(base, change->model);

	g_strfreev(self->agents);
	self->agents = g_strdupv((char **)agents);
	g_strfreev(self->tts);
	self->tts = g_new0(char *, 1);
	if (change->prompt != NULL) {
		g_free(self->prompt);
		self->prompt = g_strdup(change->prompt);
	}
	self->greeting = NULL;
	return self;
}

/* Takes out of @list what is off; returns how many those are. */
static guint
offhook_assistant_config_filter(char **list, OffhookPluginKind kind, OffhookPluginFilter is_off,
				gpointer data)
{
	guint n_left = 0, n_off = 0;

	for (guint i = 0; list[i] != NULL; i++) {
		if (is_off(data, kind, list[i])) {
			g_free(list[i]);
			n_off++;
		} else {
			list[n_left++] = list[i];
		}
	}
	list[n_left] = NULL;
	return n_off;
}

OffhookAssistantConfig *
offhook_assistant_config_new_without(const OffhookAssistantConfig *base, OffhookPluginFilter is_off,
				     gpointer data, GError **error)
{
	OffhookAssistantConfig *self = offhook_assistant_config_copy(base, NULL);
	guint n_off = 0;

	for (guint i = 0; i < G_N_ELEMENTS(offhook_assistant_config_lists); i++) {
		char **list =
		    G_STRUCT_MEMBER(char **, self, offhook_assistant_config_lists[i].offset);
		guint n = offhook_assistant_config_filter(
		    list, offhook_assistant_config_lists[i].kind, is_off, data);

		n_off += n;
		if (n == 0 || *list != NULL || !offhook_assistant_config_lists[i].needed)
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "all that it has for %s is switched off",
			    offhook_assistant_config_lists[i].key);
		offhook_assistant_config_free_copy(self);
		return NULL;
	}
	if (n_off > 0)
		return self;
	offhook_assistant_config_free_copy(self);
	return NULL;
}
