/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks what the reader gathered against the schema, brings values into their one form and fills
 * in the defaults. A value that is wrong is reported and dropped, so that later stages may read
 * everything. Runs in the thread that reads.
 */

#include "config/config-private.h"
#include "config/nearest.h"
#include "config/supabase.h"

#include <string.h>

#define OFFHOOK_STATE_DIR_VARIABLE "${state-dir}"

/* HOST and PORT replace the halves of [server] listen. */
static void
offhook_config_check_apply_listen(OffhookConfig *self)
{
	OffhookConfigValue *host = offhook_config_find_variable(self, "HOST");
	OffhookConfigValue *port = offhook_config_find_variable(self, "PORT");
	OffhookConfigValue *listen = offhook_config_find_value(self, "server", "listen");
	g_autofree char *old_host = g_strdup("127.0.0.1");
	g_autofree char *new_port = NULL;
	g_autofree char *text = NULL;
	guint16 old_port = 3000;
	const char *address;

	if (host == NULL && port == NULL)
		return;
	if (listen != NULL) {
		g_clear_pointer(&old_host, g_free);
		/* What is wrong in the file is to be reported as that. */
		if (!offhook_normalise_split_listen(listen->text, &old_host, &old_port))
			return;
	}
	address = host != NULL ? host->text : old_host;
	new_port = port != NULL ? g_strdup(port->text) : g_strdup_printf("%u", old_port);
	text =
	    g_strdup_printf(strchr(address, ':') != NULL && *address != '[' ? "[%s]:%s" : "%s:%s",
			    address, new_port);
	offhook_config_set_value(self, "server", "listen", text,
				 port != NULL ? port->origin : host->origin);
}

static void
offhook_config_check_apply_debug(OffhookConfig *self)
{
	static const char *const off[] = {"0", "false", "no", "off", NULL};
	OffhookConfigValue *debug = offhook_config_find_variable(self, "DEBUG");
	g_autofree char *lower = debug != NULL ? g_ascii_strdown(debug->text, -1) : NULL;

	if (lower != NULL && !g_strv_contains(off, lower))
		offhook_config_set_value(self, "log", "level", "debug", debug->origin);
}

static void
offhook_config_check_apply_variables(OffhookConfig *self)
{
	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++) {
		for (const OffhookSchemaKey *k = s->keys; k->setting.name != NULL; k++) {
			OffhookConfigValue *value =
			    k->setting.env != NULL
				? offhook_config_find_variable(self, k->setting.env)
				: NULL;

			if (value != NULL)
				offhook_config_set_value(self, s->name, k->setting.name,
							 value->text, value->origin);
		}
	}
	offhook_config_check_apply_listen(self);
	offhook_config_check_apply_debug(self);
}

char *
offhook_config_expand(OffhookConfig *self, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, OFFHOOK_STATE_DIR_VARIABLE, -1);

	return g_strjoinv(self->state_dir, parts);
}

/* (transfer full) (nullable): the value in its one form, or a problem */
static char *
offhook_config_check_value(OffhookConfig *self, const char *section, const OffhookSchemaKey *key,
			   const OffhookConfigValue *value)
{
	gboolean secret = key->setting.flags & OFFHOOK_SETTING_SECRET;
	g_autofree char *text = NULL;
	g_autoptr(GError) local = NULL;
	char *normal;

	if (!offhook_setting_check(&key->setting, section, value->text, &local)) {
		offhook_problems_add(self->problems, "%s: %s", value->origin, local->message);
		return NULL;
	}
	if (key->setting.type != OFFHOOK_SETTING_PATH && key->normalise == NULL)
		return g_strdup(value->text);
	text = offhook_config_expand(self, value->text);
	if (key->setting.type == OFFHOOK_SETTING_PATH)
		return g_canonicalize_filename(text, self->directory);
	normal = key->normalise(text, self->directory, &local);
	if (normal == NULL)
		offhook_problems_add(self->problems, "%s: [%s] %s: %s%s%s is not %s", value->origin,
				     section, key->setting.name, secret ? "" : "\"",
				     secret ? "the value" : value->text, secret ? "" : "\"",
				     local->message);
	return normal;
}

/* Takes what is in a file of its own for the value of KEY, unless a variable is. */
static void
offhook_config_check_take_secret(OffhookConfig *self, const OffhookSchemaSection *schema,
				 OffhookConfigSection *section, const OffhookSchemaKey *key)
{
	const char *name = key->setting.name;
	const OffhookConfigValue *direct = g_hash_table_lookup(section->values, name);
	g_autofree char *file_key = g_strconcat(name, "-file", NULL);
	g_autofree char *credential = g_strdup_printf("%s.%s", section->name, name);
	OffhookConfigValue *secret;

	/* Where the section has such a key of its own, it is not for us. */
	if (!(key->setting.flags & OFFHOOK_SETTING_SECRET) ||
	    offhook_schema_find_key(schema, file_key) != NULL ||
	    (key->setting.env != NULL &&
	     offhook_config_find_variable(self, key->setting.env) != NULL))
		return;
	if (direct != NULL && *direct->text == '\0')
		direct = NULL;
	secret = offhook_config_find_secret(
	    self, section->name, name, g_strdelimit(credential, ":", '.'), direct, self->problems);
	if (secret == NULL)
		return;
	offhook_config_set_value(self, section->name, name, secret->text, secret->origin);
	offhook_config_value_free(secret);
}

