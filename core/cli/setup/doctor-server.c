/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook doctor: what only a server knows: its plugins, whether engines and agents open, whether providers
 * take our credentials, and whether the world can reach us. Where none is running, one of our own is asked.
 */

#include "cli/setup/doctor.h"

#include <offhook/error.h>
#include <offhook/json.h>

#define OFFHOOK_DOCTOR_PATIENCE_S 60
#define OFFHOOK_DOCTOR_PUBLIC_URL                                                                  \
	"set [server] public-url=https://... to the address of a proxy or of a tunnel, such as "   \
	"ngrok http 3000, and the provider's webhook to the URL that its page in docs/drivers "    \
	"says"

/* (transfer full) (nullable): told of already */
static JsonObject *
offhook_doctor_ask(OffhookDoctor *self, const char *check, const char *method, const char *path,
		   JsonObject *body)
{
	g_autoptr(GError) error = NULL;
	JsonObject *reply = offhook_client_request(self->client, method, path, body, &error);

	if (reply == NULL)
		offhook_doctor_tell(self, check, OFFHOOK_DOCTOR_ERROR, NULL, "%s", error->message);
	return reply;
}

/* ---- is there one ---- */

static void
offhook_doctor_tell_server(OffhookDoctor *self, JsonObject *health)
{
	const char *version = offhook_client_get(health, "version");
	const char *status = offhook_client_get(health, "status");

	if (!g_str_equal(status, "healthy"))
		offhook_doctor_tell(self, "server", OFFHOOK_DOCTOR_WARNING,
				    "offhook status says what of it is not", "%s at %s",
				    status, self->client->url);
	else if (!g_str_equal(version, OFFHOOK_VERSION))
		offhook_doctor_tell(self, "server", OFFHOOK_DOCTOR_WARNING,
				    "restart it: systemctl restart offhookd",
				    "version %s runs at %s, %s is installed", version,
				    self->client->url, OFFHOOK_VERSION);
	else
		offhook_doctor_tell(self, "server", OFFHOOK_DOCTOR_OK, NULL,
				    "%s at %s, %" G_GINT64_FORMAT " calls in progress", version,
				    self->client->url,
				    json_object_get_int_member(health, "active_calls"));
}

/* Systems that events go to: what of them does not take any. */
static void
offhook_doctor_tell_webhook_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	OffhookDoctor *self = user_data;
	JsonObject *webhook = json_node_get_object(node);
	const char *name = offhook_client_get(webhook, "endpoint");
	gint64 waiting = json_object_get_int_member_with_default(webhook, "waiting", 0);
	gint64 dead = json_object_get_int_member_with_default(webhook, "dead", 0);
	gboolean disabled = json_object_get_boolean_member_with_default(webhook, "disabled", FALSE);
	gboolean fails = json_object_get_int_member_with_default(webhook, "failures", 0) > 0;

	if (disabled || fails)
		offhook_doctor_tell(self, "webhook", OFFHOOK_DOCTOR_WARNING,
				    disabled ? "mend that system, then reload the configuration"
					     : "mend that system, events wait for a day; offhook "
					       "deliveries lists them",
				    "%s %s: %s; %" G_GINT64_FORMAT " events wait, %" G_GINT64_FORMAT
				    " were given up",
				    name, disabled ? "is sent nothing any more" : "takes nothing",
				    offhook_client_get(webhook, "error"), waiting, dead);
	else if (dead > 0)
		offhook_doctor_tell(self, "webhook", OFFHOOK_DOCTOR_WARNING,
				    "offhook deliveries retry --all sends them anew",
				    "%s: %" G_GINT64_FORMAT " events were given up", name, dead);
	else
		offhook_doctor_tell(self, "webhook", OFFHOOK_DOCTOR_OK, NULL,
				    "%s, %" G_GINT64_FORMAT " events wait", name, waiting);
}

/* Starts one of our own, so that the rest can be looked at. */
static void
offhook_doctor_start_server(OffhookDoctor *self)
{
	g_autoptr(GError) error = NULL;

	offhook_doctor_tell(self, "server", OFFHOOK_DOCTOR_WARNING,
			    "systemctl start offhookd, or offhookd --config FILE",
			    "none answers at %s", self->client->url);
	self->server = offhook_private_server_start(self->client, OFFHOOK_PRIVATE_SERVER_TOLERANT,
						    NULL, &error);
	self->can_ask = self->server != NULL;
	if (self->misconfigured && g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG))
		offhook_doctor_tell(self, "start", OFFHOOK_DOCTOR_ERROR,
				    "mend that first; plugins, assistants and providers are looked "
				    "at then",
				    "none can be started with this configuration");
	else if (self->server == NULL)
		offhook_doctor_tell(self, "start", OFFHOOK_DOCTOR_ERROR, NULL, "%s",
				    error->message);
}

