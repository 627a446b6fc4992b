/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Settings, read and checked. Any thread.
 */

#include "mcp-options.h"

#include "mcp-http.h"
#include "mcp-stdio.h"
#include <offhook/error.h>
#include <string.h>

#define MAX_PREFIX 32

const OffhookSetting offhook_mcp_settings[] = {
    {"command", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "A server that is a program: its command line. No shell reads it, but quotes count."},
    {"environment", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "The program's variables, NAME=value, one a line or separated by semicolons; from a file with "
     "environment-file."},
    {"pass-environment", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Variables of the daemon's that the program gets, too: NAME, NAME."},
    {"directory", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Where the program runs."},
    {"log-errors", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "What the program writes to its standard error goes to the debug log; it may tell of "
     "callers."},
    {"url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "A server behind a URL (streamable HTTP)."},
    {"token", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "The bearer token for it."},
    {"protocol", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "auto", "auto|legacy|modern", NULL,
     "legacy: up to 2025-11-25; modern: 2026-07-28; auto finds out, at the cost of a question."},
    {"prefix", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What the model's names of the tools begin with; the section's name without it, nothing if "
     "empty."},
    {"tools", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "These tools alone, by the server's names: NAME, NAME. All without it."},
    {"exclude", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL, "Not these tools."},
    {"confirm", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Tools that need the caller's yes to just what they are going to do; * for all."},
    {"trust-annotations", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Believe the server which tools only read: they may run before it is certain that the caller "
     "has finished."},
    {"call-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "8000", "100..600000", NULL,
     "For a call, from its beginning or the last progress that the server reports."},
    {"max-call-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "30000", "100..3600000", NULL,
     "For a call in all."},
    {"connect-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "10000", "100..600000",
     NULL, "For each step of connecting."},
    {"probe-timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2500", "100..60000", NULL,
     "How long a server may be silent before it counts as a legacy one."},
    {"reconnect-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "1000", "10..60000", NULL,
     "Until a server that is not there is tried again; then ever longer, up to a minute."},
    {"max-result", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "4096", "256..1048576", NULL,
     "Bytes of a result that the model is told."},
    {NULL},
};

static gboolean
offhook_mcp_options_fail(GError **error, const char *name, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s: expected %s", name, expected);
	return FALSE;
}

/* (transfer full) (nullable): names, separated by commas */
static char **
offhook_mcp_options_read_list(OffhookSettings *settings, const char *name)
{
	g_autofree char *text = offhook_settings_dup_string(settings, name);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) items = NULL;

	if (text == NULL)
		return NULL;
	items = g_strsplit(text, ",", -1);
	for (char **item = items; *item != NULL; item++)
		if (*g_strstrip(*item) != '\0')
			g_strv_builder_add(builder, *item);
	return g_strv_builder_end(builder);
}

/* ---- a program ---- */

static gboolean
offhook_mcp_options_is_variable(const char *text)
{
	const char *c = text;

	if (!g_ascii_isalpha(*c) && *c != '_')
		return FALSE;
	while (g_ascii_isalnum(*c) || *c == '_')
		c++;
	return *c == '=';
}

/* What programs need to run at all; the daemon's variables are full of secrets. (transfer full) */
static char **
offhook_mcp_options_begin_environment(OffhookSettings *settings)
{
	static const char *const harmless[] = {"PATH", "HOME",   "USER", "LOGNAME", "SHELL",
					       "LANG", "LC_ALL", "TZ",   "TMPDIR",  NULL};
	g_auto(GStrv) more = offhook_mcp_options_read_list(settings, "pass-environment");
	char **environment = g_new0(char *, 1);

	for (const char *const *name = harmless; *name != NULL; name++)
		if (g_getenv(*name) != NULL)
			environment = g_environ_setenv(environment, *name, g_getenv(*name), TRUE);
	for (char **name = more; name != NULL && *name != NULL; name++)
		if (g_getenv(*name) != NULL)
			environment = g_environ_setenv(environment, *name, g_getenv(*name), TRUE);
	return environment;
}

static gboolean
offhook_mcp_options_read_environment(OffhookMcpOptions *self, OffhookSettings *settings,
				     GError **error)
{
	g_autofree char *text = offhook_settings_dup_string(settings, "environment");
	g_auto(GStrv) lines = g_strsplit_set(text != NULL ? text : "", "\n;", -1);

	self->environment = offhook_mcp_options_begin_environment(settings);
	for (char **line = lines; *line != NULL; line++) {
		char *equals;

		g_strstrip(*line);
		if (**line == '\0' || **line == '#')
			continue;
		/* What is wrong with it is not told: it is a secret. */
		if (!offhook_mcp_options_is_variable(*line))
			return offhook_mcp_options_fail(error, "environment",
							"lines of NAME=value");
		equals = strchr(*line, '=');
		*equals = '\0';
		self->environment = g_environ_setenv(self->environment, *line, equals + 1, TRUE);
	}
	return TRUE;
}

static gboolean
offhook_mcp_options_read_program(OffhookMcpOptions *self, OffhookSettings *settings,
				 const char *command, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (!g_shell_parse_argv(command, NULL, &self->argv, &local)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "command: expected a command line: %s", local->message);
		return FALSE;
	}
	self->directory = offhook_settings_dup_string(settings, "directory");
	self->log_errors = offhook_settings_get_boolean(settings, "log-errors");
	return offhook_mcp_options_read_environment(self, settings, error);
}

/* ---- a URL ---- */

static gboolean
offhook_mcp_options_read_url(OffhookMcpOptions *self, OffhookSettings *settings, const char *url,
			     GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	g_autofree char *token = offhook_settings_dup_string(settings, "token");
	g_autoptr(GStrvBuilder) headers = g_strv_builder_new();
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";

	if ((!g_str_equal(scheme, "http") && !g_str_equal(scheme, "https")) ||
	    g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    g_uri_get_userinfo(uri) != NULL || g_uri_get_fragment(uri) != NULL)
		return offhook_mcp_options_fail(error, "url",
						"a URL like https://mcp.example.com/mcp");
	if (token != NULL) {
		g_autofree char *line = g_strconcat("Authorization: Bearer ", token, NULL);

		if (strpbrk(token, "\r\n") != NULL)
			return offhook_mcp_options_fail(error, "token", "one line");
		g_strv_builder_add(headers, line);
	}
	self->url = g_strdup(url);
	self->headers = g_strv_builder_end(headers);
	return TRUE;
}

static gboolean
offhook_mcp_options_read_server(OffhookMcpOptions *self, OffhookSettings *settings, GError **error)
{
	g_autofree char *command = offhook_settings_dup_string(settings, "command");
	g_autofree char *url = offhook_settings_dup_string(settings, "url");

	if ((command == NULL) == (url == NULL))
		return offhook_mcp_options_fail(error, command == NULL ? "command" : "url",
						"one of command (a program) and url");
	return command != NULL ? offhook_mcp_options_read_program(self, settings, command, error)
			       : offhook_mcp_options_read_url(self, settings, url, error);
}

/* ---- all of them ---- */

static void
offhook_mcp_options_read_times(OffhookMcpOptions *self, OffhookSettings *settings)
{
	const char *protocol = offhook_settings_get_string(settings, "protocol");
#define GET(name) (guint) offhook_settings_get_integer(settings, name)

	self->client = (OffhookMcpClientOptions){
	    .protocol = g_str_equal(protocol, "legacy")   ? OFFHOOK_MCP_LEGACY
			: g_str_equal(protocol, "modern") ? OFFHOOK_MCP_MODERN
							  : OFFHOOK_MCP_AUTO,
	    .probe_ms = GET("probe-timeout-ms"),
	    .connect_ms = GET("connect-timeout-ms"),
	    .call_ms = GET("call-timeout-ms"),
	    .max_call_ms = MAX(GET("max-call-ms"), GET("call-timeout-ms")),
	    .reconnect_ms = GET("reconnect-ms"),
	};
	self->max_result = GET("max-result");
#undef GET
}

static gboolean
offhook_mcp_options_read_tools(OffhookMcpOptions *self, OffhookSettings *settings, GError **error)
{
	const char *prefix = offhook_settings_get_string(settings, "prefix");

	self->prefix = g_strdup(prefix != NULL ? prefix : self->name);
	if (strlen(self->prefix) > MAX_PREFIX ||
	    strspn(self->prefix,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") !=
		strlen(self->prefix))
		return offhook_mcp_options_fail(error, "prefix",
						"at most 32 of A-Z, a-z, 0-9, _ and -");
	self->tools = offhook_mcp_options_read_list(settings, "tools");
	self->excluded = offhook_mcp_options_read_list(settings, "exclude");
	self->confirmed = offhook_mcp_options_read_list(settings, "confirm");
	self->trusts_annotations = offhook_settings_get_boolean(settings, "trust-annotations");
	return TRUE;
}

/* All that a connection depends on, in one text. (transfer full) */
static char *
offhook_mcp_options_describe_connection(OffhookSettings *settings)
{
	static const char *const not_of_it[] = {
	    "prefix", "tools", "exclude", "confirm", "trust-annotations", "max-result", NULL};
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	for (const OffhookSetting *s = offhook_mcp_settings; s->name != NULL; s++) {
		const char *value = offhook_settings_get_string(settings, s->name);

		if (g_strv_contains(not_of_it, s->name) || value == NULL)
			continue;
		g_checksum_update(sum, (const guchar *)s->name, -1);
		g_checksum_update(sum, (const guchar *)value, (gssize)strlen(value) + 1);
	}
	return g_strdup(g_checksum_get_string(sum));
}

gboolean
offhook_mcp_options_are_unused(OffhookSettings *settings)
{
	g_autofree char *command = offhook_settings_dup_string(settings, "command");
	g_autofree char *url = offhook_settings_dup_string(settings, "url");

	return command == NULL && url == NULL &&
	       g_str_equal(offhook_settings_get_section(settings), "agent:mcp");
}

OffhookMcpOptions *
offhook_mcp_options_new(OffhookSettings *settings, GError **error)
{
	g_autoptr(OffhookMcpOptions) self = g_new0(OffhookMcpOptions, 1);
	const char *section = offhook_settings_get_section(settings);
	const char *colon = strchr(section, ':');

	g_atomic_ref_count_init(&self->ref_count);
	self->name = g_strdup(colon != NULL ? colon + 1 : section);
	offhook_mcp_options_read_times(self, settings);
	if (!offhook_mcp_options_read_server(self, settings, error) ||
	    !offhook_mcp_options_read_tools(self, settings, error))
		return NULL;
	self->connection = offhook_mcp_options_describe_connection(settings);
	return g_steal_pointer(&self);
}

OffhookMcpOptions *
offhook_mcp_options_ref(OffhookMcpOptions *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_mcp_options_unref(OffhookMcpOptions *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->name);
	g_strfreev(self->argv);
	g_strfreev(self->environment);
	g_free(self->directory);
	g_free(self->url);
	g_strfreev(self->headers);
	g_free(self->prefix);
	g_strfreev(self->tools);
	g_strfreev(self->excluded);
	g_strfreev(self->confirmed);
	g_free(self->connection);
	g_free(self);
}

static gboolean
offhook_mcp_options_lists(char **list, const char *name)
{
	return list != NULL && g_strv_contains((const char *const *)list, name);
}

gboolean
offhook_mcp_options_wants(const OffhookMcpOptions *self, const char *name)
{
	return (self->tools == NULL || offhook_mcp_options_lists(self->tools, name)) &&
	       !offhook_mcp_options_lists(self->excluded, name);
}

OffhookToolFlags
offhook_mcp_options_get_flags(const OffhookMcpOptions *self, const OffhookMcpTool *tool)
{
	OffhookToolFlags flags = OFFHOOK_TOOL_NONE;

	if (offhook_mcp_options_lists(self->confirmed, tool->name) ||
	    offhook_mcp_options_lists(self->confirmed, "*"))
		flags |= OFFHOOK_TOOL_CONFIRM;
	if (self->trusts_annotations && tool->read_only)
		flags |= OFFHOOK_TOOL_READ_ONLY;
	return flags;
}

OffhookMcpTransport *
offhook_mcp_options_make_transport(const OffhookMcpOptions *self)
{
	const OffhookMcpStdioOptions program = {
	    .argv = self->argv,
	    .environment = self->environment,
	    .directory = self->directory,
	    .log_errors = self->log_errors,
	};

	return self->url != NULL
		   ? offhook_mcp_http_new(self->url, (const char *const *)self->headers)
		   : offhook_mcp_stdio_new(&program);
}
