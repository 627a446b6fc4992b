/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A driver that does nothing but take settings. Built several times with other names and mistakes:
 * SAMPLE_NAME, SAMPLE_TYPE, SAMPLE_VERSION, SAMPLE_MAGIC, SAMPLE_MAJOR, SAMPLE_MINOR,
 * SAMPLE_REQUIRED, SAMPLE_GET_TYPE, SAMPLE_SETTING, SAMPLE_TWICE, SAMPLE_UNRESOLVED, SAMPLE_CONSTRUCTOR.
 */

#include <offhook/offhook.h>

#ifndef SAMPLE_NAME
#define SAMPLE_NAME "sample"
#endif
#ifndef SAMPLE_TYPE
#define SAMPLE_TYPE "SampleDriver"
#endif
#ifndef SAMPLE_VERSION
#define SAMPLE_VERSION "1.0"
#endif
#ifndef SAMPLE_MAGIC
#define SAMPLE_MAGIC OFFHOOK_PLUGIN_MAGIC
#endif
#ifndef SAMPLE_MAJOR
#define SAMPLE_MAJOR OFFHOOK_PLUGIN_ABI_MAJOR
#endif
#ifndef SAMPLE_MINOR
#define SAMPLE_MINOR OFFHOOK_PLUGIN_ABI_MINOR
#endif
#ifndef SAMPLE_REQUIRED
#define SAMPLE_REQUIRED OFFHOOK_SETTING_NONE
#endif
#ifndef SAMPLE_SETTING
#define SAMPLE_SETTING "account"
#endif
#ifndef SAMPLE_GET_TYPE
#define SAMPLE_GET_TYPE sample_driver_get_type
#endif

typedef struct {
	OffhookDriver parent_instance;
	char *number;
} SampleDriver;

typedef struct {
	OffhookDriverClass parent_class;
} SampleDriverClass;

static OffhookDriverClass *sample_driver_parent_class;

static gboolean
sample_driver_configure(OffhookDriver *driver, OffhookSettings *settings, GError **error)
{
	SampleDriver *self = (SampleDriver *)driver;

	if (offhook_settings_get_boolean(settings, "refuse")) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "told to refuse");
		return FALSE;
	}
	g_free(self->number);
	self->number = g_strdup(offhook_settings_get_string(settings, "number"));
	return TRUE;
}

static const char *
sample_driver_get_phone_number(OffhookDriver *driver)
{
	return ((SampleDriver *)driver)->number;
}

static void
sample_driver_finalize(GObject *object)
{
	g_free(((SampleDriver *)object)->number);
	G_OBJECT_CLASS(sample_driver_parent_class)->finalize(object);
}

static void
sample_driver_class_init(gpointer klass, gpointer data)
{
	sample_driver_parent_class = g_type_class_peek_parent(klass);
	G_OBJECT_CLASS(klass)->finalize = sample_driver_finalize;
	OFFHOOK_DRIVER_CLASS(klass)->configure = sample_driver_configure;
	OFFHOOK_DRIVER_CLASS(klass)->get_phone_number = sample_driver_get_phone_number;
}

G_GNUC_UNUSED static GType
sample_driver_get_type(void)
{
	static gsize type = 0;

	if (g_once_init_enter(&type))
		g_once_init_leave(&type,
				  g_type_register_static_simple(
				      OFFHOOK_TYPE_DRIVER, SAMPLE_TYPE, sizeof(SampleDriverClass),
				      sample_driver_class_init, sizeof(SampleDriver), NULL, 0));
	return type;
}

G_GNUC_UNUSED static const OffhookSetting sample_settings[] = {
    {"number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "1", NULL, "SAMPLE_NUMBER",
     "What it answers as its number."},
    {"refuse", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Refuse the settings."},
    {SAMPLE_SETTING, OFFHOOK_SETTING_STRING, SAMPLE_REQUIRED, NULL, NULL, "SAMPLE_ACCOUNT",
     "An account."},
#ifdef SAMPLE_TWICE
    {"number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL, "Once more."},
#endif
    {NULL},
};

#ifdef SAMPLE_UNRESOLVED
void sample_function_that_nobody_has(void);
G_MODULE_EXPORT void sample_call_it(void);

void
sample_call_it(void)
{
	sample_function_that_nobody_has();
}
#endif

#ifdef SAMPLE_CONSTRUCTOR
__attribute__((constructor)) static void
sample_constructor(void)
{
	g_setenv("SAMPLE_CONSTRUCTOR_RAN", "1", TRUE);
}
#endif

#ifdef SAMPLE_ALIASES
static const char *const sample_aliases[] = {"well-known", "sample", NULL};
#endif

#ifndef SAMPLE_NO_DESCRIPTOR
G_MODULE_EXPORT extern const OffhookPluginInfo offhook_plugin_info;
const OffhookPluginInfo offhook_plugin_info = {
    .magic = SAMPLE_MAGIC,
    .abi_major = SAMPLE_MAJOR,
    .abi_minor = SAMPLE_MINOR,
    .kind = OFFHOOK_PLUGIN_DRIVER,
    .name = SAMPLE_NAME,
    .version = SAMPLE_VERSION,
    .license = "LGPL-2.1-or-later",
    .summary = "A driver for tests",
    .settings = sample_settings,
    .get_type = SAMPLE_GET_TYPE,
#ifdef SAMPLE_ALIASES
    .aliases = sample_aliases,
#endif
};
#endif
