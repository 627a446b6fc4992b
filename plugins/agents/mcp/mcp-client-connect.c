/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From nothing to a session: which protocol the server speaks, the handshake where there is one, and
 * the next attempt when it fails. Main thread.
 */

#include "mcp-client-private.h"
#include <offhook/error.h>
#include <offhook/json.h>

#define RETRY_MAX_MS 60000
/* Whoever was there so long may be tried again at once. */
#define STEADY_US (10 * G_USEC_PER_SEC)

/* Those of the legacy protocol that we know, the one that we like best first. */
static const char *const offhook_mcp_legacy_versions[] = {"2025-11-25", "2025-06-18", "2025-03-26",
							  "2024-11-05", NULL};

static void offhook_mcp_client_initialize(OffhookMcpClient *self, const char *version);

/* ---- down ---- */

static gboolean
offhook_mcp_client_retry_cb(gpointer user_data)
{
	OffhookMcpClient *self = user_data;

	self->retry_id = 0;
	offhook_mcp_client_connect(self);
	return G_SOURCE_REMOVE;
}

static guint
offhook_mcp_client_take_retry_delay(OffhookMcpClient *self)
{
	guint delay;

	if (self->state == OFFHOOK_MCP_STATE_READY &&
	    g_get_monotonic_time() - self->ready_since > STEADY_US)
		self->retry_ms = self->options.reconnect_ms;
	delay = self->retry_ms;
	self->retry_ms = MIN(self->retry_ms * 2, RETRY_MAX_MS);
	/* Half of it by chance, so that many do not come back together. */
	return delay / 2 + (guint)g_random_int_range(0, (gint)(delay / 2) + 1);
}

void
offhook_mcp_client_go_down(OffhookMcpClient *self, const GError *error)
{
	guint delay = offhook_mcp_client_take_retry_delay(self);

	/* What was found out may have been wrong. */
	if (self->state < OFFHOOK_MCP_STATE_LISTING)
		self->era = self->options.protocol;
	g_clear_error(&self->problem);
	self->problem = g_error_copy(error);
	self->state = OFFHOOK_MCP_STATE_DOWN;
	self->session++;
	g_clear_handle_id(&self->retry_id, g_source_remove);
	self->retry_id = g_timeout_add(delay, offhook_mcp_client_retry_cb, self);
	offhook_mcp_client_drop_list(self);
	offhook_mcp_client_void_requests(self, TRUE, self->problem);
	offhook_mcp_client_fail_waiting(self, self->problem);
	offhook_mcp_transport_close(self->transport);
	offhook_mcp_client_emit_changed(self);
}

/* Some programs end when the first that they hear is nothing they know. */
static gboolean
offhook_mcp_client_was_startled(OffhookMcpClient *self)
{
	return self->state == OFFHOOK_MCP_STATE_PROBING && self->era == OFFHOOK_MCP_AUTO;
}

void
offhook_mcp_client_lose(OffhookMcpClient *self, const GError *error)
{
	if (!offhook_mcp_client_was_startled(self)) {
		offhook_mcp_client_go_down(self, error);
		return;
	}
	self->era = OFFHOOK_MCP_LEGACY;
	self->state = OFFHOOK_MCP_STATE_DOWN;
	offhook_mcp_client_void_requests(self, FALSE, NULL);
	self->retry_id = g_timeout_add(0, offhook_mcp_client_retry_cb, self);
}

static void
offhook_mcp_client_go_down_with(OffhookMcpClient *self, OffhookError code, const char *why)
{
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, (int)code, why);

	offhook_mcp_client_go_down(self, error);
}

static void
offhook_mcp_client_refused(OffhookMcpClient *self, const OffhookMcpMessage *message,
			   const GError *error)
{
	g_autoptr(GError) reason = offhook_mcp_client_explain(message, error, "the connection");

	offhook_mcp_client_go_down(self, reason);
}

/* ---- a session ---- */

static void
offhook_mcp_client_begin_session(OffhookMcpClient *self, const char *version, gboolean modern)
{
	g_free(self->version);
	self->version = g_strdup(version);
	self->modern = modern;
	self->era = modern ? OFFHOOK_MCP_MODERN : OFFHOOK_MCP_LEGACY;
	self->state = OFFHOOK_MCP_STATE_LISTING;
	offhook_mcp_transport_agree(self->transport, version, modern);
	/* A server of the legacy protocol is told before anything else is asked. */
	if (!modern)
		offhook_mcp_client_notify(self, "notifications/initialized", NULL);
	offhook_mcp_client_send_waiting(self);
	offhook_mcp_client_list(self);
}

/* The best of those that a server names. (transfer none) (nullable) */
static const char *
offhook_mcp_client_choose(JsonArray *supported, const char *const *known)
{
	for (; supported != NULL && *known != NULL; known++)
		for (guint i = 0; i < json_array_get_length(supported); i++) {
			JsonNode *node = json_array_get_element(supported, i);

			if (JSON_NODE_HOLDS_VALUE(node) &&
			    json_node_get_value_type(node) == G_TYPE_STRING &&
			    g_strcmp0(json_node_get_string(node), *known) == 0)
				return *known;
		}
	return NULL;
}

/* ---- the handshake ---- */

