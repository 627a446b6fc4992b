/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The dialog agent: which script an assistant follows, and reading it again when its file has
 * changed. Main thread.
 */

#include "dialog-agent.h"

#include "dialog-resource.h"
#include "dialog-script.h"
#include "dialog-session.h"
#include <offhook/error.h>
#include <string.h>

#define OFFHOOK_DIALOG_AGENT_SAMPLE "restaurant.json"
/* ... and behind other agents, that could not answer. */
#define OFFHOOK_DIALOG_AGENT_TROUBLE   "trouble.json"
#define OFFHOOK_DIALOG_AGENT_RESOURCES "/org/offhook/dialog/"
#define OFFHOOK_DIALOG_AGENT_INSIDE    "resource:"

/* A file as it was when it was last read. */
typedef struct {
	char *stamp;
	OffhookDialogScript *script; /* (nullable): the last good one */
	GError *error;               /* (nullable): why that is not the newest one */
} OffhookDialogFile;

struct _OffhookDialogAgent {
	OffhookAgent parent_instance;

	char *file; /* (nullable) */
	char *data_dir;
	GHashTable *files; /* path -> OffhookDialogFile */
};

G_DEFINE_FINAL_TYPE(OffhookDialogAgent, offhook_dialog_agent, OFFHOOK_TYPE_AGENT)

const OffhookSetting offhook_dialog_agent_settings[] = {
    {"file", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Script of assistants that name none themselves. Without it the shipped restaurant, or behind "
     "other agents the shipped words for technical problems."},
    {"data-dir", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, OFFHOOK_DIALOG_DATA_DIR, NULL,
     "OFFHOOK_DIALOG_DATA_DIR", "Where the shipped scripts are."},
    {NULL},
};

static void
offhook_dialog_file_free(gpointer data)
{
	OffhookDialogFile *file = data;

	g_free(file->stamp);
	g_clear_pointer(&file->script, offhook_dialog_script_unref);
	g_clear_error(&file->error);
	g_free(file);
}

/* What changes when the file does. */
static char *
offhook_dialog_agent_get_stamp(const char *path)
{
	g_autoptr(GFile) file = g_file_new_for_path(path);
	g_autoptr(GFileInfo) info =
	    g_file_query_info(file,
			      G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC
							     "," G_FILE_ATTRIBUTE_STANDARD_SIZE
							     "," G_FILE_ATTRIBUTE_UNIX_INODE,
			      G_FILE_QUERY_INFO_NONE, NULL, NULL);

	if (info == NULL)
		return g_strdup("missing");
	return g_strdup_printf(
	    "%" G_GUINT64_FORMAT ".%u %" G_GOFFSET_FORMAT " %" G_GUINT64_FORMAT,
	    g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_TIME_MODIFIED),
	    g_file_info_get_attribute_uint32(info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC),
	    g_file_info_get_size(info),
	    g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_UNIX_INODE));
}

static const char *
offhook_dialog_agent_get_shipped(const OffhookAgentOptions *options)
{
	return options->place == 0 ? OFFHOOK_DIALOG_AGENT_SAMPLE : OFFHOOK_DIALOG_AGENT_TROUBLE;
}

/* The path of the script; one inside the plugin is below "resource:". */
static char *
offhook_dialog_agent_find_file(OffhookDialogAgent *self, const OffhookAgentOptions *options)
{
	const char *shipped = offhook_dialog_agent_get_shipped(options);
	const char *file =
	    options->options != NULL ? g_hash_table_lookup(options->options, "file") : NULL;
	g_autofree char *sample = NULL;

	if (file == NULL || *file == '\0')
		file = self->file;
	if (file != NULL && *file != '\0')
		return g_strdup(file);
	sample = g_build_filename(self->data_dir, shipped, NULL);
	if (g_file_test(sample, G_FILE_TEST_IS_REGULAR))
		return g_steal_pointer(&sample);
	return g_strconcat(OFFHOOK_DIALOG_AGENT_INSIDE, shipped, NULL);
}

static gboolean
offhook_dialog_agent_is_inside(const char *path)
{
	return g_str_has_prefix(path, OFFHOOK_DIALOG_AGENT_INSIDE);
}

/* (transfer full) (nullable) */
static OffhookDialogScript *
offhook_dialog_agent_read(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *resource = NULL;
	gsize length = 0;
	const char *name, *text;

	if (!offhook_dialog_agent_is_inside(path))
		return offhook_dialog_script_load(path, error);
	name = path + strlen(OFFHOOK_DIALOG_AGENT_INSIDE);
	resource = g_strconcat(OFFHOOK_DIALOG_AGENT_RESOURCES, name, NULL);
	bytes = g_resource_lookup_data(offhook_dialog_get_resource(), resource,
				       G_RESOURCE_LOOKUP_FLAGS_NONE, error);
	if (bytes == NULL)
		return NULL;
	text = g_bytes_get_data(bytes, &length);
	return offhook_dialog_script_parse(text, length, name, error);
}

