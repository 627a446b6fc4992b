/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opens plugins. The numbers of the descriptor are read from the file before the dynamic linker
 * sees it, so that not even the constructors of an unfit plugin run. Main thread only.
 */

#include "plugin/loader.h"

#include "config/config-plugins.h"
#include "config/normalise.h"
#include "config/schema.h"
#include "plugin/elf-check.h"
#include "plugin/plugin.h"

#include <offhook/error.h>

#include <gmodule.h>
#include <stddef.h>
#include <string.h>

#define OFFHOOK_PLUGIN_SETTINGS_MAX 128
#define OFFHOOK_PLUGIN_TEXT_MAX     512

static gboolean offhook_plugin_loader_fail(GError **error, OffhookError code, const char *format,
					   ...) G_GNUC_PRINTF(3, 4);

static gboolean
offhook_plugin_loader_fail(GError **error, OffhookError code, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, OFFHOOK_ERROR, code, text);
	return FALSE;
}

/* The part of the descriptor that holds in any ABI: magic, versions, kind. */
static gboolean
offhook_plugin_loader_check_numbers(const OffhookPluginInfo *info, guint kind, GError **error)
{
	if (info->magic != OFFHOOK_PLUGIN_MAGIC)
		return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_INCOMPATIBLE,
						  "its " OFFHOOK_PLUGIN_SYMBOL
						  " has magic 0x%08x, expected 0x%08x",
						  info->magic, OFFHOOK_PLUGIN_MAGIC);
	if (info->abi_major != OFFHOOK_PLUGIN_ABI_MAJOR ||
	    info->abi_minor > OFFHOOK_PLUGIN_ABI_MINOR)
		return offhook_plugin_loader_fail(
		    error, OFFHOOK_ERROR_INCOMPATIBLE,
		    "built for plugin ABI %u.%u, this daemon offers %u.%u", info->abi_major,
		    info->abi_minor, OFFHOOK_PLUGIN_ABI_MAJOR, OFFHOOK_PLUGIN_ABI_MINOR);
	if (info->kind > OFFHOOK_PLUGIN_AGENT)
		return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_INCOMPATIBLE,
						  "plugin kind %u is unknown", info->kind);
	if (kind != OFFHOOK_PLUGIN_KIND_UNKNOWN && info->kind != kind)
		return offhook_plugin_loader_fail(
		    error, OFFHOOK_ERROR_INCOMPATIBLE,
		    "a plugin of kind %s where those of kind %s belong",
		    offhook_plugin_kind_to_string(info->kind), offhook_plugin_kind_to_string(kind));
	return TRUE;
}

gboolean
offhook_plugin_loader_inspect(const OffhookPluginFile *file, guint kind, GError **error)
{
	OffhookPluginInfo info = {0};
	gsize size;
	const guint8 *data = g_bytes_get_data(file->data, &size);
	const guint8 *numbers;

	if (!offhook_elf_check(data, size, error))
		return FALSE;
	numbers = offhook_elf_find_object(data, size, OFFHOOK_PLUGIN_SYMBOL, sizeof info);
	if (numbers == NULL)
		return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_INCOMPATIBLE,
						  "not an Offhook plugin: it exports no "
						  "constant " OFFHOOK_PLUGIN_SYMBOL);
	memcpy(&info, numbers, offsetof(OffhookPluginInfo, name));
	return offhook_plugin_loader_check_numbers(&info, kind, error);
}

static gboolean
offhook_plugin_loader_is_text(const char *text)
{
	return text != NULL && *text != '\0' &&
	       strnlen(text, OFFHOOK_PLUGIN_TEXT_MAX + 1) <= OFFHOOK_PLUGIN_TEXT_MAX &&
	       g_utf8_validate(text, -1, NULL);
}

/* [a-z][a-z0-9-]*: what a key in a file may be called */
static gboolean
offhook_plugin_loader_is_key(const char *name)
{
	return offhook_plugin_loader_is_text(name) && g_ascii_islower(*name) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

static gboolean
offhook_plugin_loader_check_setting(const OffhookPluginInfo *info, const OffhookSetting *setting,
				    GError **error)
{
	const OffhookSetting *twin = info->settings;

	if (!offhook_plugin_loader_is_key(setting->name))
		return offhook_plugin_loader_fail(
		    error, OFFHOOK_ERROR_FORMAT,
		    "a setting's name is not made of lower-case words joined by -");
	for (const OffhookSetting *s = offhook_schema_get_own_settings(info->kind); s->name != NULL;
	     s++)
		if (g_str_equal(s->name, setting->name))
			return offhook_plugin_loader_fail(
			    error, OFFHOOK_ERROR_FORMAT,
			    "setting %s is the daemon's own; expected another name", s->name);
	while (!g_str_equal(twin->name, setting->name))
		twin++;
	if (twin != setting)
		return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_FORMAT,
						  "setting %s is declared twice", setting->name);
	if ((guint)setting->type > OFFHOOK_SETTING_PATH ||
	    !offhook_plugin_loader_is_text(setting->help))
		return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_FORMAT,
						  "setting %s lacks a known type or its help",
						  setting->name);
	if (setting->type == OFFHOOK_SETTING_CHOICE &&
	    !offhook_plugin_loader_is_text(setting->choices))
		return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_FORMAT,
						  "setting %s has nothing to choose from",
						  setting->name);
	return setting->default_value == NULL ||
	       offhook_setting_check(setting, "default", setting->default_value, error);
}

