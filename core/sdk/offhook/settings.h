/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a plugin can be told. A plugin declares its settings in a static table; the daemon checks
 * the configuration section `[driver:NAME]`, `[engine:NAME]` or `[agent:NAME]` against it, so a
 * plugin only ever sees values that are of the declared type.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** What the value of a setting is. */
typedef enum {
	OFFHOOK_SETTING_STRING,
	OFFHOOK_SETTING_INTEGER,
	OFFHOOK_SETTING_NUMBER,
	OFFHOOK_SETTING_BOOLEAN, /* true or false */
	OFFHOOK_SETTING_CHOICE,  /* one of `choices` */
	OFFHOOK_SETTING_PATH, /* a file name; relative ones count from the configuration's folder */
} OffhookSettingType;

/** What else is to be known of a setting. */
typedef enum {
	OFFHOOK_SETTING_NONE = 0,
	OFFHOOK_SETTING_SECRET = 1 << 0,   /* never shown or logged */
	OFFHOOK_SETTING_REQUIRED = 1 << 1, /* the plugin can't work without it */
} OffhookSettingFlags;

/** One declared setting. A table of these ends with an entry whose name is %NULL. */
typedef struct {
	const char *name; /* lower-case words joined by '-' */
	OffhookSettingType type;
	OffhookSettingFlags flags;
	const char *default_value; /* (nullable): as it would be written in the file */
	/*
	 * (nullable): "a|b|c" for CHOICE, "MIN..MAX" for INTEGER, NUMBER; for STRING what the provider's
	 * own look like: "32 hex", "AC + 32 hex", "uuid", "phone" (E.164), "pem" (a private key, or the
	 * name of its file). `offhook setup` asks again for what looks otherwise; the plugin is given
	 * that, too: it may be an emulator's.
	 */
	const char *choices;
	const char *env;  /* (nullable): environment variable that sets it */
	const char *help; /* one sentence */
} OffhookSetting;

/**
 * offhook_settings_new:
 * @table: the declaration
 * @values: (nullable) (element-type utf8 utf8): what was configured, by name
 * @section: how errors call the place, e.g. "driver:loopback"
 * @error: return location; all that is wrong, one line each
 *
 * Returns: (transfer full) (nullable): immutable, reference-counted values, with the defaults
 * filled in. Any thread.
 */
OffhookSettings *offhook_settings_new(const OffhookSetting *table, GHashTable *values,
				      const char *section, GError **error);
/**
 * offhook_settings_override:
 * @values: (nullable) (element-type utf8 utf8): an assistant's own values, which count before those
 *   of @self
 * @section: how errors call the place of @values
 *
 * Returns: (transfer full) (nullable): as offhook_settings_new(); a name in @values that is not
 *   declared is an error, too
 */
OffhookSettings *offhook_settings_override(OffhookSettings *self, GHashTable *values,
					   const char *section, GError **error);
OffhookSettings *offhook_settings_ref(OffhookSettings *self);
void offhook_settings_unref(OffhookSettings *self);

/** Where they are from, e.g. "agent:crm": the plugin's own name, or what it is called there. (transfer none) */
const char *offhook_settings_get_section(OffhookSettings *self);
/** Is @name declared? */
gboolean offhook_settings_has(OffhookSettings *self, const char *name);
/**
 * offhook_settings_get_string:
 * offhook_settings_get_integer:
 * offhook_settings_get_number:
 * offhook_settings_get_boolean:
 *
 * What was configured, or the default. Asking for a name that is not declared, or with the wrong type, is
 * a programming error.
 *
 * Returns: (transfer none) (nullable): a string is %NULL where there is neither
 */
const char *offhook_settings_get_string(OffhookSettings *self, const char *name);
/** An empty value is as good as none: .env files are full of them. (transfer full) (nullable) */
char *offhook_settings_dup_string(OffhookSettings *self, const char *name);
gint64 offhook_settings_get_integer(OffhookSettings *self, const char *name);
double offhook_settings_get_number(OffhookSettings *self, const char *name);
gboolean offhook_settings_get_boolean(OffhookSettings *self, const char *name);

/** Checks one value against its declaration. */
gboolean offhook_setting_check(const OffhookSetting *setting, const char *section,
			       const char *value, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSettings, offhook_settings_unref)

G_END_DECLS