/* The script for a new session: the newest good one. (transfer full) (nullable) */
static OffhookDialogScript *
offhook_dialog_agent_load(OffhookDialogAgent *self, const char *path, GError **error)
{
	OffhookDialogFile *file = g_hash_table_lookup(self->files, path);
	g_autofree char *stamp = offhook_dialog_agent_is_inside(path)
				     ? g_strdup("inside")
				     : offhook_dialog_agent_get_stamp(path);

	if (file == NULL) {
		file = g_new0(OffhookDialogFile, 1);
		g_hash_table_insert(self->files, g_strdup(path), file);
	}
	if (g_strcmp0(file->stamp, stamp) != 0) {
		g_autoptr(GError) local = NULL;
		OffhookDialogScript *script = offhook_dialog_agent_read(path, &local);

		g_free(file->stamp);
		file->stamp = g_steal_pointer(&stamp);
		g_clear_error(&file->error);
		if (script != NULL) {
			g_clear_pointer(&file->script, offhook_dialog_script_unref);
			file->script = script;
		} else {
			if (file->script != NULL)
				g_warning("going on with the script as it was before: %s",
					  local->message);
			file->error = g_steal_pointer(&local);
		}
	}
	if (file->script == NULL) {
		g_propagate_error(error, g_error_copy(file->error));
		return NULL;
	}
	return offhook_dialog_script_ref(file->script);
}

/* What an assistant says besides the file are values for the script's variables. */
static gboolean
offhook_dialog_agent_check_variables(const OffhookDialogScript *script,
				     const OffhookAgentOptions *options, GError **error)
{
	GHashTableIter iter;
	gpointer key;

	if (options->options == NULL)
		return TRUE;
	g_hash_table_iter_init(&iter, options->options);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		if (g_str_equal(key, "file") || g_hash_table_contains(script->variables, key))
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "dialog.%s: unknown, expected dialog.file or a variable of the script "
			    "\"%s\"",
			    (const char *)key, script->name);
		return FALSE;
	}
	return TRUE;
}

static OffhookAgentSession *
offhook_dialog_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				  GError **error)
{
	OffhookDialogAgent *self = OFFHOOK_DIALOG_AGENT(agent);
	g_autofree char *path = offhook_dialog_agent_find_file(self, options);
	g_autoptr(OffhookDialogScript) script = offhook_dialog_agent_load(self, path, error);

	if (script == NULL || !offhook_dialog_agent_check_variables(script, options, error))
		return NULL;
	return offhook_dialog_session_new(script, options, g_random_int());
}

/* Reads the file afresh: what a running daemon has kept of it does not count. */
static gboolean
offhook_dialog_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				   GError **error)
{
	OffhookDialogAgent *self = OFFHOOK_DIALOG_AGENT(agent);
	g_autofree char *path = NULL;
	g_autoptr(OffhookDialogScript) script = NULL;

	path = offhook_dialog_agent_find_file(self, options);
	script = offhook_dialog_agent_read(path, error);
	return script != NULL && offhook_dialog_agent_check_variables(script, options, error);
}

static gboolean
offhook_dialog_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookDialogAgent *self = OFFHOOK_DIALOG_AGENT(agent);

	g_free(self->file);
	g_free(self->data_dir);
	self->file = g_strdup(offhook_settings_get_string(settings, "file"));
	self->data_dir = g_strdup(offhook_settings_get_string(settings, "data-dir"));
	return TRUE;
}

static void
offhook_dialog_agent_finalize(GObject *object)
{
	OffhookDialogAgent *self = OFFHOOK_DIALOG_AGENT(object);

	g_free(self->file);
	g_free(self->data_dir);
	g_hash_table_unref(self->files);

	G_OBJECT_CLASS(offhook_dialog_agent_parent_class)->finalize(object);
}

static void
offhook_dialog_agent_init(OffhookDialogAgent *self)
{
	self->data_dir = g_strdup(OFFHOOK_DIALOG_DATA_DIR);
	self->files =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, offhook_dialog_file_free);
}

static void
offhook_dialog_agent_class_init(OffhookDialogAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features = OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_EXPECTS;
	agent_class->configure = offhook_dialog_agent_configure;
	agent_class->open_session = offhook_dialog_agent_open_session;
	agent_class->check_options = offhook_dialog_agent_check_options;
	G_OBJECT_CLASS(klass)->finalize = offhook_dialog_agent_finalize;
}
