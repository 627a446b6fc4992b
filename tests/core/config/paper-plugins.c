/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plugins that exist only on paper, as the configuration asks about them.
 */

#include "paper-plugins.h"

#include <offhook/error.h>

const OffhookSetting paper_plugins_acme_settings[] = {
    {"account", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_REQUIRED, NULL, NULL, "ACME_ACCOUNT",
     "The account."},
    {"auth-token", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "ACME_TOKEN",
     "The token."},
    {"timeout", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "10", "1..60", "ACME_TIMEOUT",
     "Seconds."},
    {"sounds", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL, "A folder."},
    {NULL},
};

static OffhookPluginPresence
find(gpointer data, OffhookPluginKind kind, const char *name, const OffhookSetting **settings)
{
	*settings = NULL;
	if (kind == OFFHOOK_PLUGIN_DRIVER && g_str_equal(name, "acme")) {
		*settings = paper_plugins_acme_settings;
		return OFFHOOK_PLUGIN_PRESENT;
	}
	if (kind == OFFHOOK_PLUGIN_DRIVER && g_str_equal(name, "off"))
		return OFFHOOK_PLUGIN_EXCLUDED;
	if (kind == OFFHOOK_PLUGIN_ENGINE &&
	    (g_str_equal(name, "ears") || g_str_equal(name, "bard")))
		return OFFHOOK_PLUGIN_PRESENT;
	if (kind == OFFHOOK_PLUGIN_ENGINE && g_str_equal(name, "ruin"))
		return OFFHOOK_PLUGIN_BROKEN;
	if (kind == OFFHOOK_PLUGIN_AGENT &&
	    (g_str_equal(name, "dialog") || g_str_equal(name, "picky") ||
	     g_str_equal(name, "thinker") || g_str_equal(name, "tool") ||
	     g_str_equal(name, "book")))
		return OFFHOOK_PLUGIN_PRESENT;
	return OFFHOOK_PLUGIN_MISSING;
}

static const char *
find_owner(gpointer data, OffhookPluginKind kind, const char *name)
{
	const OffhookSetting *settings;

	return find(data, kind, name, &settings) != OFFHOOK_PLUGIN_MISSING &&
		       !g_str_equal(name, "book")
		   ? name
		   : NULL;
}

static char **
list(gpointer data, OffhookPluginKind kind)
{
	static const char *const names[] = {
	    [OFFHOOK_PLUGIN_DRIVER] = "acme",
	    [OFFHOOK_PLUGIN_ENGINE] = "ears",
	    [OFFHOOK_PLUGIN_AGENT] = "dialog,picky,thinker,book",
	};

	return g_strsplit(names[kind], ",", -1);
}

static const char *
resolve(gpointer data, OffhookPluginKind kind, const char *name)
{
	return kind == OFFHOOK_PLUGIN_DRIVER && g_str_equal(name, "acme-phone") ? "acme" : name;
}

static OffhookEngineRoles
get_roles(gpointer data, const char *engine)
{
	return g_str_equal(engine, "bard") ? OFFHOOK_ENGINE_SYNTHESIZE : OFFHOOK_ENGINE_TRANSCRIBE;
}

/* English only; bard has the voice "will". */
static const char *const known_options[] = {"pitch", NULL};

static OffhookAgentFeatures
get_features(gpointer data, const char *agent)
{
	if (g_str_equal(agent, "tool") || g_str_equal(agent, "book"))
		return OFFHOOK_AGENT_TOOLS;
	return OFFHOOK_AGENT_TURNS | (g_str_equal(agent, "thinker") ? OFFHOOK_AGENT_COMPLETER : 0);
}

static gboolean
check_session(gpointer data, OffhookConfig *config, const OffhookEngineTrial *trial, GError **error)
{
	gboolean english = g_str_has_prefix(trial->language, "en");

	if (!offhook_engine_check_options(trial->engine, trial->options, known_options, error))
		return FALSE;
	if (english && (trial->voice == NULL || g_str_equal(trial->voice, "will")))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, "no \"%s\", only will",
		    english ? trial->voice : trial->language);
	return FALSE;
}

static gboolean
check_settings(gpointer data, OffhookConfig *config, const char *agent, GError **error)
{
	if (!g_str_equal(agent, "picky"))
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "url: leads nowhere\ndescription is missing");
	return FALSE;
}

static gboolean
check_options(gpointer data, OffhookConfig *config, const char *agent,
	      const OffhookAgentOptions *options, GError **error)
{
	if (!g_str_equal(agent, "picky"))
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "picky.mood: not in the mood");
	return FALSE;
}

static gboolean
check_driver_options(gpointer data, OffhookConfig *config, const char *driver,
		     const OffhookDriverOptions *options, GError **error)
{
	if (g_strcmp0(g_hash_table_lookup(options->options, "mode"), "odd") != 0)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "mode=odd");
	return FALSE;
}

const OffhookPluginDirectory paper_plugins = {
    find,          find_owner,   list,           resolve,       get_roles,
    check_session, get_features, check_settings, check_options, check_driver_options,
};
