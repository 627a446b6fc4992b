/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes a request of a tool's templates, and of its answer what the model is told. The model is told what
 * it can act upon, the log what the operator can; neither is told the secret. Main thread.
 */

#include "tool-request.h"

#include "tool-answer.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

/* The run itself ends first, when its time is over, and takes the request with it. */
#define AFTER_TIMEOUT_MS 1000

typedef struct {
	const OffhookToolConfig *config;
	const OffhookToolSources *sources;
	JsonObject *arguments;
} OffhookToolValues;

/* A request on its way. */
typedef struct {
	OffhookToolConfig *config;
	char *name;
	OffhookToolRun *run;
} OffhookToolRequest;

static void
offhook_tool_request_free(OffhookToolRequest *self)
{
	offhook_tool_config_unref(self->config);
	g_free(self->name);
	g_object_unref(self->run);
	g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookToolRequest, offhook_tool_request_free)

/* ---- values ---- */

static JsonNode *
offhook_tool_request_copy(JsonObject *object, const char *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	return node != NULL ? json_node_copy(node) : json_node_init_null(json_node_alloc());
}

static JsonNode *
offhook_tool_request_get_value_cb(const char *name, gpointer user_data)
{
	const OffhookToolValues *values = user_data;
	const char *text = NULL;

	if (offhook_tool_config_has_parameter(values->config, name))
		return offhook_tool_request_copy(values->arguments, name);
	if (g_str_equal(name, OFFHOOK_TOOL_SECRET))
		text = values->config->secret;
	else if (g_str_equal(name, OFFHOOK_TOOL_CALLER))
		text = values->sources->caller;
	else if (g_str_equal(name, OFFHOOK_TOOL_CALL_ID))
		text = values->sources->call_id;
	else
		return offhook_tool_request_copy(values->sources->variables, name);
	return text != NULL ? json_node_init_string(json_node_alloc(), text)
			    : json_node_init_null(json_node_alloc());
}

/* ---- where to ---- */

static gboolean
offhook_tool_request_is_allowed(const char *host, char **allowed)
{
	/* Nothing that different readers of URLs may take for different things. */
	if (host[strspn(host, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".:-")] != '\0')
		return FALSE;
	for (; *allowed != NULL; allowed++) {
		gsize length = strlen(*allowed);

		if (g_ascii_strcasecmp(*allowed, host) == 0)
			return TRUE;
		if (g_str_has_prefix(*allowed, "*.") && strlen(host) > length - 1 &&
		    g_ascii_strcasecmp(*allowed + 1, host + strlen(host) - (length - 1)) == 0)
			return TRUE;
	}
	return FALSE;
}

/* "a/../b" made of values; each alone was refused before. */
static gboolean
offhook_tool_request_climbs(const char *url)
{
	g_autofree char *path = g_strndup(url, strcspn(url, "?"));
	g_auto(GStrv) steps = g_strsplit(path, "/", -1);

	return g_strv_contains((const char *const *)steps, "..") ||
	       g_strv_contains((const char *const *)steps, ".");
}

static gboolean
offhook_tool_request_check_url(const OffhookToolConfig *config, const char *url, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

	if (uri != NULL && !offhook_tool_request_climbs(url) &&
	    (config->hosts == NULL ||
	     offhook_tool_request_is_allowed(g_uri_get_host(uri), config->hosts)))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "with these arguments another place would be asked than is allowed");
	return FALSE;
}

/* Without a body there is no other place for what the templates do not name. */
static void
offhook_tool_request_add_query(const OffhookToolValues *values, GString *url)
{
	g_autoptr(GPtrArray) named = offhook_tool_template_list_names(values->config->url);
	g_autoptr(GString) query = g_string_new(NULL);
	JsonObjectIter iter;
	const char *name;
	JsonNode *value;

	json_object_iter_init(&iter, values->arguments);
	while (json_object_iter_next(&iter, &name, &value)) {
		g_autofree char *text = offhook_tool_value_to_text(value);

		if (!g_ptr_array_find_with_equal_func(named, name, g_str_equal, NULL))
			offhook_web_form_add(query, name, text);
	}
	if (query->len > 0)
		g_string_append_printf(url, "%c%s", strchr(url->str, '?') != NULL ? '&' : '?',
				       query->str);
}

/* (transfer full) (nullable) */
static char *
offhook_tool_request_make_url(const OffhookToolValues *values, GError **error)
{
	g_autofree char *expanded = offhook_tool_template_expand(
	    values->config->url, offhook_tool_request_get_value_cb, (gpointer)values, error);
	g_autoptr(GString) url = g_string_new(expanded);

	if (expanded == NULL)
		return NULL;
	if (values->config->content_type == NULL)
		offhook_tool_request_add_query(values, url);
	if (!offhook_tool_request_check_url(values->config, url->str, error))
		return NULL;
	return g_string_free(g_steal_pointer(&url), FALSE);
}

