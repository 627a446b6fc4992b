/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Gathers a configuration from its places, later ones over earlier ones: the file, conf.d beside
 * it, `.env`, the environment. Says nothing about what values mean (config-check.c does). Runs in
 * the thread that reads; files are opened without waiting and are bounded in size and number.
 */

#include "config/config-private.h"
#include "config/embedded-defaults.h"
#include "config/env-file.h"
#include "config/keyfile.h"
#include "config/locations.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OFFHOOK_CONFIG_FILES_MAX 256

/*
 * The whole of a regular file of at most @limit bytes. %NULL with what is wrong in @wrong, or with
 * @wrong %NULL when there is no such file. (transfer full)
 */
static GBytes *
offhook_config_reader_get_contents(const char *path, gsize limit, const char **wrong)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	g_autoptr(GByteArray) data = g_byte_array_new();
	guint8 chunk[16384];
	gssize n = 0;
	struct stat info;

	*wrong = NULL;
	if (fd < 0) {
		if (errno != ENOENT)
			*wrong = g_strerror(errno);
		return NULL;
	}
	if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))
		*wrong = "not a regular file";
	while (*wrong == NULL && (n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n > 0)
			g_byte_array_append(data, chunk, n);
		else if (errno != EINTR)
			*wrong = g_strerror(errno);
		if (data->len > limit)
			*wrong = "the file is too large";
	}
	close(fd);
	return *wrong == NULL ? g_byte_array_free_to_bytes(g_steal_pointer(&data)) : NULL;
}

static void
offhook_config_reader_add_entries(OffhookConfig *self, GPtrArray *entries, const char *name,
				  gboolean built_in)
{
	for (guint i = 0; i < entries->len; i++) {
		const OffhookKeyfileEntry *entry = g_ptr_array_index(entries, i);
		g_autofree char *origin =
		    built_in ? g_strdup(name) : g_strdup_printf("%s:%u", name, entry->line);

		if (entry->key != NULL)
			offhook_config_set_value(self, entry->section, entry->key, entry->value,
						 origin);
		else
			offhook_config_ensure_section(self, entry->section, origin)->built_in =
			    built_in;
	}
}

static void
offhook_config_reader_add_file(OffhookConfig *self, const char *path)
{
	const char *wrong;
	g_autoptr(GBytes) contents =
	    offhook_config_reader_get_contents(path, OFFHOOK_KEYFILE_MAX, &wrong);
	g_autoptr(GPtrArray) entries = NULL;

	if (contents == NULL) {
		offhook_problems_add(self->problems, "%s: can't read it: %s", path,
				     wrong != NULL ? wrong : g_strerror(ENOENT));
		return;
	}
	entries = offhook_keyfile_parse(g_bytes_get_data(contents, NULL),
					g_bytes_get_size(contents), path, self->problems);
	offhook_config_reader_add_entries(self, entries, path, FALSE);
}

static gint
offhook_config_reader_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
offhook_config_reader_add_folder(OffhookConfig *self, const char *folder)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &local);
	const char *name;

	if (dir == NULL) {
		if (!g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			offhook_problems_add(self->problems, "%s: %s", folder, local->message);
		return;
	}
	while ((name = g_dir_read_name(dir)) != NULL) {
		if (*name == '.' || !g_str_has_suffix(name, ".conf"))
			continue;
		if (names->len >= OFFHOOK_CONFIG_FILES_MAX) {
			offhook_problems_add(self->problems, "%s: more than %d files", folder,
					     OFFHOOK_CONFIG_FILES_MAX);
			return;
		}
		g_ptr_array_add(names, g_build_filename(folder, name, NULL));
	}
	g_ptr_array_sort(names, offhook_config_reader_compare_names);
	for (guint i = 0; i < names->len; i++)
		offhook_config_reader_add_file(self, g_ptr_array_index(names, i));
}

