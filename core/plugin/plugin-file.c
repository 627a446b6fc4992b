/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading a plugin's file, deciding whether its place is to be trusted, and keeping its content in
 * sealed memory. Any thread.
 */

#include "plugin/plugin-file.h"

#include <offhook/error.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A group of which we are the only member, as many distributions give to each user: what it may
 * write, nobody else may.
 */
static gboolean
offhook_plugin_file_is_private_group(gid_t gid)
{
	struct passwd *user = getpwuid(geteuid());
	g_autofree char *name = user != NULL ? g_strdup(user->pw_name) : NULL;
	struct group *group = getgrgid(gid);

	if (name == NULL || group == NULL || geteuid() == 0 || user->pw_gid != gid ||
	    !g_str_equal(group->gr_name, name))
		return FALSE;
	for (char **member = group->gr_mem; member != NULL && *member != NULL; member++)
		if (!g_str_equal(*member, name))
			return FALSE;
	return TRUE;
}

/* Only root and our own user may be able to change what @info describes. */
static gboolean
offhook_plugin_file_check_owner(const char *path, const struct stat *info, GError **error)
{
	gboolean group = info->st_mode & S_IWGRP;

	if (info->st_uid != 0 && info->st_uid != geteuid()) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "%s belongs to user %u; expected root or user %u", path,
			    (guint)info->st_uid, (guint)geteuid());
		return FALSE;
	}
	if (info->st_mode & S_IWOTH ||
	    (group && !offhook_plugin_file_is_private_group(info->st_gid))) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "%s is writable by others (mode %04o); expected: chmod go-w", path,
			    (guint)info->st_mode & 07777);
		return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_plugin_file_check_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	struct stat info;

	if (stat(folder, &info) == 0)
		return offhook_plugin_file_check_owner(folder, &info, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "%s: %s", folder,
		    g_strerror(errno));
	return FALSE;
}

static GBytes *
offhook_plugin_file_read_fd(int fd, const char *path, GError **error)
{
	g_autofree guint8 *data = NULL;
	gsize have = 0;
	gssize n = 1;
	struct stat info;

	if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode)) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "not a regular file");
		return NULL;
	}
	if (!offhook_plugin_file_check_owner(path, &info, error))
		return NULL;
	if (info.st_size > OFFHOOK_PLUGIN_FILE_MAX) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT, "larger than %u bytes",
			    (guint)OFFHOOK_PLUGIN_FILE_MAX);
		return NULL;
	}
	data = g_malloc(info.st_size + 1);
	while (have < (gsize)info.st_size && n != 0) {
		n = read(fd, data + have, info.st_size - have);
		if (n > 0)
			have += n;
		if (n >= 0 || errno == EINTR)
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "can't read it: %s",
			    g_strerror(errno));
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&data), have);
}

OffhookPluginFile *
offhook_plugin_file_read(const char *path, GError **error)
{
	g_autofree char *real = realpath(path, NULL);
	g_autoptr(GBytes) data = NULL;
	OffhookPluginFile *self;
	int fd = real != NULL ? open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;

	if (fd < 0) {
		int code = errno == ENOENT || errno == ENOTDIR ? OFFHOOK_ERROR_NOT_FOUND
							       : OFFHOOK_ERROR_PERMISSION;

		g_set_error(error, OFFHOOK_ERROR, code, "can't open it: %s", g_strerror(errno));
		return NULL;
	}
	/* The folder that holds the link, and the one that holds the file. */
	if (offhook_plugin_file_check_folder(path, error) &&
	    offhook_plugin_file_check_folder(real, error))
		data = offhook_plugin_file_read_fd(fd, real, error);
	close(fd);
	if (data == NULL)
		return NULL;
	self = g_new0(OffhookPluginFile, 1);
	self->path = g_strdup(path);
	self->digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, data);
	self->data = g_steal_pointer(&data);
	self->fd = -1;
	return self;
}

void
offhook_plugin_file_free(OffhookPluginFile *self)
{
	if (self == NULL)
		return;
	g_free(self->path);
	g_free(self->digest);
	g_bytes_unref(self->data);
	if (self->fd >= 0)
		close(self->fd);
	g_free(self);
}

static gboolean
offhook_plugin_file_fill(OffhookPluginFile *self)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(self->data, &size);

	while (size > 0) {
		gssize n = write(self->fd, data, size);

		if (n < 0 && errno != EINTR)
			return FALSE;
		if (n > 0) {
			data += n;
			size -= n;
		}
	}
	return fcntl(self->fd, F_ADD_SEALS,
		     F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

char *
offhook_plugin_file_expose(OffhookPluginFile *self, GError **error)
{
	g_autofree char *name = g_path_get_basename(self->path);

	g_return_val_if_fail(self->fd < 0, NULL);
	self->fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (self->fd < 0)
		return g_canonicalize_filename(self->path, NULL);
	if (!offhook_plugin_file_fill(self)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
			    "no memory for its content: %s", g_strerror(errno));
		return NULL;
	}
	return g_strdup_printf("/proc/%d/fd/%d", (int)getpid(), self->fd);
}

void
offhook_plugin_file_keep(OffhookPluginFile *self)
{
	self->fd = -1;
}
