/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes the struct of an assistant from its checked section. Runs while a configuration is read.
 */

#include "config/assistant-config.h"

#include "config/config-private.h"

#include <string.h>

static char *
offhook_assistant_config_dup(OffhookConfigSection *section, const char *key)
{
	OffhookConfigValue *value = g_hash_table_lookup(section->values, key);

	return value != NULL ? g_strdup(value->text) : NULL;
}

gboolean
offhook_assistant_config_has_engine(const OffhookAssistantConfig *self, const char *engine)
{
	return g_strv_contains((const char *const *)self->stt, engine) ||
	       g_strv_contains((const char *const *)self->tts, engine) ||
	       g_strv_contains((const char *const *)self->llm, engine);
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
	self->stt = offhook_config_get_list(config, section->name, "stt");
	self->tts = offhook_config_get_list(config, section->name, "tts");
	self->llm = offhook_config_get_list(config, section->name, "llm");
	self->last_voice = offhook_config_get_list(config, section->name, "last-voice");
	self->stt_timeout_ms = offhook_config_get_integer(config, section->name, "stt-timeout-ms");
	self->tts_timeout_ms = offhook_config_get_integer(config, section->name, "tts-timeout-ms");
	self->llm_timeout_ms = offhook_config_get_integer(config, section->name, "llm-timeout-ms");
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
	g_strfreev(self->stt);
	g_strfreev(self->tts);
	g_strfreev(self->last_voice);
	g_strfreev(self->llm);
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
	g_hash_table_unref(self->options);
	g_free(self);
}

GHashTable *
offhook_assistant_config_get_options(const OffhookAssistantConfig *self, const char *plugin)
{
	return g_hash_table_lookup(self->options, plugin);
}