/* The sample assistant, unless somebody has configured one. */
static void
offhook_config_reader_add_embedded(OffhookConfig *self)
{
	const char *text = offhook_embedded_defaults_get();
	g_autoptr(GPtrArray) entries = NULL;

	for (guint i = 0; i < self->order->len; i++) {
		const OffhookConfigSection *section = g_ptr_array_index(self->order, i);

		if (g_str_has_prefix(section->name, "assistant:"))
			return;
	}
	entries = offhook_keyfile_parse(text, strlen(text), OFFHOOK_EMBEDDED_NAME, self->problems);
	offhook_config_reader_add_entries(self, entries, OFFHOOK_EMBEDDED_NAME, TRUE);
}

static void
offhook_config_reader_add_env_file(OffhookConfig *self, const char *path, gboolean must_exist)
{
	const char *wrong;
	g_autoptr(GBytes) contents =
	    offhook_config_reader_get_contents(path, OFFHOOK_ENV_FILE_MAX, &wrong);
	g_autoptr(GPtrArray) entries = NULL;

	if (contents == NULL) {
		if (must_exist)
			offhook_problems_add(self->problems, "%s: can't read it: %s", path,
					     wrong != NULL ? wrong : g_strerror(ENOENT));
		else if (wrong != NULL)
			offhook_config_add_notice(self, "%s is there but can't be read: %s", path,
						  wrong);
		return;
	}
	entries = offhook_env_file_parse(g_bytes_get_data(contents, NULL),
					 g_bytes_get_size(contents), path, self->problems);
	for (guint i = 0; i < entries->len; i++) {
		const OffhookEnvEntry *entry = g_ptr_array_index(entries, i);
		g_autofree char *origin = g_strdup_printf("%s:%u", path, entry->line);

		g_hash_table_insert(self->environment, g_strdup(entry->name),
				    offhook_config_value_new(entry->value, origin));
	}
}

static void
offhook_config_reader_add_environment(OffhookConfig *self, const char *const *environment)
{
	for (gsize i = 0; environment[i] != NULL; i++) {
		const char *equals = strchr(environment[i], '=');
		g_autofree char *name = NULL;
		g_autofree char *origin = NULL;

		if (equals == NULL || equals == environment[i] || equals[1] == '\0' ||
		    !g_utf8_validate(equals, -1, NULL))
			continue;
		name = g_strndup(environment[i], equals - environment[i]);
		origin = g_strdup_printf("variable %s", name);
		g_hash_table_insert(self->environment, g_steal_pointer(&name),
				    offhook_config_value_new(equals + 1, origin));
	}
}

static const char *
offhook_config_reader_look_up(const char *name, gpointer data)
{
	OffhookConfigValue *value = offhook_config_find_variable(data, name);

	return value != NULL ? value->text : NULL;
}

void
offhook_config_reader_fill(OffhookConfig *self, const OffhookConfigSource *source)
{
	g_auto(GStrv) own = source->environment == NULL ? g_get_environ() : NULL;
	const char *const *environment =
	    own != NULL ? (const char *const *)own : source->environment;
	g_autofree char *working =
	    g_canonicalize_filename(source->directory != NULL ? source->directory : ".", NULL);
	g_autofree char *env_path = g_build_filename(working, ".env", NULL);
	OffhookConfigValue *env_file;

	/* First for the places of files; once more at the end, over what `.env` said. */
	offhook_config_reader_add_environment(self, environment);
	self->state_dir = offhook_locations_get_state_dir(offhook_config_reader_look_up, self);
	self->path = source->path != NULL
			 ? g_canonicalize_filename(source->path, NULL)
			 : offhook_locations_find_config(offhook_config_reader_look_up, self);
	self->directory = self->path != NULL ? g_path_get_dirname(self->path) : g_strdup(working);
	if (self->path != NULL) {
		g_autofree char *folder = g_build_filename(self->directory, "conf.d", NULL);

		offhook_config_reader_add_file(self, self->path);
		offhook_config_reader_add_folder(self, folder);
	}
	offhook_config_reader_add_embedded(self);
	env_file = offhook_config_find_value(self, "server", "env-file");
	if (env_file != NULL && *env_file->text == '\0')
		env_file = NULL;
	if (env_file != NULL) {
		g_free(env_path);
		env_path = g_canonicalize_filename(env_file->text, self->directory);
	}
	offhook_config_reader_add_env_file(self, env_path, env_file != NULL);
	offhook_config_reader_add_environment(self, environment);
}