/* Every key of @schema ends up right, at its default, or absent. */
static void
offhook_config_check_section(OffhookConfig *self, const OffhookSchemaSection *schema,
			     OffhookConfigSection *section)
{
	for (const OffhookSchemaKey *k = schema->keys; k->setting.name != NULL; k++)
		offhook_config_check_take_secret(self, schema, section, k);
	for (const OffhookSchemaKey *k = schema->keys; k->setting.name != NULL; k++) {
		OffhookConfigValue *value = g_hash_table_lookup(section->values, k->setting.name);
		/* An empty value is how one says "the default" over an earlier file. */
		gboolean given = value != NULL && *value->text != '\0';
		g_autofree char *text =
		    given ? offhook_config_check_value(self, section->name, k, value) : NULL;
		g_autofree char *origin =
		    text != NULL ? g_strdup(value->origin) : g_strdup(OFFHOOK_SCHEMA_DEFAULT);

		if (!given && k->setting.flags & OFFHOOK_SETTING_REQUIRED)
			offhook_problems_add(self->problems, "%s: [%s] %s is missing: %s",
					     section->origin, section->name, k->setting.name,
					     k->setting.help);
		if (text == NULL && k->setting.default_value != NULL)
			text = offhook_config_expand(self, k->setting.default_value);
		if (text != NULL)
			offhook_config_set_value(self, section->name, k->setting.name, text,
						 origin);
		else
			g_hash_table_remove(section->values, k->setting.name);
	}
}

static gboolean
offhook_config_check_is_driver(OffhookConfig *self, OffhookConfigSection *section, const char *name)
{
	g_autofree char *driver = g_strconcat("driver:", name, NULL);
	OffhookConfigValue *own = offhook_config_find_value(self, section->name, "driver");

	return (own != NULL && g_str_equal(own->text, name)) ||
	       offhook_config_find_section(self, driver) != NULL;
}

static gboolean
offhook_config_check_is_engine(OffhookConfig *self, OffhookConfigSection *section, const char *name)
{
	static const char *const roles[] = {"stt", "tts", "llm"};

	for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
		g_auto(GStrv) names = offhook_config_get_list(self, section->name, roles[i]);

		if (g_strv_contains((const char *const *)names, name))
			return TRUE;
	}
	return FALSE;
}

/*
 * "dialog.file" of an assistant is for its agent `dialog`, "flite.voice" for its engine `flite`,
 * "acme.mode" for calls of the driver `acme`.
 */
static void
offhook_config_check_agent_key(OffhookConfig *self, OffhookConfigSection *section, const char *key,
			       const char *origin)
{
	g_autofree char *agent = g_strndup(key, strchr(key, '.') - key);
	g_auto(GStrv) agents = offhook_config_get_list(self, section->name, "agents");
	g_autofree char *hint = NULL;

	if (g_strv_contains((const char *const *)agents, agent) ||
	    offhook_config_check_is_engine(self, section, agent) ||
	    offhook_config_check_is_driver(self, section, agent))
		return;
	hint = offhook_nearest_hint(agent, (const char *const *)agents);
	offhook_problems_add(self->problems,
			     "%s: [%s] %s: \"%s\" is neither one of its agents or engines nor a "
			     "driver with a section%s",
			     origin, section->name, key, agent, hint);
}

/* "url-file" where `url` is a secret. */
static gboolean
offhook_config_check_is_secret_file(const OffhookSchemaSection *schema, const char *key)
{
	g_autofree char *name = offhook_config_dup_secret_name(key);
	const OffhookSchemaKey *secret =
	    name != NULL ? offhook_schema_find_key(schema, name) : NULL;

	return secret != NULL && secret->setting.flags & OFFHOOK_SETTING_SECRET;
}

/* (transfer full): what many expect goes by another name; else the nearest */
static char *
offhook_config_hint_key(const char *section, const char *key, const char *const *known)
{
	if (g_str_equal(section, "server") &&
	    (g_str_equal(key, "port") || g_str_equal(key, "host")))
		return g_strdup(" (did you mean \"listen\", as in listen=127.0.0.1:3000?)");
	return offhook_nearest_hint(key, known);
}

