/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The snapshot itself: its life and its answers. Filled by one thread (config-reader.c,
 * config-check.c, config-plugins.c), read by any.
 */

#include "config/config.h"

#include "config/config-private.h"

#include <string.h>

void
offhook_config_value_free(gpointer data)
{
	OffhookConfigValue *value = data;

	g_free(value->text);
	g_free(value->origin);
	g_free(value);
}

static void
offhook_config_section_free(gpointer data)
{
	OffhookConfigSection *section = data;

	g_free(section->name);
	g_free(section->origin);
	g_hash_table_unref(section->values);
	g_free(section);
}

OffhookConfigValue *
offhook_config_value_new(const char *text, const char *origin)
{
	OffhookConfigValue *value = g_new0(OffhookConfigValue, 1);

	value->text = g_strdup(text);
	value->origin = g_strdup(origin);
	return value;
}

OffhookConfigSection *
offhook_config_find_section(OffhookConfig *self, const char *name)
{
	return g_hash_table_lookup(self->sections, name);
}

OffhookConfigSection *
offhook_config_ensure_section(OffhookConfig *self, const char *name, const char *origin)
{
	OffhookConfigSection *section = offhook_config_find_section(self, name);

	if (section != NULL)
		return section;
	section = g_new0(OffhookConfigSection, 1);
	section->name = g_strdup(name);
	section->origin = g_strdup(origin);
	section->values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, offhook_config_value_free);
	g_hash_table_insert(self->sections, section->name, section);
	g_ptr_array_add(self->order, section);
	return section;
}

OffhookConfigValue *
offhook_config_find_value(OffhookConfig *self, const char *section, const char *key)
{
	OffhookConfigSection *found = offhook_config_find_section(self, section);

	return found != NULL ? g_hash_table_lookup(found->values, key) : NULL;
}

void
offhook_config_set_value(OffhookConfig *self, const char *section, const char *key,
			 const char *text, const char *origin)
{
	OffhookConfigSection *where = offhook_config_ensure_section(self, section, origin);

	g_hash_table_insert(where->values, g_strdup(key), offhook_config_value_new(text, origin));
}

OffhookConfigValue *
offhook_config_find_variable(OffhookConfig *self, const char *name)
{
	OffhookConfigValue *value = g_hash_table_lookup(self->environment, name);

	return value != NULL && *value->text != '\0' ? value : NULL;
}

void
offhook_config_add_problem(OffhookConfig *self, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list arguments;

	g_return_if_fail(!self->finished);
	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	offhook_problems_add(self->problems, "%s", line);
}

void
offhook_config_add_notice(OffhookConfig *self, const char *format, ...)
{
	va_list arguments;

	if (self->notices->len >= OFFHOOK_PROBLEMS_MAX)
		return;
	va_start(arguments, format);
	g_ptr_array_add(self->notices, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

void
offhook_config_add_refusal(OffhookConfig *self, const char *line)
{
	if (self->tolerant)
		offhook_config_add_notice(self, "%s", line);
	else
		offhook_config_add_problem(self, "%s", line);
}

static OffhookConfig *
offhook_config_new(void)
{
	OffhookConfig *self = g_new0(OffhookConfig, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->environment =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, offhook_config_value_free);
	self->sections =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offhook_config_section_free);
	self->order = g_ptr_array_new();
	self->assistants = g_ptr_array_new_with_free_func(offhook_assistant_config_free);
	self->problems = offhook_problems_new();
	self->notices = g_ptr_array_new_with_free_func(g_free);
	return self;
}

/* Whom an assistant hands over to must be another one. */
static void
offhook_config_check_conduct(OffhookConfig *self, const OffhookAssistantConfig *assistant,
			     const char *key, const OffhookConduct *conduct)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);
	const OffhookConfigValue *value = offhook_config_find_value(self, section, key);

	if (conduct->type != OFFHOOK_CONDUCT_ASSISTANT ||
	    (offhook_config_find_assistant(self, conduct->target) != NULL &&
	     !g_str_equal(conduct->target, assistant->name)))
		return;
	offhook_config_add_problem(self, "%s: [%s] %s: \"%s\" is not the name of another assistant",
				   value->origin, section, key, conduct->target);
}

OffhookConfig *
offhook_config_read(const OffhookConfigSource *source)
{
	static const OffhookConfigSource usual = {0};
	OffhookConfig *self = offhook_config_new();

	self->tolerant = source != NULL && source->tolerant;
	offhook_config_reader_fill(self, source != NULL ? source : &usual);
	offhook_config_check_values(self);
	for (guint i = 0; i < self->order->len; i++) {
		OffhookConfigSection *section = g_ptr_array_index(self->order, i);

		if (g_str_has_prefix(section->name, "assistant:"))
			g_ptr_array_add(self->assistants,
					offhook_assistant_config_new(self, section));
	}
	for (guint i = 0; i < self->assistants->len; i++) {
		const OffhookAssistantConfig *assistant = g_ptr_array_index(self->assistants, i);

		offhook_config_check_conduct(self, assistant, "when-closed",
					     &assistant->when_closed);
		offhook_config_check_conduct(self, assistant, "on-failure", &assistant->on_failure);
	}
	return self;
}

gboolean
offhook_config_finish(OffhookConfig *self, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GString) text = NULL;

	self->finished = TRUE;
	if (offhook_problems_to_error(self->problems, &local))
		return TRUE;
	/* What is wrong may come of them: an agent is not installed that a folder was to bring. */
	text = g_string_new(local->message);
	for (guint i = 0; i < self->notices->len; i++)
		g_string_append_printf(text, "\n%s",
				       (const char *)g_ptr_array_index(self->notices, i));
	g_set_error_literal(error, local->domain, local->code, text->str);
	return FALSE;
}

