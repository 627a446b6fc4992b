/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Secrets at rest: the API token and files that hold one secret each. Files are checked through the
 * descriptor that is read, so what was checked is what is used. Any thread.
 */

#include "config/secret.h"

#include <offhook/error.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define OFFHOOK_API_TOKEN_BYTES 32

void
offhook_secret_free(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

static void
offhook_secret_set_errno(GError **error, const char *path, const char *what)
{
	int saved = errno;
	int code = saved == ENOENT                                       ? OFFHOOK_ERROR_NOT_FOUND
		   : saved == EACCES || saved == EPERM || saved == ELOOP ? OFFHOOK_ERROR_PERMISSION
									 : OFFHOOK_ERROR_STORAGE;

	g_set_error(error, OFFHOOK_ERROR, code, "%s: can't %s: %s", path, what, g_strerror(saved));
}

/* Who may have written or read it: our user or root, and nobody that @forbidden names. */
static gboolean
offhook_secret_check_file(const char *path, const struct stat *info, mode_t forbidden,
			  GError **error)
{
	if (!S_ISREG(info->st_mode))
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s: not a regular file",
			    path);
	else if (info->st_uid != geteuid() && info->st_uid != 0)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "%s: belongs to user %u; expected user %u or root", path,
			    (guint)info->st_uid, (guint)geteuid());
	else if ((info->st_mode & forbidden) != 0)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "%s: mode %04o lets others at a secret; expected %04o (chmod %04o)",
			    path, (guint)info->st_mode & 07777,
			    (guint)(info->st_mode & 07777 & ~forbidden),
			    (guint)(info->st_mode & 07777 & ~forbidden));
	else if (info->st_size > OFFHOOK_SECRET_MAX)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT, "%s: larger than %u bytes",
			    path, (guint)OFFHOOK_SECRET_MAX);
	else
		return TRUE;
	return FALSE;
}

/* Up to @size bytes; a file that grew meanwhile is cut there. -1 with errno. */
static gssize
offhook_secret_read_all(int fd, char *buffer, gsize size)
{
	gsize have = 0;

	while (have < size) {
		gssize n = read(fd, buffer + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		have += n;
	}
	return have;
}

static char *
offhook_secret_read_fd(int fd, const char *path, mode_t forbidden, GError **error)
{
	struct stat info;
	char *text;
	gssize size;

	if (fstat(fd, &info) < 0) {
		offhook_secret_set_errno(error, path, "look at it");
		return NULL;
	}
	if (!offhook_secret_check_file(path, &info, forbidden, error))
		return NULL;
	text = g_malloc0(info.st_size + 1);
	size = offhook_secret_read_all(fd, text, info.st_size);
	if (size < 0) {
		offhook_secret_set_errno(error, path, "read it");
	} else if (memchr(text, '\0', size) != NULL || !g_utf8_validate(text, size, NULL)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s: not text", path);
	} else {
		g_strchomp(text);
		if (*text != '\0')
			return text;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s: empty", path);
	}
	explicit_bzero(text, info.st_size);
	g_free(text);
	return NULL;
}

char *
offhook_secret_read_file(const char *path, mode_t forbidden, GError **error)
{
	/* Without O_NONBLOCK a FIFO of that name would hold up the start. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *text;

	if (fd < 0) {
		offhook_secret_set_errno(error, path, "open it");
		return NULL;
	}
	text = offhook_secret_read_fd(fd, path, forbidden, error);
	close(fd);
	return text;
}

/* (transfer full) (nullable) */
static char *
offhook_secret_make_token(GError **error)
{
	guint8 bytes[OFFHOOK_API_TOKEN_BYTES];
	GString *token = g_string_sized_new(2 * sizeof bytes + 1);

	if (getrandom(bytes, sizeof bytes, 0) != (gssize)sizeof bytes) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
			    "the kernel gives no random bytes: %s", g_strerror(errno));
		g_string_free(token, TRUE);
		return NULL;
	}
	for (gsize i = 0; i < sizeof bytes; i++)
		g_string_append_printf(token, "%02x", bytes[i]);
	explicit_bzero(bytes, sizeof bytes);
	return g_string_free(token, FALSE);
}

static gboolean
offhook_secret_write_all(int fd, const char *text, gsize size)
{
	while (size > 0) {
		gssize n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return FALSE;
		if (n > 0) {
			text += n;
			size -= n;
		}
	}
	return TRUE;
}

/*
 * Written aside and then linked to its name, which fails when the name is taken: a token is whole
 * or not there, and the first of two daemons wins.
 */
static gboolean
offhook_secret_publish(const char *path, const char *token, gboolean *created, GError **error)
{
	g_autofree char *aside = g_strdup_printf("%s.XXXXXX", path);
	g_autofree char *line = g_strconcat(token, "\n", NULL);
	int fd = g_mkstemp_full(aside, O_RDWR | O_CLOEXEC, 0600);
	gboolean ok = fd >= 0;

	if (!ok) {
		offhook_secret_set_errno(error, path, "create it");
	} else if (!offhook_secret_write_all(fd, line, strlen(line)) || fsync(fd) < 0) {
		offhook_secret_set_errno(error, path, "write it");
		ok = FALSE;
	} else if (link(aside, path) == 0) {
		*created = TRUE;
	} else if (errno != EEXIST) {
		offhook_secret_set_errno(error, path, "create it");
		ok = FALSE;
	}
	if (fd >= 0) {
		close(fd);
		g_unlink(aside);
	}
	explicit_bzero(line, strlen(line));
	return ok;
}

char *
offhook_secret_load_api_token(const char *state_dir, gboolean *created, GError **error)
{
	return offhook_secret_load_key(state_dir, OFFHOOK_API_TOKEN_FILE, created, error);
}

char *
offhook_secret_load_key(const char *state_dir, const char *name, gboolean *created, GError **error)
{
	g_autofree char *path = g_build_filename(state_dir, name, NULL);
	g_autoptr(GError) local = NULL;
	gboolean made = FALSE;
	char *token = offhook_secret_read_file(path, 0077, &local);

	if (created != NULL)
		*created = FALSE;
	if (token != NULL)
		return token;
	if (!g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	token = offhook_secret_make_token(error);
	if (token == NULL)
		return NULL;
	if (!offhook_secret_publish(path, token, &made, error)) {
		offhook_secret_free(token);
		return NULL;
	}
	if (created != NULL)
		*created = made;
	if (made)
		return token;
	offhook_secret_free(token);
	return offhook_secret_read_file(path, 0077, error);
}

gboolean
offhook_secret_equal(const char *expected, const char *given)
{
	gsize expected_length, given_length;
	guint8 difference;

	if (expected == NULL || given == NULL)
		return FALSE;
	expected_length = strlen(expected);
	given_length = strlen(given);
	if (expected_length == 0)
		return FALSE; /* no secret is set: nobody knows it */
	difference = expected_length != given_length;
	/* One round for each byte given, wherever the first difference is. */
	for (gsize i = 0; i < given_length; i++)
		difference |= given[i] ^ expected[i % expected_length];
	return difference == 0;
}
