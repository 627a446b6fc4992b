/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks of single values and their one written form. Any thread.
 */

#include "config/normalise.h"

#include "config/assistant-config.h"
#include "config/conduct.h"

#include <gio/gio.h>
#include <offhook/call.h>
#include <offhook/error.h>

#include <string.h>

#define OFFHOOK_LIST_MAX       64
#define OFFHOOK_JWT_SECRET_MIN 32

/* As Standard Webhooks say. */
#define OFFHOOK_WEBHOOK_SECRET_PREFIX "whsec_"
#define OFFHOOK_WEBHOOK_SECRET_MIN    24
#define OFFHOOK_WEBHOOK_SECRET_MAX    64

/* Sets the error that continues "VALUE is not". */
static char *
offhook_normalise_fail(GError **error, const char *expected)
{
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, expected);
	return NULL;
}

gboolean
offhook_normalise_split_listen(const char *value, char **host, guint16 *port)
{
	const char *colon = strrchr(value, ':');
	g_autofree char *name = NULL;
	g_autoptr(GInetAddress) address = NULL;
	gsize length;
	guint64 number;

	if (colon == NULL || colon == value ||
	    !g_ascii_string_to_unsigned(colon + 1, 10, 0, G_MAXUINT16, &number, NULL))
		return FALSE;
	length = colon - value;
	if (value[0] == '[' && colon[-1] == ']')
		name = g_strndup(value + 1, length - 2);
	else
		name = g_strndup(value, length);
	if (g_str_equal(name, "localhost")) {
		g_free(name);
		name = g_strdup("127.0.0.1");
	}
	address = g_inet_address_new_from_string(name);
	/* An IPv6 address without brackets: where would its port begin? */
	if (address == NULL ||
	    (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6) != (value[0] == '['))
		return FALSE;
	*host = g_steal_pointer(&name);
	*port = number;
	return TRUE;
}

char *
offhook_normalise_listen(const char *value, const char *directory, GError **error)
{
	g_autofree char *host = NULL;
	guint16 port;

	if (!offhook_normalise_split_listen(value, &host, &port))
		return offhook_normalise_fail(error, "address:port, like 127.0.0.1:3000 or "
						     "[::1]:3000; port 0 means any");
	return g_strdup_printf(strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port);
}

char *
offhook_normalise_public_url(const char *value, const char *directory, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(value, G_URI_FLAGS_NONE, NULL);
	g_autofree char *text = NULL;

	if (uri == NULL ||
	    (!g_str_equal(g_uri_get_scheme(uri), "https") &&
	     !g_str_equal(g_uri_get_scheme(uri), "http")) ||
	    g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL ||
	    g_uri_get_userinfo(uri) != NULL)
		return offhook_normalise_fail(error, "an http or https URL like "
						     "https://voice.example.org");
	text = g_uri_to_string(uri);
	while (g_str_has_suffix(text, "/"))
		text[strlen(text) - 1] = '\0';
	return g_steal_pointer(&text);
}

static char *
offhook_normalise_sqlite(const char *path, const char *directory)
{
	g_autofree char *absolute = NULL;

	if (g_str_equal(path, ":memory:"))
		return g_strdup("sqlite::memory:");
	/* sqlite:///file, as other programs write it */
	if (g_str_has_prefix(path, "///"))
		path += 2;
	absolute = g_canonicalize_filename(path, directory);
	return g_strconcat("sqlite:", absolute, NULL);
}

char *
offhook_normalise_store_url(const char *value, const char *directory, GError **error)
{
	static const char *const schemes[] = {"postgresql://", "postgres://"};

	if (g_str_has_prefix(value, "sqlite:") && value[7] != '\0' && value[7] != '?' &&
	    !g_str_has_suffix(value, "/"))
		return offhook_normalise_sqlite(value + 7, directory);
	for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
		g_autoptr(GUri) uri = NULL;

		if (!g_str_has_prefix(value, schemes[i]))
			continue;
		uri = g_uri_parse(value, G_URI_FLAGS_ENCODED | G_URI_FLAGS_HAS_PASSWORD, NULL);
		if (uri != NULL)
			return g_strconcat(schemes[0], value + strlen(schemes[i]), NULL);
	}
	return offhook_normalise_fail(error, "sqlite:/path/to/file or postgresql://...");
}

char *
offhook_normalise_jwt_secret(const char *value, const char *directory, GError **error)
{
	if (strlen(value) < OFFHOOK_JWT_SECRET_MIN)
		return offhook_normalise_fail(
		    error, "at least " G_STRINGIFY(OFFHOOK_JWT_SECRET_MIN) " bytes long");
	return g_strdup(value);
}