static void
offhook_doctor_find_server(OffhookDoctor *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) health =
	    offhook_client_request(self->client, "GET", "/health/detailed", NULL, &error);
	gboolean away = g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);

	self->running = health != NULL || !away;
	self->can_ask = health != NULL;
	if (health != NULL) {
		offhook_doctor_tell_server(self, health);
		if (json_object_has_member(health, "webhooks"))
			json_array_foreach_element(json_object_get_array_member(health, "webhooks"),
						   offhook_doctor_tell_webhook_cb, self);
	} else if (away && !self->client->named)
		offhook_doctor_start_server(self);
	else
		offhook_doctor_tell(self, "server", OFFHOOK_DOCTOR_ERROR,
				    away ? "start it, or see --url"
					 : "be the server's user, or set $OFFHOOK_TOKEN",
				    "%s", error->message);
}

/* ---- plugins ---- */

/* Another file of that name was there first, and works. */
static gboolean
offhook_doctor_has_twin(OffhookDoctor *self, JsonObject *plugin)
{
	for (guint i = 0; i < json_array_get_length(self->plugins); i++) {
		JsonObject *other = json_array_get_object_element(self->plugins, i);

		if (other != plugin &&
		    g_str_equal(offhook_client_get(other, "kind"),
				offhook_client_get(plugin, "kind")) &&
		    g_str_equal(offhook_client_get(other, "name"),
				offhook_client_get(plugin, "name")) &&
		    !g_str_equal(offhook_client_get(other, "status"), "failed"))
			return TRUE;
	}
	return FALSE;
}

static void
offhook_doctor_tell_failed_plugin(OffhookDoctor *self, JsonObject *plugin)
{
	gboolean twin = offhook_doctor_has_twin(self, plugin);

	offhook_doctor_tell(self, "plugin", twin ? OFFHOOK_DOCTOR_WARNING : OFFHOOK_DOCTOR_ERROR,
			    twin ? "take one of the two files away"
				 : "install the one of this version, or take the file away",
			    "%s %s: %s", offhook_client_get(plugin, "kind"),
			    offhook_client_get(plugin, "name"),
			    offhook_client_get(plugin, "reason"));
}

static void
offhook_doctor_check_plugins(OffhookDoctor *self)
{
	g_autoptr(JsonObject) reply = offhook_doctor_ask(self, "plugins", "GET", "/plugins", NULL);
	g_autoptr(GString) idle = g_string_new(NULL);
	guint n_active = 0;

	if (reply == NULL)
		return;
	self->plugins = json_array_ref(json_object_get_array_member(reply, "plugins"));
	for (guint i = 0; i < json_array_get_length(self->plugins); i++) {
		JsonObject *plugin = json_array_get_object_element(self->plugins, i);
		const char *status = offhook_client_get(plugin, "status");

		if (g_str_equal(status, "active"))
			n_active++;
		else if (g_str_equal(status, "unconfigured"))
			g_string_append_printf(idle, "%s%s", idle->len > 0 ? ", " : "; not set up: ",
					       offhook_client_get(plugin, "name"));
		else if (g_str_equal(status, "failed"))
			offhook_doctor_tell_failed_plugin(self, plugin);
	}
	offhook_doctor_tell(self, "plugins",
			    n_active > 0 ? OFFHOOK_DOCTOR_OK : OFFHOOK_DOCTOR_ERROR,
			    n_active > 0 ? NULL : "see [plugins] path", "%u of %u are active%s",
			    n_active, json_array_get_length(self->plugins), idle->str);
}

/* ---- engines and agents ---- */

/* Each once, though several assistants may have it. */
static void
offhook_doctor_tell_part(OffhookDoctor *self, GHashTable *told, const char *assistant,
			 JsonObject *part)
{
	const char *what = offhook_client_get(part, "what");
	const char *name = offhook_client_get(part, "name");
	const char *problem = offhook_client_get(part, "problem");
	const char *remark = offhook_json_get_string(part, "remark");
	g_autofree char *key = g_strdup_printf("%s %s %s %s", what, name, problem,
					       remark != NULL ? remark : "");

	if (!g_hash_table_add(told, g_steal_pointer(&key)))
		return;
	if (json_object_get_boolean_member(part, "ok") && remark == NULL)
		offhook_doctor_tell(self, what, OFFHOOK_DOCTOR_OK, NULL, "%s", name);
	else if (json_object_get_boolean_member(part, "ok"))
		offhook_doctor_tell(self, what, OFFHOOK_DOCTOR_WARNING, NULL,
				    "%s, of the assistant %s: %s", name, assistant, remark);
	else
		offhook_doctor_tell(self, what, OFFHOOK_DOCTOR_ERROR,
				    "see its section of the configuration, and its credentials",
				    "%s, of the assistant %s: %s", name, assistant, problem);
}

