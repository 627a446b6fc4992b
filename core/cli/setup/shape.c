/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: whether what is given for a credential can be one. That it is the right one only the provider
 * knows. Main thread.
 */

#include "cli/setup/shape.h"

#include <string.h>

#include <offhook/call.h>
#include <offhook/error.h>

#define OFFHOOK_SHAPE_KEY_MAX   (64 * 1024)
#define OFFHOOK_SHAPE_KEY_BEGIN "-----BEGIN"
#define OFFHOOK_SHAPE_PEM       "pem"

/* ---- letters and digits ---- */

/* "AC + 32 hex", "32 hex". @prefix: (out) (transfer full): "" or "AC" */
static gboolean
offhook_shape_read_hex(const char *shape, char **prefix, guint *n)
{
	const char *plus = strstr(shape, " + ");
	const char *number = plus != NULL ? plus + strlen(" + ") : shape;
	char *end = NULL;

	*n = (guint)g_ascii_strtoull(number, &end, 10);
	if (*n == 0 || !g_str_equal(end, " hex"))
		return FALSE;
	*prefix = g_strndup(shape, plus != NULL ? (gsize)(plus - shape) : 0);
	return TRUE;
}

static gboolean
offhook_shape_is_hex(const char *value, const char *prefix, guint n)
{
	gsize length = strlen(prefix);

	return g_str_has_prefix(value, prefix) && strlen(value + length) == n &&
	       strspn(value + length, "0123456789abcdefABCDEF") == n;
}

/* (transfer full) (nullable): what is expected instead */
static char *
offhook_shape_expect(const char *shape, const char *value)
{
	g_autofree char *prefix = NULL;
	guint n;

	if (g_str_equal(shape, "uuid"))
		return g_uuid_string_is_valid(value)
			   ? NULL
			   : g_strdup("a UUID like aaaaaaaa-bbbb-cccc-dddd-0123456789ab");
	if (g_str_equal(shape, "phone"))
		return offhook_phone_number_is_valid(value)
			   ? NULL
			   : g_strdup("a number in E.164 like +15550100001");
	if (!offhook_shape_read_hex(shape, &prefix, &n) || offhook_shape_is_hex(value, prefix, n))
		return NULL;
	return g_strdup_printf("%s%s%u hexadecimal digits", prefix, *prefix != '\0' ? " and " : "",
			       n);
}

/* ---- private keys ---- */

/* (transfer full) (nullable): of the file that @value names */
static char *
offhook_shape_read_file(const char *value, GError **error)
{
	g_autofree char *text = NULL;
	gsize size;

	if (!g_file_get_contents(value, &text, &size, error))
		return NULL;
	if (size <= OFFHOOK_SHAPE_KEY_MAX)
		return g_steal_pointer(&text);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "it has more than %d KiB",
		    OFFHOOK_SHAPE_KEY_MAX / 1024);
	return NULL;
}

static gboolean
offhook_shape_is_key(const char *text)
{
	return g_regex_match_simple("-----BEGIN (RSA |EC )?PRIVATE KEY-----.+-----END "
				    "(RSA |EC )?PRIVATE KEY-----",
				    text, G_REGEX_DOTALL, 0);
}

/* GLib's own words have the name in them, which may be a piece of a key. */
static const char *
offhook_shape_tell_why(const GError *error)
{
	if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return "there is none of that name";
	return g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_ACCES) ? "permission denied"
									: "it is no such file";
}

static gboolean
offhook_shape_check_pem(const char *value, GError **error)
{
	gboolean is_text = strstr(value, OFFHOOK_SHAPE_KEY_BEGIN) != NULL;
	g_autoptr(GError) local = NULL;
	g_autofree char *text = is_text ? g_strdup(value) : offhook_shape_read_file(value, &local);

	if (text != NULL && offhook_shape_is_key(text))
		return TRUE;
	if (text == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "the value is neither a private key in PEM nor the name of a file that "
			    "can be read (%s)",
			    offhook_shape_tell_why(local));
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "%s no whole private key in PEM without a passphrase, expected "
			    "-----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----%s",
			    is_text ? "the value is" : "the file holds",
			    is_text ? ", or the name of its file" : "");
	return FALSE;
}

/* ---- all of them ---- */

gboolean
offhook_shape_check(const char *shape, gboolean secret, const char *value, GError **error)
{
	g_autofree char *expected = NULL;

	if (*value == '\0')
		return TRUE;
	if (g_str_equal(shape, OFFHOOK_SHAPE_PEM))
		return offhook_shape_check_pem(value, error);
	expected = offhook_shape_expect(shape, value);
	if (expected != NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s%s%s is not %s",
			    secret ? "" : "\"", secret ? "the value" : value, secret ? "" : "\"",
			    expected);
	return expected == NULL;
}

char *
offhook_shape_read(const char *shape, const char *value)
{
	char *text = NULL;

	if (g_str_equal(shape, OFFHOOK_SHAPE_PEM) &&
	    strstr(value, OFFHOOK_SHAPE_KEY_BEGIN) == NULL)
		text = offhook_shape_read_file(value, NULL);
	return text != NULL ? g_strchomp(text) : g_strdup(value);
}
