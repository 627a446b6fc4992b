/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An entry of the plugin registry. Main thread only.
 */

#include "plugin/plugin.h"

#include "config/schema.h"
#include "plugin/loader.h"
#include "plugin/plugin-private.h"

#include <offhook/error.h>

#include <string.h>

G_DEFINE_FINAL_TYPE(OffhookPlugin, offhook_plugin, G_TYPE_OBJECT)

/* "driver-acme.so" -> "acme", driver. What a file is called says little, but it is all there is of
 * one that was refused. */
static void
offhook_plugin_guess_name(OffhookPlugin *self)
{
	g_autofree char *base = g_path_get_basename(self->path);
	g_autofree char *name = g_filename_display_name(base);
	const char *start = name;

	if (g_str_has_suffix(name, ".so"))
		name[strlen(name) - strlen(".so")] = '\0';
	for (guint kind = OFFHOOK_PLUGIN_DRIVER; kind <= OFFHOOK_PLUGIN_AGENT; kind++) {
		const char *prefix = offhook_plugin_kind_to_string(kind);
		gsize length = strlen(prefix);

		if (!g_str_has_prefix(name, prefix) || name[length] != '-')
			continue;
		start = name + length + 1;
		if (self->kind == OFFHOOK_PLUGIN_KIND_UNKNOWN)
			self->kind = kind;
		break;
	}
	self->name = g_strdup(start);
}

OffhookPlugin *
offhook_plugin_new(const char *path, guint kind)
{
	OffhookPlugin *self = g_object_new(OFFHOOK_TYPE_PLUGIN, NULL);

	self->path = g_strdup(path);
	self->kind = kind;
	offhook_plugin_guess_name(self);
	return self;
}

OffhookPlugin *
offhook_plugin_new_instance(OffhookPlugin *base, guint kind, const char *name)
{
	OffhookPlugin *self = g_object_new(OFFHOOK_TYPE_PLUGIN, NULL);

	self->base = g_object_ref(base);
	self->kind = kind;
	self->name = g_strdup(name);
	offhook_plugin_follow_base(self);
	return self;
}

void
offhook_plugin_follow_base(OffhookPlugin *self)
{
	self->info = self->base->info;
	offhook_plugin_set_path(self, self->base->path);
}

gboolean
offhook_plugin_has_lost_file(OffhookPlugin *self)
{
	const OffhookPlugin *owner = self->base != NULL ? self->base : self;

	return owner->status == OFFHOOK_PLUGIN_DRAINING;
}

void
offhook_plugin_set_info(OffhookPlugin *self, const OffhookPluginInfo *info)
{
	self->info = info;
	self->kind = info->kind;
	g_free(self->name);
	self->name = g_strdup(info->name);
}

void
offhook_plugin_set_path(OffhookPlugin *self, const char *path)
{
	g_autofree char *copy = g_strdup(path);

	g_free(self->path);
	self->path = g_steal_pointer(&copy);
}

void
offhook_plugin_set_digest(OffhookPlugin *self, const char *digest)
{
	g_free(self->digest);
	self->digest = g_strdup(digest);
}

void
offhook_plugin_set_status(OffhookPlugin *self, OffhookPluginStatus status, const char *reason)
{
	g_autofree char *copy = g_strdup(reason);

	self->status = status;
	g_free(self->reason);
	self->reason = g_steal_pointer(&copy);
}

gboolean
offhook_plugin_instantiate(OffhookPlugin *self, OffhookCallHost *host, GError **error)
{
	if (self->object == NULL)
		self->object = offhook_plugin_loader_instantiate(self->info, error);
	if (self->object == NULL)
		return FALSE;
	offhook_plugin_set_host(self, host);
	return TRUE;
}

void
offhook_plugin_set_host(OffhookPlugin *self, OffhookCallHost *host)
{
	if (self->object != NULL && self->kind == OFFHOOK_PLUGIN_DRIVER)
		offhook_driver_set_host(OFFHOOK_DRIVER(self->object), host, self->name);
}

/* As the section of an instance most probably begins: "tool" for [tool:NAME]. */
static const char *
offhook_plugin_get_section_kind(OffhookPlugin *self)
{
	g_autofree char *section =
	    g_strconcat(self->base != NULL ? self->base->name : "", ":", NULL);
	const char *shorthand =
	    self->kind == OFFHOOK_PLUGIN_AGENT ? offhook_schema_get_shorthand(section) : NULL;

	return shorthand != NULL ? shorthand : offhook_plugin_get_kind_name(self);
}

gboolean
offhook_plugin_configure(OffhookPlugin *self, OffhookSettings *settings, GError **error)
{
	gboolean ok;

	switch (self->kind) {
	case OFFHOOK_PLUGIN_DRIVER:
		ok = offhook_driver_configure(OFFHOOK_DRIVER(self->object), settings, error);
		break;
	case OFFHOOK_PLUGIN_ENGINE:
		ok = offhook_engine_configure(OFFHOOK_ENGINE(self->object), settings, error);
		break;
	case OFFHOOK_PLUGIN_AGENT:
		ok = offhook_agent_configure(OFFHOOK_AGENT(self->object), settings, error);
		break;
	default:
		g_return_val_if_reached(FALSE);
	}
	if (ok) {
		offhook_settings_ref(settings);
		g_clear_pointer(&self->settings, offhook_settings_unref);
		self->settings = settings;
	} else {
		g_prefix_error(error, "[%s:%s] ", offhook_plugin_get_section_kind(self),
			       self->name);
	}
	return ok;
}