static void
offhook_doctor_check_assistants(OffhookDoctor *self)
{
	g_autoptr(JsonObject) reply =
	    offhook_doctor_ask(self, "assistants", "GET", "/assistants", NULL);
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	JsonArray *assistants =
	    reply != NULL ? json_object_get_array_member(reply, "assistants") : NULL;

	for (guint i = 0; assistants != NULL && i < json_array_get_length(assistants); i++) {
		const char *name =
		    offhook_client_get(json_array_get_object_element(assistants, i), "name");
		g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
		g_autofree char *path = g_strdup_printf("/assistants/%s/check", escaped);
		g_autoptr(JsonObject) check =
		    offhook_doctor_ask(self, "assistant", "GET", path, NULL);
		JsonArray *parts =
		    check != NULL ? json_object_get_array_member(check, "checks") : NULL;

		for (guint j = 0; parts != NULL && j < json_array_get_length(parts); j++)
			offhook_doctor_tell_part(self, told, name,
						 json_array_get_object_element(parts, j));
	}
}

/* ---- providers ---- */

/* Nobody is behind the public URL while the server does not run. */
static void
offhook_doctor_tell_unreachable(OffhookDoctor *self, const char *name, const char *message)
{
	gboolean told =
	    offhook_config_get_string(self->client->config, "server", "public-url") != NULL;

	offhook_doctor_tell(self, "provider",
			    self->running || !told ? OFFHOOK_DOCTOR_ERROR : OFFHOOK_DOCTOR_WARNING,
			    told
				? "see [server] public-url, the proxy or tunnel behind it, and the "
				  "number's settings at the provider"
				: OFFHOOK_DOCTOR_PUBLIC_URL,
			    "%s: no call can come in: %s", name, message);
}

static void
offhook_doctor_tell_provider(OffhookDoctor *self, const char *name, gboolean is_carrier,
			     JsonObject *reply)
{
	JsonObject *results = json_object_get_object_member(reply, "test_results");
	const char *message =
	    json_object_get_string_member_with_default(reply, "message", "all of it works");
	gboolean let_in = g_str_equal(offhook_client_get(results, "authentication"), "passed");
	gboolean may = g_str_equal(offhook_client_get(results, "api_access"), "passed");
	gboolean reaches = g_str_equal(offhook_client_get(results, "webhook_url"), "passed");

	if (reaches && is_carrier && self->reached_by == NULL)
		self->reached_by = g_strdup(name);
	if (!reaches && let_in && may && self->unreached == NULL)
		self->unreached = g_strdup_printf("%s: %s", name, message);
	if (json_object_get_boolean_member(reply, "success"))
		offhook_doctor_tell(self, "provider", OFFHOOK_DOCTOR_OK, NULL, "%s", name);
	else if (!let_in)
		offhook_doctor_tell(self, "provider", OFFHOOK_DOCTOR_ERROR,
				    "see the credentials in its section", "%s: %s", name, message);
	else if (!may)
		offhook_doctor_tell(self, "provider", OFFHOOK_DOCTOR_ERROR,
				    "see the account at the provider", "%s: %s", name, message);
	else
		offhook_doctor_tell_unreachable(self, name, message);
}

/* One with an account: only such a one comes to us from elsewhere. */
static gboolean
offhook_doctor_is_carrier(JsonObject *plugin)
{
	JsonArray *settings = json_object_get_array_member(plugin, "settings");

	for (guint i = 0; i < json_array_get_length(settings); i++)
		if (json_object_get_boolean_member_with_default(
			json_array_get_object_element(settings, i), "secret", FALSE))
			return TRUE;
	return FALSE;
}

static void
offhook_doctor_check_provider(OffhookDoctor *self, JsonObject *plugin)
{
	const char *name = offhook_client_get(plugin, "name");
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) test = NULL;
	g_autoptr(GError) error = NULL;

	json_object_set_string_member(body, "provider", name);
	test = offhook_client_request(self->client, "POST", "/voice/providers/test", body, &error);
	if (test != NULL)
		offhook_doctor_tell_provider(self, name, offhook_doctor_is_carrier(plugin), test);
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED))
		offhook_doctor_tell(self, "provider", OFFHOOK_DOCTOR_OK, NULL,
				    "%s has no account to be tested", name);
	else
		offhook_doctor_tell(self, "provider", OFFHOOK_DOCTOR_ERROR, NULL, "%s: %s", name,
				    error->message);
}