char *
offhook_normalise_sql_name(const char *value, const char *directory, GError **error)
{
	gsize length = strspn(value, "abcdefghijklmnopqrstuvwxyz_0123456789");

	if (length == 0 || length > 63 || value[length] != '\0' || g_ascii_isdigit(value[0]) ||
	    g_str_has_prefix(value, "pg_"))
		return offhook_normalise_fail(
		    error, "a name of at most 63 characters (a-z, 0-9, _) that begins with neither "
			   "a digit nor pg_");
	return g_strdup(value);
}

gboolean
offhook_normalise_is_plugin_name(const char *name)
{
	gsize length = strlen(name);

	if (length == 0 || length > 32 || !g_ascii_islower(name[0]))
		return FALSE;
	for (const char *c = name; *c != '\0'; c++)
		if (!g_ascii_islower(*c) && !g_ascii_isdigit(*c) && *c != '-')
			return FALSE;
	return TRUE;
}

static gboolean
offhook_normalise_is_graded_name(const char *name)
{
	static const char *const kinds[] = {"driver:", "engine:", "agent:"};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(name, kinds[i]))
			return offhook_normalise_is_plugin_name(name + strlen(kinds[i]));
	return offhook_normalise_is_plugin_name(name);
}

/* "a, b;c" -> "a,b,c" */
static char *
offhook_normalise_list(const char *value, gboolean (*check)(const char *name), const char *expected,
		       GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(value, ",;", -1);
	g_autoptr(GString) list = g_string_new(NULL);
	guint n = 0;

	for (char **word = words; *word != NULL; word++) {
		g_strstrip(*word);
		if (**word == '\0')
			continue;
		if (++n > OFFHOOK_LIST_MAX || !check(*word))
			return offhook_normalise_fail(error, expected);
		g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", *word);
	}
	return g_string_free(g_steal_pointer(&list), FALSE);
}

/* A plugin's, or with '_' in place of '-' one that is built in. */
static gboolean
offhook_normalise_is_tool_name(const char *name)
{
	g_autofree char *plain = g_strdelimit(g_strdup(name), "_", '-');

	return offhook_normalise_is_plugin_name(plain);
}

char *
offhook_normalise_tools(const char *value, const char *directory, GError **error)
{
	return offhook_normalise_list(value, offhook_normalise_is_tool_name,
				      "a list of tools like book-table,current_time", error);
}

char *
offhook_normalise_numbers(const char *value, const char *directory, GError **error)
{
	return offhook_normalise_list(value, offhook_phone_number_is_valid,
				      "a list of numbers like +15550100001,+15550100002", error);
}

char *
offhook_normalise_names(const char *value, const char *directory, GError **error)
{
	return offhook_normalise_list(value, offhook_normalise_is_plugin_name,
				      "a list of plugin names like memory,dialog", error);
}

char *
offhook_normalise_engines(const char *value, const char *directory, GError **error)
{
	g_autofree char *plain = g_strdelimit(g_ascii_strdown(value, -1), "_", '-');
	g_autofree char *names = offhook_normalise_names(plain, directory, error);
	g_auto(GStrv) list = names != NULL ? g_strsplit(names, ",", -1) : NULL;

	if (names == NULL)
		return NULL;
	if (g_strv_length(list) > OFFHOOK_ASSISTANT_ENGINES_MAX)
		return offhook_normalise_fail(error, "a list of at most " G_STRINGIFY(
							 OFFHOOK_ASSISTANT_ENGINES_MAX) " engines");
	for (char **name = list; *name != NULL; name++)
		if (g_strv_contains((const char *const *)name + 1, *name))
			return offhook_normalise_fail(error, "a list in which no engine is twice");
	return g_steal_pointer(&names);
}

char *
offhook_normalise_graded_names(const char *value, const char *directory, GError **error)
{
	return offhook_normalise_list(value, offhook_normalise_is_graded_name,
				      "a list of plugin names like driver:loopback,flite", error);
}

char *
offhook_normalise_name(const char *value, const char *directory, GError **error)
{
	g_autofree char *name = g_strdelimit(g_ascii_strdown(value, -1), "_", '-');

	if (!offhook_normalise_is_plugin_name(name))
		return offhook_normalise_fail(error, "the name of a plugin (a-z, 0-9, -)");
	return g_steal_pointer(&name);
}

char *
offhook_normalise_number(const char *value, const char *directory, GError **error)
{
	gsize digits = strspn(value[0] == '+' ? value + 1 : value, "0123456789");

	if (value[0] == '+' && (value[1 + digits] != '\0' || digits < 7 || digits > 15))
		return offhook_normalise_fail(error, "a number like +15551234567: + and 7 to 15 "
						     "digits");
	return g_strdup(value);
}

char *
offhook_normalise_language(const char *value, const char *directory, GError **error)
{
	if (g_regex_match_simple("^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$", value, 0, 0))
		return g_strdup(value);
	return offhook_normalise_fail(error, "a language tag like en-US");
}