OffhookConfig *
offhook_config_load(const char *path, GError **error)
{
	OffhookConfigSource source = {.path = path};
	g_autoptr(OffhookConfig) self = offhook_config_read(&source);

	return offhook_config_finish(self, error) ? g_steal_pointer(&self) : NULL;
}

OffhookConfig *
offhook_config_ref(OffhookConfig *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_config_unref(OffhookConfig *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->path);
	g_free(self->directory);
	g_free(self->state_dir);
	g_ptr_array_unref(self->assistants);
	g_ptr_array_unref(self->order);
	g_hash_table_unref(self->sections);
	g_hash_table_unref(self->environment);
	offhook_problems_free(self->problems);
	g_ptr_array_unref(self->notices);
	g_free(self);
}

gboolean
offhook_config_is_tolerant(OffhookConfig *self)
{
	return self->tolerant;
}

const GPtrArray *
offhook_config_get_notices(OffhookConfig *self)
{
	return self->notices;
}

const char *
offhook_config_get_path(OffhookConfig *self)
{
	return self->path;
}

const char *
offhook_config_get_directory(OffhookConfig *self)
{
	return self->directory;
}

const char *
offhook_config_get_state_dir(OffhookConfig *self)
{
	return self->state_dir;
}

const char *
offhook_config_get_string(OffhookConfig *self, const char *section, const char *key)
{
	const OffhookSchemaSection *schema = offhook_schema_find_section(section);
	OffhookConfigValue *value;

	g_return_val_if_fail(schema != NULL && offhook_schema_find_key(schema, key) != NULL, NULL);
	value = offhook_config_find_value(self, section, key);
	return value != NULL ? value->text : NULL;
}

gint64
offhook_config_get_integer(OffhookConfig *self, const char *section, const char *key)
{
	const char *text = offhook_config_get_string(self, section, key);

	return text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
}

double
offhook_config_get_number(OffhookConfig *self, const char *section, const char *key)
{
	const char *text = offhook_config_get_string(self, section, key);

	return text != NULL ? g_ascii_strtod(text, NULL) : 0;
}

double
offhook_config_get_price(OffhookConfig *self, const char *section, const char *unit)
{
	g_autofree char *key = g_strconcat("price-", unit, NULL);
	const OffhookConfigValue *value = offhook_config_find_value(self, section, key);

	return value != NULL && *value->text != '\0' ? g_ascii_strtod(value->text, NULL) : -1;
}

gboolean
offhook_config_get_boolean(OffhookConfig *self, const char *section, const char *key)
{
	return g_strcmp0(offhook_config_get_string(self, section, key), "true") == 0;
}

char **
offhook_config_get_list(OffhookConfig *self, const char *section, const char *key)
{
	const char *text = offhook_config_get_string(self, section, key);

	return g_strsplit(text != NULL ? text : "", ",", -1);
}

char **
offhook_config_list_named(OffhookConfig *self, const char *section)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	g_autofree char *prefix = g_strconcat(section, ":", NULL);

	for (guint i = 0; i < self->order->len; i++) {
		const OffhookConfigSection *found = g_ptr_array_index(self->order, i);

		if (g_str_has_prefix(found->name, prefix))
			g_strv_builder_add(names, found->name + strlen(prefix));
	}
	return g_strv_builder_end(names);
}

GInetSocketAddress *
offhook_config_get_listen_address(OffhookConfig *self)
{
	g_autofree char *host = NULL;
	guint16 port = 0;

	/* The value was checked, so this can't fail. */
	if (!offhook_normalise_split_listen(offhook_config_get_string(self, "server", "listen"),
					    &host, &port))
		g_return_val_if_reached(NULL);
	return G_INET_SOCKET_ADDRESS(g_inet_socket_address_new_from_string(host, port));
}

gboolean
offhook_config_is_loopback(OffhookConfig *self)
{
	g_autoptr(GInetSocketAddress) address = offhook_config_get_listen_address(self);

	return g_inet_address_get_is_loopback(g_inet_socket_address_get_address(address));
}

const GPtrArray *
offhook_config_get_assistants(OffhookConfig *self)
{
	return self->assistants;
}

const OffhookAssistantConfig *
offhook_config_find_assistant(OffhookConfig *self, const char *name)
{
	for (guint i = 0; i < self->assistants->len; i++) {
		OffhookAssistantConfig *assistant = g_ptr_array_index(self->assistants, i);

		if (g_str_equal(assistant->name, name))
			return assistant;
	}
	return NULL;
}

const char *
offhook_config_get_voice_provider(OffhookConfig *self)
{
	const char *provider = offhook_config_get_string(self, "server", "voice-provider");

	for (guint i = 0; provider == NULL && i < self->assistants->len; i++) {
		const OffhookAssistantConfig *assistant = g_ptr_array_index(self->assistants, i);

		provider = assistant->driver;
	}
	return provider;
}

char **
offhook_config_needs_restart(OffhookConfig *old_config, OffhookConfig *new_config)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	guint n = 0;

	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++) {
		for (const OffhookSchemaKey *k = s->keys; k->setting.name != NULL; k++) {
			g_autofree char *name = NULL;

			if (!k->restart ||
			    g_strcmp0(
				offhook_config_get_string(old_config, s->name, k->setting.name),
				offhook_config_get_string(new_config, s->name, k->setting.name)) ==
				0)
				continue;
			name = g_strdup_printf("[%s] %s", s->name, k->setting.name);
			g_strv_builder_add(builder, name);
			n++;
		}
	}
	return n > 0 ? g_strv_builder_end(builder) : NULL;
}
