/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A tool's settings, read and checked as far as that can be done without a call. Any thread; reads a small
 * file.
 */

#include "tool-config.h"

#include "tool-check.h"
#include "tool-parameters.h"
#include <offhook/error.h>
#include <offhook/json-schema.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_FILE    (64 * 1024)
#define MAX_HEADERS 32
#define JSON_TYPE   "application/json"

const OffhookSetting offhook_tool_settings[] = {
    {"name", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "How the language model calls it. Default: the section's name."},
    /* These two are needed; the plugin itself, without a section, does without them. */
    {"description", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What it does and when it is to be used, for the language model. Needed."},
    {"url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What is asked; needed. {NAME} stands for a parameter, a variable, {caller}, {call_id} or "
     "{secret}, "
     "here as in headers and body."},
    {"method", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, NULL, "GET|POST|PUT|PATCH|DELETE",
     NULL, "Default: GET for what is read-only, else POST."},
    {"headers", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "\"Name: value\", several divided by |."},
    {"secret", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "What {secret} stands for; the language model never sees it."},
    {"parameters", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What it wants to be told: \"name; people:integer 1..8 - how many come; date:date?\", or a "
     "JSON schema."},
    {"parameters-file", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "The same in a file."},
    {"body", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What is sent. Default: the arguments as JSON; nothing with GET and DELETE."},
    {"content-type", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, JSON_TYPE, NULL, NULL,
     "What the body is."},
    {"result", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What the model is told of a JSON answer: a path such as $.slots[*].time, or words with "
     "paths, "
     "\"Booked as {booking.id}.\". Default: all of it."},
    {"result-size", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "4096", "64..65536", NULL,
     "The most that the model is told, in bytes."},
    {"response-size", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "262144", "1024..16777216",
     NULL, "A larger answer is an error, in bytes."},
    {"timeout-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "8000", "100..120000", NULL,
     "How long it may take."},
    {"confirm", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Nothing is done before the caller has said yes to just these arguments."},
    {"read-only", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "It changes nothing, so it may be asked before the caller has certainly finished."},
    {"allowed-hosts", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Hosts that the URL may lead to, with commas; *.example.com for all below. Needed when the "
     "host is a {NAME}."},
    {"allow-private", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Also addresses of this machine and of private networks."},
    {NULL},
};

OffhookToolConfig *
offhook_tool_config_ref(OffhookToolConfig *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_tool_config_unref(OffhookToolConfig *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->name);
	g_free(self->description);
	g_clear_pointer(&self->parameters, json_object_unref);
	g_free(self->method);
	offhook_tool_template_free(self->url);
	g_free(self->host);
	g_strfreev(self->hosts);
	g_ptr_array_unref(self->headers);
	g_free(self->content_type);
	offhook_tool_template_free(self->body);
	g_free(self->secret);
	g_free(self->result_path);
	offhook_tool_template_free(self->result);
	g_free(self);
}

static gboolean G_GNUC_PRINTF(2, 3)
    offhook_tool_config_refuse(GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_propagate_error(error,
			  g_error_new_valist(OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, format, args));
	va_end(args);
	return FALSE;
}

/* ---- parameters ---- */

/* (transfer full) (nullable): what the section says of them, or an error */
static char *
offhook_tool_config_read_parameters(OffhookSettings *settings, GError **error)
{
	g_autofree char *text = offhook_settings_dup_string(settings, "parameters");
	g_autofree char *path = offhook_settings_dup_string(settings, "parameters-file");
	g_autofree char *read = NULL;
	g_autoptr(GError) local = NULL;
	gsize length = 0;

	if (path == NULL)
		return text != NULL ? g_steal_pointer(&text) : g_strdup("");
	if (text != NULL)
		offhook_tool_config_refuse(
		    error, "parameters: expected these or parameters-file, not both");
	else if (!g_file_test(path, G_FILE_TEST_IS_REGULAR) ||
		 !g_file_get_contents(path, &read, &length, &local))
		offhook_tool_config_refuse(error, "parameters-file: %s",
					   local != NULL ? local->message : "is no file");
	else if (length > MAX_FILE || !g_utf8_validate_len(read, length, NULL))
		offhook_tool_config_refuse(
		    error, "parameters-file: expected UTF-8 text of at most %d bytes", MAX_FILE);
	else
		return g_strstrip(g_steal_pointer(&read));
	return NULL;
}

static gboolean
offhook_tool_config_set_parameters(OffhookToolConfig *self, OffhookSettings *settings,
				   GError **error)
{
	g_autofree char *text = offhook_tool_config_read_parameters(settings, error);
	g_autoptr(OffhookJsonSchema) schema = NULL;
	g_autoptr(GError) local = NULL;

	if (text == NULL)
		return FALSE;
	self->parameters = offhook_tool_parameters_parse(text, error);
	if (self->parameters == NULL)
		return FALSE;
	if (g_strcmp0(offhook_json_get_string(self->parameters, "type"), "object") != 0)
		return offhook_tool_config_refuse(
		    error, "parameters: expected a schema of \"type\": \"object\"");
	schema = offhook_json_schema_new(self->parameters, &local);
	if (schema == NULL)
		return offhook_tool_config_refuse(error, "parameters: %s", local->message);
	if (offhook_tool_config_has_parameter(self, OFFHOOK_TOOL_CALLER) ||
	    offhook_tool_config_has_parameter(self, OFFHOOK_TOOL_CALL_ID) ||
	    offhook_tool_config_has_parameter(self, OFFHOOK_TOOL_SECRET))
		return offhook_tool_config_refuse(
		    error, "parameters: caller, call_id and secret are not for the model to say; "
			   "expected other names");
	return TRUE;
}

gboolean
offhook_tool_config_has_parameter(const OffhookToolConfig *self, const char *name)
{
	JsonObject *properties = offhook_json_get_object(self->parameters, "properties");

	return properties != NULL && json_object_has_member(properties, name);
}

/* ---- templates ---- */

/* A variable is named as <offhook/agent-host.h> has it. */
static gboolean
offhook_tool_config_is_variable(const char *name)
{
	return g_ascii_islower(*name) && name[strspn(name, G_CSET_a_2_z G_CSET_DIGITS "_")] == '\0';
}

/* Where the parameters are wrong nothing is said of names that may be among them. (transfer full) (nullable): an error */
static OffhookToolTemplate *
offhook_tool_config_make_template(OffhookToolConfig *self, const char *key, const char *text,
				  OffhookToolPlace place, GError **error)
{
	g_autoptr(OffhookToolTemplate) template = offhook_tool_template_new(text, place);
	g_autoptr(GPtrArray) names = offhook_tool_template_list_names(template);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		if (g_str_equal(name, OFFHOOK_TOOL_SECRET) && self->secret == NULL) {
			offhook_tool_config_refuse(error, "%s: {secret} without a secret-file",
						   key);
			return NULL;
		}
		if (self->parameters != NULL && !offhook_tool_config_has_parameter(self, name) &&
		    !offhook_tool_config_is_variable(name)) {
			offhook_tool_config_refuse(
			    error, "%s: {%s} is neither a parameter nor the name of a variable",
			    key, name);
			return NULL;
		}
	}
	return g_steal_pointer(&template);
}

static JsonNode *
offhook_tool_config_get_nothing(const char *name, gpointer user_data)
{
	return json_node_init_null(json_node_alloc());
}

static JsonNode *
offhook_tool_config_get_letter(const char *name, gpointer user_data)
{
	return json_node_init_string(json_node_alloc(), "x");
}

/* ---- the URL ---- */

/* "https://{shop}.example.com/..." */
static gboolean
offhook_tool_config_is_host_open(const char *url)
{
	const char *host = strstr(url, "://");
	gsize length = host != NULL ? strcspn(host + 3, "/?#") : 0;

	return host != NULL && memchr(host + 3, '{', length) != NULL;
}

static gboolean
offhook_tool_config_set_hosts(OffhookToolConfig *self, OffhookSettings *settings, GError **error)
{
	g_autofree char *text = offhook_settings_dup_string(settings, "allowed-hosts");

	if (text == NULL && self->host == NULL)
		return offhook_tool_config_refuse(
		    error, "allowed-hosts is missing: the host of url is not the same each time");
	if (text == NULL)
		return TRUE;
	self->hosts = g_strsplit(text, ",", -1);
	for (char **host = self->hosts; *host != NULL; host++) {
		const char *name;

		g_strstrip(*host);
		name = g_str_has_prefix(*host, "*.") ? *host + 2 : *host;
		if (*name == '\0' ||
		    name[strspn(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".:-")] != '\0')
			return offhook_tool_config_refuse(
			    error,
			    "allowed-hosts: \"%s\": expected names such as api.example.com or "
			    "*.example.com",
			    *host);
	}
	return TRUE;
}

static gboolean
offhook_tool_config_set_url(OffhookToolConfig *self, OffhookSettings *settings, GError **error)
{
	g_autofree char *text = offhook_settings_dup_string(settings, "url");
	g_autofree char *sample = NULL;
	g_autoptr(GUri) uri = NULL;

	if (text == NULL)
		return offhook_tool_config_refuse(
		    error, "url is missing: one such as https://api.example.com/tables?day={day}");
	self->url =
	    offhook_tool_config_make_template(self, "url", text, OFFHOOK_TOOL_PLACE_URL, error);
	if (self->url == NULL)
		return FALSE;
	sample =
	    offhook_tool_template_expand(self->url, offhook_tool_config_get_letter, NULL, NULL);
	uri = g_uri_parse(sample, G_URI_FLAGS_NONE, NULL);
	if ((!g_str_has_prefix(text, "https://") && !g_str_has_prefix(text, "http://")) ||
	    uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' ||
	    g_uri_get_userinfo(uri) != NULL || g_uri_get_fragment(uri) != NULL)
		return offhook_tool_config_refuse(
		    error,
		    "url: \"%s\": expected one such as https://api.example.com/tables?day={day}",
		    text);
	if (!offhook_tool_config_is_host_open(text))
		self->host = g_strdup(g_uri_get_host(uri));
	return offhook_tool_config_set_hosts(self, settings, error) &&
	       offhook_tool_check_addresses(self, error);
}

/* ---- headers and body ---- */

static gboolean
offhook_tool_config_set_headers(OffhookToolConfig *self, OffhookSettings *settings, GError **error)
{
	g_autofree char *text = offhook_settings_dup_string(settings, "headers");
	g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "|", MAX_HEADERS + 1);

	for (char **line = lines; *line != NULL; line++) {
		const char *colon = strchr(g_strstrip(*line), ':');
		OffhookToolTemplate *header;

		if (**line == '\0')
			continue;
		if (colon == NULL || colon == *line || self->headers->len >= MAX_HEADERS ||
		    strcspn(*line, " \t\r\n{}\"(),/;<=>?@[\\]") < (gsize)(colon - *line) ||
		    strpbrk(*line, "\r\n") != NULL)
			return offhook_tool_config_refuse(
			    error, "headers: expected at most %d of \"Name: value\", divided by |",
			    MAX_HEADERS);
		header = offhook_tool_config_make_template(self, "headers", *line,
							   OFFHOOK_TOOL_PLACE_HEADER, error);
		if (header == NULL)
			return FALSE;
		g_ptr_array_add(self->headers, header);
	}
	return TRUE;
}

static OffhookToolPlace
offhook_tool_config_get_place(const char *content_type)
{
	g_autofree char *lower = g_ascii_strdown(content_type, -1);

	if (strstr(lower, "json") != NULL)
		return OFFHOOK_TOOL_PLACE_JSON;
	if (strstr(lower, "form-urlencoded") != NULL)
		return OFFHOOK_TOOL_PLACE_FORM;
	return strstr(lower, "xml") != NULL ? OFFHOOK_TOOL_PLACE_XML : OFFHOOK_TOOL_PLACE_TEXT;
}

/* A template of JSON is right when it is with nothing in all its places. */
static gboolean
offhook_tool_config_check_json(OffhookToolConfig *self, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree char *sample =
	    offhook_tool_template_expand(self->body, offhook_tool_config_get_nothing, NULL, NULL);
	g_autoptr(GError) local = NULL;

	if (json_parser_load_from_data(parser, sample, -1, &local))
		return TRUE;
	return offhook_tool_config_refuse(error, "body: is not JSON: %s", local->message);
}

static gboolean
offhook_tool_config_set_body(OffhookToolConfig *self, OffhookSettings *settings, GError **error)
{
	g_autofree char *text = offhook_settings_dup_string(settings, "body");
	const char *type = offhook_settings_get_string(settings, "content-type");
	gboolean has_body =
	    !g_str_equal(self->method, "GET") && !g_str_equal(self->method, "DELETE");
	OffhookToolPlace place;

	if (strpbrk(type, "\r\n") != NULL || strchr(type, '/') == NULL)
		return offhook_tool_config_refuse(
		    error, "content-type: \"%s\": expected one such as " JSON_TYPE, type);
	place = offhook_tool_config_get_place(type);
	if (text == NULL && has_body && place != OFFHOOK_TOOL_PLACE_JSON)
		return offhook_tool_config_refuse(
		    error, "body is missing: without one JSON is sent, but content-type is %s",
		    type);
	if (text == NULL && !has_body)
		return TRUE;
	self->content_type = g_strdup(type);
	if (text == NULL)
		return TRUE;
	self->body = offhook_tool_config_make_template(self, "body", text, place, error);
	if (self->body == NULL)
		return FALSE;
	return place != OFFHOOK_TOOL_PLACE_JSON || offhook_tool_config_check_json(self, error);
}

/* ---- the result ---- */

static gboolean
offhook_tool_config_check_path(const char *path, GError **error)
{
	g_autoptr(JsonPath) compiled = json_path_new();
	g_autofree char *rooted = *path == '$' ? g_strdup(path) : g_strconcat("$.", path, NULL);
	g_autoptr(GError) local = NULL;

	if (json_path_compile(compiled, rooted, &local))
		return TRUE;
	return offhook_tool_config_refuse(error, "result: \"%s\" is no path: %s", path,
					  local->message);
}

static gboolean
offhook_tool_config_set_result(OffhookToolConfig *self, OffhookSettings *settings, GError **error)
{
	g_autofree char *text = offhook_settings_dup_string(settings, "result");
	g_autoptr(GPtrArray) names = NULL;

	if (text == NULL)
		return TRUE;
	if (*text == '$') {
		self->result_path = g_strdup(text);
		return offhook_tool_config_check_path(text, error);
	}
	self->result = offhook_tool_template_new(text, OFFHOOK_TOOL_PLACE_TEXT);
	names = offhook_tool_template_list_names(self->result);
	for (guint i = 0; i < names->len; i++)
		if (!offhook_tool_config_check_path(g_ptr_array_index(names, i), error))
			return FALSE;
	return TRUE;
}

/* ---- all of it ---- */

/* What can't be wrong. The rest is read whatever is wrong before it, so that all of it is told. */
static void
offhook_tool_config_set_plain(OffhookToolConfig *self, OffhookSettings *settings)
{
	self->description = offhook_settings_dup_string(settings, "description");
	self->name = offhook_settings_dup_string(settings, "name");
	self->method = offhook_settings_dup_string(settings, "method");
	if (self->method == NULL)
		self->method = g_strdup(
		    offhook_settings_get_boolean(settings, "read-only") ? "GET" : "POST");
	self->secret = offhook_settings_dup_string(settings, "secret");
	self->allow_private = offhook_settings_get_boolean(settings, "allow-private");
	self->timeout_ms = (guint)offhook_settings_get_integer(settings, "timeout-ms");
	self->max_result = (gsize)offhook_settings_get_integer(settings, "result-size");
	self->max_response = (gsize)offhook_settings_get_integer(settings, "response-size");
}

static gboolean
offhook_tool_config_set_conduct(OffhookToolConfig *self, OffhookSettings *settings, GError **error)
{
	gboolean confirm = offhook_settings_get_boolean(settings, "confirm");
	gboolean read_only = offhook_settings_get_boolean(settings, "read-only");

	offhook_tool_config_set_plain(self, settings);
	if (self->description == NULL)
		return offhook_tool_config_refuse(
		    error,
		    "description is missing: what it does and when it is to be used, for the "
		    "language model");
	if (confirm && read_only)
		return offhook_tool_config_refuse(
		    error, "confirm: what changes nothing needs no confirmation; expected this or "
			   "read-only");
	self->flags = (confirm ? OFFHOOK_TOOL_CONFIRM : OFFHOOK_TOOL_NONE) |
		      (read_only ? OFFHOOK_TOOL_READ_ONLY : OFFHOOK_TOOL_NONE);
	return TRUE;
}

OffhookToolConfig *
offhook_tool_config_new(OffhookSettings *settings, GError **error)
{
	static gboolean (*const steps[])(OffhookToolConfig *, OffhookSettings *, GError **) = {
	    offhook_tool_config_set_conduct, offhook_tool_config_set_parameters,
	    offhook_tool_config_set_url,     offhook_tool_config_set_headers,
	    offhook_tool_config_set_body,    offhook_tool_config_set_result,
	};
	g_autoptr(OffhookToolConfig) self = g_new0(OffhookToolConfig, 1);

	g_autoptr(GString) wrong = g_string_new(NULL);

	g_atomic_ref_count_init(&self->ref_count);
	self->headers = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_tool_template_free);
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(GError) local = NULL;

		if (!steps[i](self, settings, &local))
			g_string_append_printf(wrong, "%s%s", wrong->len > 0 ? "\n" : "",
					       local->message);
	}
	if (wrong->len == 0)
		return g_steal_pointer(&self);
	offhook_tool_config_refuse(error, "%s", wrong->str);
	return NULL;
}