static void
offhook_mcp_client_initialized_cb(gpointer user_data, const OffhookMcpMessage *message,
				  const GError *error)
{
	OffhookMcpClient *self = user_data;
	const char *version;

	if (message == NULL && g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED)) {
		g_autoptr(GError) reason = g_error_copy(error);

		g_prefix_error(&reason,
			       "perhaps it speaks the old HTTP+SSE transport only, which is "
			       "not supported: ");
		offhook_mcp_client_go_down(self, reason);
	} else if (message == NULL) {
		offhook_mcp_client_refused(self, NULL, error);
	} else if (message->kind == OFFHOOK_MCP_ERROR) {
		version =
		    offhook_mcp_client_choose(offhook_json_get_array(message->body, "supported"),
					      offhook_mcp_legacy_versions);
		if (version == NULL || self->asked_again) {
			offhook_mcp_client_refused(self, message, NULL);
			return;
		}
		self->asked_again = TRUE;
		offhook_mcp_client_initialize(self, version);
	} else {
		version = offhook_json_get_string(message->body, "protocolVersion");
		if (version != NULL && g_strv_contains(offhook_mcp_legacy_versions, version))
			offhook_mcp_client_begin_session(self, version, FALSE);
		else
			offhook_mcp_client_go_down_with(
			    self, OFFHOOK_ERROR_INCOMPATIBLE,
			    "the server speaks no version of MCP that is known here");
	}
}

static void
offhook_mcp_client_initialize(OffhookMcpClient *self, const char *version)
{
	JsonObject *params = json_object_new();
	JsonObject *who = json_object_new();

	json_object_set_string_member(who, "name", "offhook");
	json_object_set_string_member(who, "version", OFFHOOK_VERSION);
	json_object_set_string_member(params, "protocolVersion", version);
	json_object_set_object_member(params, "capabilities", json_object_new());
	json_object_set_object_member(params, "clientInfo", who);
	self->modern = FALSE;
	self->state = OFFHOOK_MCP_STATE_INITIALIZING;
	offhook_mcp_transport_agree(self->transport, NULL, FALSE);
	offhook_mcp_client_ask(self, &(OffhookMcpQuestion){
					 .method = "initialize",
					 .params = params,
					 .timeout_ms = self->options.connect_ms,
					 .func = offhook_mcp_client_initialized_cb,
					 .user_data = self,
				     });
}

/* ---- which protocol? ---- */

static void
offhook_mcp_client_try_legacy(OffhookMcpClient *self, JsonArray *supported)
{
	const char *version = offhook_mcp_legacy_versions[0];

	if (supported != NULL)
		version = offhook_mcp_client_choose(supported, offhook_mcp_legacy_versions);
	if (version == NULL || self->options.protocol == OFFHOOK_MCP_MODERN)
		offhook_mcp_client_go_down_with(self, OFFHOOK_ERROR_INCOMPATIBLE,
						version == NULL
						    ? "the server speaks no version of MCP that is "
						      "known here"
						    : "the server does not speak the protocol of "
						      "2026-07-28 (protocol=modern)");
	else
		offhook_mcp_client_initialize(self, version);
}

static void
offhook_mcp_client_take_versions(OffhookMcpClient *self, JsonArray *supported)
{
	static const char *const modern[] = {OFFHOOK_MCP_VERSION_MODERN, NULL};

	if (offhook_mcp_client_choose(supported, modern) != NULL)
		offhook_mcp_client_begin_session(self, OFFHOOK_MCP_VERSION_MODERN, TRUE);
	else
		offhook_mcp_client_try_legacy(self, supported);
}

/* Silence and whatever a server says that does not know the question: it is of the other kind. */
static gboolean
offhook_mcp_client_may_be_legacy(const GError *error)
{
	return g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED) ||
	       g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT) ||
	       g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT) ||
	       g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
}

static void
offhook_mcp_client_probed_cb(gpointer user_data, const OffhookMcpMessage *message,
			     const GError *error)
{
	OffhookMcpClient *self = user_data;

	if (message == NULL && !offhook_mcp_client_may_be_legacy(error))
		offhook_mcp_client_refused(self, NULL, error);
	else if (message == NULL)
		offhook_mcp_client_try_legacy(self, NULL);
	else if (message->kind == OFFHOOK_MCP_RESULT)
		offhook_mcp_client_take_versions(
		    self, offhook_json_get_array(message->body, "supportedVersions"));
	else if (message->code == OFFHOOK_MCP_UNSUPPORTED_VERSION)
		offhook_mcp_client_take_versions(
		    self, offhook_json_get_array(message->body, "supported"));
	else if (message->code == OFFHOOK_MCP_HEADER_MISMATCH ||
		 message->code == OFFHOOK_MCP_MISSING_CAPABILITY)
		offhook_mcp_client_refused(self, message, NULL);
	else
		offhook_mcp_client_try_legacy(self, NULL);
}

static void
offhook_mcp_client_probe(OffhookMcpClient *self)
{
	self->modern = TRUE;
	self->state = OFFHOOK_MCP_STATE_PROBING;
	offhook_mcp_transport_agree(self->transport, OFFHOOK_MCP_VERSION_MODERN, TRUE);
	offhook_mcp_client_ask(self, &(OffhookMcpQuestion){
					 .method = "server/discover",
					 .timeout_ms = self->options.protocol == OFFHOOK_MCP_MODERN
							   ? self->options.connect_ms
							   : self->options.probe_ms,
					 .func = offhook_mcp_client_probed_cb,
					 .user_data = self,
				     });
}

void
offhook_mcp_client_renew(OffhookMcpClient *self)
{
	self->session++;
	self->asked_again = FALSE;
	/* What belongs to the connection is void; each call finds out by itself what became of it. */
	offhook_mcp_client_void_requests(self, FALSE, NULL);
	g_clear_pointer(&self->listing, g_ptr_array_unref);
	if (self->era == OFFHOOK_MCP_LEGACY)
		offhook_mcp_client_initialize(self, offhook_mcp_legacy_versions[0]);
	else
		offhook_mcp_client_probe(self);
}

void
offhook_mcp_client_connect(OffhookMcpClient *self)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_mcp_transport_open(self->transport, &error)) {
		offhook_mcp_client_go_down(self, error);
		return;
	}
	offhook_mcp_client_renew(self);
}