/* It has a section, an assistant that names it, or a variable of the environment. */
static gboolean
offhook_doctor_is_configured(OffhookDoctor *self, JsonObject *plugin)
{
	const char *name = offhook_client_get(plugin, "name");
	g_auto(GStrv) sections = offhook_config_list_named(self->client->config, "driver");
	const GPtrArray *assistants = offhook_config_get_assistants(self->client->config);
	JsonArray *settings = json_object_get_array_member(plugin, "settings");

	if (g_strv_contains((const char *const *)sections, name))
		return TRUE;
	for (guint i = 0; i < assistants->len; i++)
		if (g_strcmp0(((OffhookAssistantConfig *)g_ptr_array_index(assistants, i))->driver,
			      name) == 0)
			return TRUE;
	for (guint i = 0; i < json_array_get_length(settings); i++) {
		const char *variable =
		    offhook_client_get(json_array_get_object_element(settings, i), "env");

		if (g_getenv(variable) != NULL)
			return TRUE;
	}
	return FALSE;
}

/* Of a driver that is only installed nothing is expected. */
static void
offhook_doctor_check_providers(OffhookDoctor *self)
{
	guint n = 0;

	for (guint i = 0; i < json_array_get_length(self->plugins); i++) {
		JsonObject *plugin = json_array_get_object_element(self->plugins, i);

		if (g_str_equal(offhook_client_get(plugin, "kind"), "driver") &&
		    g_str_equal(offhook_client_get(plugin, "status"), "active") &&
		    offhook_doctor_is_configured(self, plugin)) {
			offhook_doctor_check_provider(self, plugin);
			n++;
		}
	}
	if (n == 0)
		offhook_doctor_tell(
		    self, "provider", OFFHOOK_DOCTOR_WARNING,
		    "a section [driver:NAME] with credentials; offhook setup writes one",
		    "none is configured: there can't be calls");
}

/* ---- the way in ---- */

/* Without an address of its own the server is told by the one that it listens at, which may be near enough. */
static void
offhook_doctor_tell_no_url(OffhookDoctor *self)
{
	if (self->reached_by != NULL && self->unreached == NULL)
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_OK, NULL,
				    "not set, and %s needs none: it reaches this server where it "
				    "listens",
				    self->reached_by);
	else
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_WARNING,
				    OFFHOOK_DOCTOR_PUBLIC_URL,
				    "not set: no provider can reach this server, so no call can "
				    "come in");
}

static void
offhook_doctor_tell_way_in(OffhookDoctor *self, const char *url, SoupMessage *msg)
{
	guint status = soup_message_get_status(msg);

	if (status == SOUP_STATUS_OK && self->unreached != NULL)
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_WARNING,
				    OFFHOOK_DOCTOR_PUBLIC_URL,
				    "%s answers from here, but that is not all it takes: %s", url,
				    self->unreached);
	else if (status == SOUP_STATUS_OK && self->reached_by == NULL &&
		 !g_str_has_prefix(url, "https://"))
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_WARNING,
				    OFFHOOK_DOCTOR_PUBLIC_URL,
				    "%s answers from here, but providers call https URLs only", url);
	else if (status == SOUP_STATUS_OK)
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_OK, NULL, "%s", url);
	else if (!self->running)
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_WARNING,
				    "look again when the server runs",
				    "%s answers %u; no server is behind it", url, status);
	else
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_ERROR,
				    "see the proxy or tunnel: /health has to come to this server",
				    "%s/health answers %u", url, status);
}

/* From here, which is not from everywhere: the test of a provider tells of that. */
static void
offhook_doctor_check_way_in(OffhookDoctor *self)
{
	const char *url = offhook_config_get_string(self->client->config, "server", "public-url");
	g_autofree char *health = g_strconcat(url != NULL ? url : "", "/health", NULL);
	g_autoptr(SoupMessage) msg = url != NULL ? soup_message_new("GET", health) : NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(GError) error = NULL;

	if (url == NULL) {
		offhook_doctor_tell_no_url(self);
		return;
	}
	if (msg != NULL)
		body = soup_session_send_and_read(self->client->session, msg, NULL, &error);
	if (body != NULL)
		offhook_doctor_tell_way_in(self, url, msg);
	else
		offhook_doctor_tell(self, "public URL", OFFHOOK_DOCTOR_ERROR,
				    "see DNS, the proxy or tunnel, and its certificate", "%s: %s",
				    url, error != NULL ? error->message : "no URL");
}

void
offhook_doctor_check_server(OffhookDoctor *self)
{
	/* Engines and providers are asked one after the other, each by the server. */
	g_object_set(self->client->session, "timeout", OFFHOOK_DOCTOR_PATIENCE_S, NULL);
	offhook_doctor_find_server(self);
	if (self->can_ask)
		offhook_doctor_check_plugins(self);
	if (self->plugins != NULL) {
		offhook_doctor_check_assistants(self);
		offhook_doctor_check_providers(self);
	}
	offhook_doctor_check_way_in(self);
}