guint
offhook_plugin_get_kind(OffhookPlugin *self)
{
	return self->kind;
}

const char *
offhook_plugin_get_kind_name(OffhookPlugin *self)
{
	return offhook_plugin_kind_to_string(self->kind);
}

const char *
offhook_plugin_get_name(OffhookPlugin *self)
{
	return self->name;
}

const char *
offhook_plugin_get_plugin_name(OffhookPlugin *self)
{
	return self->base != NULL ? self->base->name : self->name;
}

const char *
offhook_plugin_get_path(OffhookPlugin *self)
{
	return self->path;
}

OffhookPluginStatus
offhook_plugin_get_status(OffhookPlugin *self)
{
	return self->status;
}

const char *
offhook_plugin_get_status_name(OffhookPlugin *self)
{
	static const char *const names[] = {
	    [OFFHOOK_PLUGIN_ACTIVE] = "active",     [OFFHOOK_PLUGIN_UNCONFIGURED] = "unconfigured",
	    [OFFHOOK_PLUGIN_FAILED] = "failed",     [OFFHOOK_PLUGIN_DISABLED] = "disabled",
	    [OFFHOOK_PLUGIN_DRAINING] = "draining",
	};

	return names[self->status];
}

const char *
offhook_plugin_get_reason(OffhookPlugin *self)
{
	return self->reason;
}

/* Whether it could have a key and was given none. */
static gboolean
offhook_plugin_has_no_secret(OffhookPlugin *self)
{
	const OffhookSetting *table = self->info != NULL ? self->info->settings : NULL;
	gboolean known = FALSE;

	for (const OffhookSetting *s = table; s != NULL && s->name != NULL; s++) {
		if (!(s->flags & OFFHOOK_SETTING_SECRET))
			continue;
		known = TRUE;
		if (offhook_settings_get_string(self->settings, s->name) != NULL)
			return FALSE;
	}
	return known;
}

static GObject *
offhook_plugin_open_any(OffhookEngine *engine, OffhookEngineRoles roles, GError **error)
{
	static const OffhookTranscribeOptions hearing = {.language = "en-US"};
	static const OffhookSynthesizeOptions speaking = {.language = "en-US"};
	static const OffhookCompleteOptions answering = {0};

	if (roles & OFFHOOK_ENGINE_SYNTHESIZE)
		return (GObject *)offhook_engine_open_synthesizer(engine, &speaking, error);
	if (roles & OFFHOOK_ENGINE_TRANSCRIBE)
		return (GObject *)offhook_engine_open_transcriber(engine, &hearing, error);
	if (roles & OFFHOOK_ENGINE_COMPLETE)
		return (GObject *)offhook_engine_open_completer(engine, &answering, error);
	return NULL;
}

char *
offhook_plugin_find_lack(OffhookPlugin *self)
{
	g_autoptr(GObject) session = NULL;
	g_autoptr(GError) error = NULL;

	if (self->status != OFFHOOK_PLUGIN_ACTIVE || !OFFHOOK_IS_ENGINE(self->object) ||
	    self->settings == NULL || !offhook_plugin_has_no_secret(self))
		return NULL;
	session =
	    offhook_plugin_open_any(OFFHOOK_ENGINE(self->object),
				    offhook_engine_get_roles(OFFHOOK_ENGINE(self->object)), &error);
	return g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG)
		   ? g_strdup_printf("can't be used yet: %s", error->message)
		   : NULL;
}

const char *
offhook_plugin_get_version(OffhookPlugin *self)
{
	return self->info != NULL ? self->info->version : NULL;
}

const char *
offhook_plugin_get_license(OffhookPlugin *self)
{
	return self->info != NULL ? self->info->license : NULL;
}

const char *
offhook_plugin_get_summary(OffhookPlugin *self)
{
	return self->info != NULL ? self->info->summary : NULL;
}

const OffhookSetting *
offhook_plugin_get_settings(OffhookPlugin *self)
{
	return self->info != NULL ? self->info->settings : NULL;
}

GObject *
offhook_plugin_get_object(OffhookPlugin *self)
{
	return self->object;
}

static void
offhook_plugin_dispose(GObject *object)
{
	OffhookPlugin *self = OFFHOOK_PLUGIN(object);

	g_clear_object(&self->object);
	g_clear_object(&self->base);
	g_clear_pointer(&self->settings, offhook_settings_unref);
	G_OBJECT_CLASS(offhook_plugin_parent_class)->dispose(object);
}

static void
offhook_plugin_finalize(GObject *object)
{
	OffhookPlugin *self = OFFHOOK_PLUGIN(object);

	g_free(self->path);
	g_free(self->name);
	g_free(self->reason);
	g_free(self->digest);
	G_OBJECT_CLASS(offhook_plugin_parent_class)->finalize(object);
}

static void
offhook_plugin_init(OffhookPlugin *self)
{
	self->status = OFFHOOK_PLUGIN_UNCONFIGURED;
}

static void
offhook_plugin_class_init(OffhookPluginClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_plugin_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_plugin_finalize;
}