static gboolean
offhook_plugin_loader_check_info(const OffhookPluginInfo *info, guint kind, GError **error)
{
	guint n = 0;

	if (!offhook_plugin_loader_check_numbers(info, kind, error))
		return FALSE;
	if (info->name == NULL || !offhook_normalise_is_plugin_name(info->name))
		return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_FORMAT,
						  "its name is not [a-z][a-z0-9-]{0,31}");
	if (!offhook_plugin_loader_is_text(info->version) ||
	    !offhook_plugin_loader_is_text(info->license) ||
	    !offhook_plugin_loader_is_text(info->summary) || info->get_type == NULL)
		return offhook_plugin_loader_fail(
		    error, OFFHOOK_ERROR_FORMAT,
		    "its descriptor lacks version, license, summary or type");
	for (const OffhookSetting *s = info->settings; s != NULL && s->name != NULL; s++) {
		if (++n > OFFHOOK_PLUGIN_SETTINGS_MAX)
			return offhook_plugin_loader_fail(error, OFFHOOK_ERROR_FORMAT,
							  "its table of settings has no end");
		if (!offhook_plugin_loader_check_setting(info, s, error))
			return FALSE;
	}
	return TRUE;
}

/* What the linker says, without the name under which it saw the file. */
static void
offhook_plugin_loader_set_linker_error(GError **error, const char *exposed)
{
	const char *text = g_module_error();
	gsize length = strlen(exposed);

	if (text == NULL)
		text = "refused by the dynamic linker";
	if (strncmp(text, exposed, length) == 0 && g_str_has_prefix(text + length, ": "))
		text += length + 2;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE, "can't be linked: %s", text);
}

/* (nullable): the descriptor, in memory for good */
static const OffhookPluginInfo *
offhook_plugin_loader_map(OffhookPluginFile *file, GError **error)
{
	g_autofree char *exposed = offhook_plugin_file_expose(file, error);
	gpointer symbol = NULL;
	GModule *module;

	if (exposed == NULL)
		return NULL;
	/* Not lazy: a symbol that is missing is to be noticed now, not in a call. */
	module = g_module_open(exposed, G_MODULE_BIND_LOCAL);
	if (module == NULL) {
		offhook_plugin_loader_set_linker_error(error, exposed);
		return NULL;
	}
	g_module_make_resident(module);
	offhook_plugin_file_keep(file);
	if (!g_module_symbol(module, OFFHOOK_PLUGIN_SYMBOL, &symbol) || symbol == NULL) {
		offhook_plugin_loader_set_linker_error(error, exposed);
		return NULL;
	}
	return symbol;
}

const OffhookPluginInfo *
offhook_plugin_loader_open(OffhookPluginFile *file, guint kind, GError **error)
{
	/*
	 * What is mapped stays mapped, so the same content must not be mapped again: its types are
	 * registered under their names already. Digest -> OffhookPluginInfo.
	 */
	static GHashTable *mapped = NULL;
	const OffhookPluginInfo *info;

	if (mapped == NULL)
		mapped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!offhook_plugin_loader_inspect(file, kind, error))
		return NULL;
	info = g_hash_table_lookup(mapped, file->digest);
	if (info == NULL) {
		info = offhook_plugin_loader_map(file, error);
		if (info == NULL)
			return NULL;
		g_hash_table_insert(mapped, g_strdup(file->digest), (gpointer)info);
	}
	return offhook_plugin_loader_check_info(info, kind, error) ? info : NULL;
}

GObject *
offhook_plugin_loader_instantiate(const OffhookPluginInfo *info, GError **error)
{
	const GType bases[] = {
	    [OFFHOOK_PLUGIN_DRIVER] = OFFHOOK_TYPE_DRIVER,
	    [OFFHOOK_PLUGIN_ENGINE] = OFFHOOK_TYPE_ENGINE,
	    [OFFHOOK_PLUGIN_AGENT] = OFFHOOK_TYPE_AGENT,
	};
	GType type = info->get_type();

	if (type == 0 || type == bases[info->kind] || !g_type_is_a(type, bases[info->kind]) ||
	    G_TYPE_IS_ABSTRACT(type)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE,
			    "its type %s is not a class derived from %s",
			    type != 0 ? g_type_name(type) : "0", g_type_name(bases[info->kind]));
		return NULL;
	}
	return g_object_new(type, NULL);
}