char *
offhook_normalise_webhook_url(const char *value, const char *directory, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(value, G_URI_FLAGS_ENCODED, NULL);

	if (uri == NULL ||
	    (!g_str_equal(g_uri_get_scheme(uri), "https") &&
	     !g_str_equal(g_uri_get_scheme(uri), "http")) ||
	    g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    g_uri_get_fragment(uri) != NULL)
		return offhook_normalise_fail(
		    error, "an http or https URL like https://crm.example.com/calls");
	return g_strdup(value);
}

GBytes *
offhook_normalise_decode_webhook_secret(const char *value)
{
	const char *text = value + strlen(OFFHOOK_WEBHOOK_SECRET_PREFIX);
	gsize size;
	guchar *data;

	if (!g_str_has_prefix(value, OFFHOOK_WEBHOOK_SECRET_PREFIX) || strlen(text) % 4 != 0 ||
	    !g_regex_match_simple("^[A-Za-z0-9+/]+={0,2}\\z", text, 0, 0))
		return NULL;
	data = g_base64_decode(text, &size);
	if (size >= OFFHOOK_WEBHOOK_SECRET_MIN && size <= OFFHOOK_WEBHOOK_SECRET_MAX)
		return g_bytes_new_take(data, size);
	g_free(data);
	return NULL;
}

char *
offhook_normalise_webhook_secret(const char *value, const char *directory, GError **error)
{
	g_autoptr(GBytes) key = offhook_normalise_decode_webhook_secret(value);

	if (key == NULL)
		return offhook_normalise_fail(error, "whsec_ and 24 to 64 bytes in base64");
	return g_strdup(value);
}

static gboolean
offhook_normalise_is_event_pattern(const char *pattern)
{
	return g_regex_match_simple("^(\\*|[a-z_]+(\\.[a-z_]+)*(\\.\\*)?)\\z", pattern, 0, 0);
}

char *
offhook_normalise_event_patterns(const char *value, const char *directory, GError **error)
{
	return offhook_normalise_list(value, offhook_normalise_is_event_pattern,
				      "a list of events like call.completed,message.* or *", error);
}

char *
offhook_normalise_hours(const char *value, const char *directory, GError **error)
{
	g_autoptr(OffhookOpeningHours) hours = offhook_opening_hours_parse(value, NULL);

	if (hours != NULL)
		return g_strdup(value);
	return offhook_normalise_fail(
	    error, "a list of days and times like mon-fri 09:00-18:00, sat 10:00-14:00");
}

char *
offhook_normalise_timezone(const char *value, const char *directory, GError **error)
{
	g_autoptr(GTimeZone) timezone = g_time_zone_new_identifier(value);

	if (timezone != NULL)
		return g_strdup(value);
	return offhook_normalise_fail(error, "a time zone like Europe/Rome");
}

char *
offhook_normalise_holidays(const char *value, const char *directory, GError **error)
{
	g_auto(GStrv) days = g_strsplit_set(value, ",; ", -1);
	g_autoptr(GString) list = g_string_new(NULL);
	guint n = 0;

	for (char **day = days; *day != NULL; day++) {
		if (**day == '\0')
			continue;
		if (!g_regex_match_simple("^([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
					  *day, 0, 0) ||
		    ++n > OFFHOOK_LIST_MAX)
			return offhook_normalise_fail(
			    error, "a list of at most 64 days like 2026-12-25 or 12-25");
		g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", *day);
	}
	return g_string_free(g_steal_pointer(&list), FALSE);
}

static char *
offhook_normalise_conduct(const char *value, const char *go_on, GError **error)
{
	OffhookConduct conduct;
	gboolean good = offhook_conduct_parse(&conduct, value, go_on);
	g_autofree char *expected =
	    g_strdup_printf("hang-up, transfer:NUMBER, assistant:NAME or %s", go_on);

	offhook_conduct_clear(&conduct);
	return good ? g_strdup(value) : offhook_normalise_fail(error, expected);
}

char *
offhook_normalise_when_closed(const char *value, const char *directory, GError **error)
{
	return offhook_normalise_conduct(value, "message", error);
}

char *
offhook_normalise_on_failure(const char *value, const char *directory, GError **error)
{
	return offhook_normalise_conduct(value, "apologise", error);
}

char *
offhook_normalise_search_path(const char *value, const char *directory, GError **error)
{
	g_auto(GStrv) folders = g_strsplit(value, ":", -1);
	g_autoptr(GString) path = g_string_new(NULL);
	guint n = 0;

	for (char **folder = folders; *folder != NULL; folder++) {
		g_autofree char *absolute = NULL;

		if (**folder == '\0')
			continue;
		if (++n > OFFHOOK_LIST_MAX)
			return offhook_normalise_fail(error, "a list of at most 64 directories");
		absolute = g_canonicalize_filename(*folder, directory);
		g_string_append_printf(path, "%s%s", path->len > 0 ? ":" : "", absolute);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}