static void
offhook_config_check_unknown_keys(OffhookConfig *self, const OffhookSchemaSection *schema,
				  OffhookConfigSection *section)
{
	g_autofree const char **known = offhook_schema_list_keys(schema);
	g_autoptr(GList) keys = g_hash_table_get_keys(section->values);

	keys = g_list_sort(keys, (GCompareFunc)strcmp);
	for (GList *l = keys; l != NULL; l = l->next) {
		const char *key = l->data;
		const OffhookConfigValue *value = g_hash_table_lookup(section->values, key);
		g_autofree char *hint = NULL;

		if (offhook_schema_find_key(schema, key) != NULL ||
		    offhook_config_check_is_secret_file(schema, key))
			continue;
		if (schema->named && strchr(key, '.') != NULL) {
			offhook_config_check_agent_key(self, section, key, value->origin);
			continue;
		}
		hint = offhook_config_hint_key(section->name, key, known);
		offhook_problems_add(self->problems, "%s: [%s] has no key \"%s\"%s", value->origin,
				     section->name, key, hint);
	}
}

static void
offhook_config_check_section_name(OffhookConfig *self, OffhookConfigSection *section)
{
	const OffhookSchemaSection *schema = offhook_schema_find_section(section->name);
	const char *name = NULL;
	OffhookPluginKind kind;
	g_autofree char *hint = NULL;

	if (offhook_schema_split_plugin_section(section->name, &kind, &name)) {
		if (!offhook_normalise_is_plugin_name(name))
			offhook_problems_add(self->problems,
					     "%s: [%s]: \"%s\" can't be a plugin's name (a-z, 0-9, "
					     "-, at most 32)",
					     section->origin, section->name, name);
		return;
	}
	if (schema == NULL) {
		hint = offhook_schema_hint_section(section->name);
		offhook_problems_add(self->problems, "%s: there is no section [%s]%s",
				     section->origin, section->name, hint);
		return;
	}
	name = schema->named ? strchr(section->name, ':') + 1 : NULL;
	if (name != NULL && (*name == '\0' || strlen(name) > 64 || strpbrk(name, ":.") != NULL))
		offhook_problems_add(self->problems,
				     "%s: [%s]: expected a name of letters, digits, - and _ after "
				     "the colon",
				     section->origin, section->name);
}

static const char *
offhook_config_check_get_origin(OffhookConfig *self, const char *section, const char *key)
{
	return offhook_config_find_value(self, section, key)->origin;
}

/* What concerns more than one key. */
static void
offhook_config_check_together(OffhookConfig *self)
{
	const char *certificate = offhook_config_get_string(self, "server", "tls-certificate");
	const char *key = offhook_config_get_string(self, "server", "tls-key");

	if (g_str_equal(offhook_config_get_string(self, "server", "auth"), "none") &&
	    !offhook_config_is_loopback(self))
		offhook_problems_add(self->problems,
				     "%s: [server] auth: \"none\" is only for a listen address "
				     "that nothing but this machine can reach, not %s",
				     offhook_config_check_get_origin(self, "server", "auth"),
				     offhook_config_get_string(self, "server", "listen"));
	if ((certificate == NULL) != (key == NULL))
		offhook_problems_add(
		    self->problems, "%s: [server] %s is missing: one needs the other",
		    offhook_config_check_get_origin(
			self, "server", certificate != NULL ? "tls-certificate" : "tls-key"),
		    certificate != NULL ? "tls-key" : "tls-certificate");
}

/* One that is not there yet is waited for, so this is no problem; but it may be a slip. */
static void
offhook_config_check_plugin_path(OffhookConfig *self)
{
	const char *path = offhook_config_get_string(self, "plugins", "path");
	g_auto(GStrv) folders = g_strsplit(path != NULL ? path : "", ":", -1);

	for (char **folder = folders; *folder != NULL; folder++)
		if (**folder != '\0' && !g_file_test(*folder, G_FILE_TEST_IS_DIR))
			offhook_config_add_notice(
			    self,
			    "%s: [plugins] path: \"%s\" is no folder, expected one that holds "
			    "plugins (*.so), or drivers/, engines/ and agents/ with them; until it "
			    "is there nothing comes from it",
			    offhook_config_check_get_origin(self, "plugins", "path"), *folder);
}

/* Before the others: their defaults are made of it. */
static void
offhook_config_check_state_dir(OffhookConfig *self)
{
	OffhookConfigValue *value = offhook_config_find_value(self, "server", "state-dir");

	if (value == NULL || *value->text == '\0')
		return;
	g_free(self->state_dir);
	self->state_dir = g_canonicalize_filename(value->text, self->directory);
}

void
offhook_config_check_values(OffhookConfig *self)
{
	offhook_config_check_apply_variables(self);
	offhook_config_check_state_dir(self);
	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++)
		if (!s->named)
			offhook_config_ensure_section(self, s->name, OFFHOOK_SCHEMA_DEFAULT);
	for (guint i = 0; i < self->order->len; i++) {
		OffhookConfigSection *section = g_ptr_array_index(self->order, i);
		const OffhookSchemaSection *schema = offhook_schema_find_section(section->name);

		offhook_config_check_section_name(self, section);
		if (schema == NULL)
			continue;
		offhook_config_check_section(self, schema, section);
		offhook_config_check_unknown_keys(self, schema, section);
	}
	offhook_config_check_together(self);
	offhook_config_check_plugin_path(self);
	offhook_supabase_check(self);
}