/* ---- headers and body ---- */

/* (transfer full) (nullable) */
static char **
offhook_tool_request_make_headers(const OffhookToolValues *values, GError **error)
{
	g_autoptr(GStrvBuilder) lines = g_strv_builder_new();

	for (guint i = 0; i < values->config->headers->len; i++) {
		g_autofree char *line = offhook_tool_template_expand(
		    g_ptr_array_index(values->config->headers, i),
		    offhook_tool_request_get_value_cb, (gpointer)values, error);

		if (line == NULL)
			return NULL;
		g_strv_builder_add(lines, line);
	}
	return g_strv_builder_end(lines);
}

/* FALSE: an error. @body: (out) (nullable): there is none */
static gboolean
offhook_tool_request_make_body(const OffhookToolValues *values, GBytes **body, GError **error)
{
	char *text;

	*body = NULL;
	if (values->config->content_type == NULL)
		return TRUE;
	if (values->config->body == NULL) {
		g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

		json_node_set_object(node, values->arguments);
		text = offhook_json_node_to_string(node);
	} else {
		text = offhook_tool_template_expand(values->config->body,
						    offhook_tool_request_get_value_cb,
						    (gpointer)values, error);
	}
	if (text == NULL)
		return FALSE;
	*body = g_bytes_new_take(text, strlen(text));
	return TRUE;
}

/* ---- the answer ---- */

/* A service may repeat what it was told. (transfer full) */
static char *
offhook_tool_request_hide(const OffhookToolConfig *config, const char *text)
{
	GString *hidden = g_string_new(text);

	if (config->secret != NULL)
		g_string_replace(hidden, config->secret, "***", 0);
	return g_string_free(hidden, FALSE);
}

static void
offhook_tool_request_fail(OffhookToolRequest *self, const GError *error)
{
	g_autofree char *hidden = offhook_tool_request_hide(self->config, error->message);
	g_autoptr(GError) told = g_error_new_literal(error->domain, error->code, hidden);

	offhook_tool_run_fail(self->run, told);
}

/* There was no answer. What the model can do with it, in place of addresses and libraries' words. */
static void
offhook_tool_request_explain(OffhookToolRequest *self, const GError *error)
{
	g_autoptr(GError) told = NULL;
	const char *words = "the service broke off; it may have been done or not";

	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE))
		words = "the service can't be reached; nothing was done";
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT))
		words = "the service took too long; it may have been done or not";
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT))
		words = "the service's answer is too large; it may have been done or not";
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION))
		words = "the service is at an address that is not allowed; nothing was done";
	told = g_error_new_literal(error->domain, error->code, words);
	offhook_tool_run_fail(self->run, told);
}

static void
offhook_tool_request_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookToolRequest) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);
	g_autofree char *text = NULL;
	g_autofree char *hidden = NULL;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	if (response == NULL) {
		g_warning("tool %s: %s", self->name, error->message);
		offhook_tool_request_explain(self, error);
		return;
	}
	text = offhook_tool_answer_read(self->config, response, &error);
	if (text == NULL) {
		/* Without the service's words: they may be about the caller. */
		g_warning("tool %s: an answer that is of no use, status %u", self->name,
			  response->status);
		offhook_tool_request_fail(self, error);
		return;
	}
	hidden = offhook_tool_request_hide(self->config, text);
	offhook_tool_run_finish(self->run, hidden);
}

void
offhook_tool_request_send(OffhookToolConfig *config, const char *name, OffhookWebClient *web,
			  const OffhookToolSources *sources, OffhookToolRun *run)
{
	const OffhookToolValues values = {config, sources, offhook_tool_run_get_arguments(run)};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autofree char *url = offhook_tool_request_make_url(&values, &error);
	g_auto(GStrv) headers =
	    url != NULL ? offhook_tool_request_make_headers(&values, &error) : NULL;
	OffhookToolRequest *self;

	if (headers == NULL || !offhook_tool_request_make_body(&values, &body, &error)) {
		offhook_tool_run_fail(run, error);
		return;
	}
	self = g_new0(OffhookToolRequest, 1);
	self->config = offhook_tool_config_ref(config);
	self->name = g_strdup(name);
	self->run = g_object_ref(run);
	offhook_web_client_send_async(web,
				      &(const OffhookWebRequest){
					  .method = config->method,
					  .url = url,
					  .headers = (const char *const *)headers,
					  .content_type = config->content_type,
					  .body = body,
					  .timeout_ms = config->timeout_ms + AFTER_TIMEOUT_MS,
					  .max_size = config->max_response,
					  .once = (config->flags & OFFHOOK_TOOL_READ_ONLY) == 0,
				      },
				      offhook_tool_run_get_cancellable(run),
				      offhook_tool_request_answered_cb, self);
}
