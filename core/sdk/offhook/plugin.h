/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The plugin descriptor: constant data that the daemon reads before it runs any of the plugin's
 * code. The ABI major must be equal, the plugin's minor must not be newer than the daemon's.
 * Modules are opened with local binding and never unmapped. The type is instantiated once, and once
 * more for each section of the configuration that says `plugin=` with its name; these objects know
 * nothing of each other and live as long as the daemon.
 */
#pragma once

#include <offhook/settings.h>

G_BEGIN_DECLS

/**
 * A descriptor's first word, the version of the interface between daemon and plugins, and the
 * descriptor's symbol.
 */
#define OFFHOOK_PLUGIN_MAGIC     0x4b484f4fu
#define OFFHOOK_PLUGIN_ABI_MAJOR 1
#define OFFHOOK_PLUGIN_ABI_MINOR 1
#define OFFHOOK_PLUGIN_SYMBOL    "offhook_plugin_info"

/** What a plugin is. */
typedef enum {
	OFFHOOK_PLUGIN_DRIVER,
	OFFHOOK_PLUGIN_ENGINE,
	OFFHOOK_PLUGIN_AGENT,
} OffhookPluginKind;

/** The descriptor. */
typedef struct {
	guint32 magic;
	guint32 abi_major;
	guint32 abi_minor;
	guint32 kind;                   /* OffhookPluginKind */
	const char *name;               /* unique within its kind: [a-z][a-z0-9-]{0,31} */
	const char *version;            /* the plugin's own */
	const char *license;            /* SPDX expression */
	const char *summary;            /* one line */
	const OffhookSetting *settings; /* ends with a %NULL name; `plugin` and an engine's
					 * `price-...` are the daemon's own */
	GType (*get_type)(void); /* a subclass of OffhookDriver, OffhookEngine or OffhookAgent */
	/*
	 * (nullable) (array zero-terminated=1): other names under which it is found: in URLs of
	 * webhooks and media, and, a driver, in assistants and as voice-provider. A plugin that is
	 * really called so comes first.
	 */
	const char *const *aliases;
	gpointer spare[7];
} OffhookPluginInfo;

/**
 * OFFHOOK_DEFINE_PLUGIN:
 *
 * The whole of a plugin's entry file:
 *
 *   OFFHOOK_DEFINE_PLUGIN(DRIVER, "acme", "1.0", "LGPL-2.1-or-later", "Calls through Acme",
 *                         acme_settings, acme_driver_get_type)
 *
 * More members of the descriptor may follow: `, .aliases = acme_aliases`.
 */
#define OFFHOOK_DEFINE_PLUGIN(KIND, NAME, VERSION, LICENSE, SUMMARY, SETTINGS, ...)                \
	G_MODULE_EXPORT extern const OffhookPluginInfo offhook_plugin_info;                        \
	const OffhookPluginInfo offhook_plugin_info = {                                            \
	    .magic = OFFHOOK_PLUGIN_MAGIC,                                                         \
	    .abi_major = OFFHOOK_PLUGIN_ABI_MAJOR,                                                 \
	    .abi_minor = OFFHOOK_PLUGIN_ABI_MINOR,                                                 \
	    .kind = OFFHOOK_PLUGIN_##KIND,                                                         \
	    .name = NAME,                                                                          \
	    .version = VERSION,                                                                    \
	    .license = LICENSE,                                                                    \
	    .summary = SUMMARY,                                                                    \
	    .settings = SETTINGS,                                                                  \
	    .get_type = __VA_ARGS__,                                                               \
	};

G_END_DECLS
