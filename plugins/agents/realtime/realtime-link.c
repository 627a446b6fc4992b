/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The socket, with the deadlines and the errors that end it. Nothing is tried again: what was said is
 * lost with the connection, and the next agent is faster than a new one. Main thread.
 */

#include "realtime-link.h"

#include "realtime-message.h"

#include <offhook/error.h>
#include <offhook/socket-client.h>

/* Sound that waits for the session: a caller who speaks at once, for half a minute. */
#define OFFHOOK_REALTIME_MAX_WAITING (4 * 1024 * 1024)
/* A response's description can be long, and so can a piece of sound. */
#define OFFHOOK_REALTIME_MAX_MESSAGE (16 * 1024 * 1024)

struct _OffhookRealtimeLink {
	const OffhookRealtimeConfig *config;
	OffhookRealtimeLinkHandler handler;
	gpointer user_data;
	OffhookSocketClient *socket; /* (nullable): it has failed */
	GPtrArray *waiting;          /* messages for a session that is not set up */
	gsize waiting_size;
	gboolean ready;
	guint deadline; /* source */
	guint deadline_ms;
	GError *late; /* (nullable): to be told from the main loop */
	guint late_id;
};

static void
offhook_realtime_link_fail(OffhookRealtimeLink *self, const GError *error)
{
	if (self->socket == NULL)
		return;
	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	g_ptr_array_set_size(self->waiting, 0);
	self->ready = FALSE;
	self->handler.failed(self->user_data, error);
}

static void
offhook_realtime_link_fail_with(OffhookRealtimeLink *self, OffhookError code, const char *text)
{
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, code, "realtime: %s", text);

	offhook_realtime_link_fail(self, error);
}

/* ---- errors of the service ---- */

/* The words of an error can hold anything; its code is a name. (transfer full) */
static char *
offhook_realtime_link_name_error(const OffhookRealtimeEvent *event)
{
	g_autofree char *code = g_strndup(event->code, 64);

	g_strcanon(code, "abcdefghijklmnopqrstuvwxyz_0123456789", '_');
	return g_strdup_printf("the service says %s", *code != '\0' ? code : "error");
}

static gboolean
offhook_realtime_link_is_fatal(OffhookRealtimeLink *self, const OffhookRealtimeEvent *event)
{
	static const char *const codes[] = {"session_expired",
					    "insufficient_quota",
					    "invalid_api_key",
					    "account_deactivated",
					    "server_error",
					    "beta_api_shape_disabled",
					    "rate_limit_exceeded",
					    "billing_hard_limit_reached",
					    NULL};

	return !self->ready || g_str_equal(event->event_id, OFFHOOK_REALTIME_ID_SETUP) ||
	       g_strv_contains(codes, event->code);
}

static OffhookError
offhook_realtime_link_get_error_code(const OffhookRealtimeEvent *event)
{
	static const struct {
		const char *code;
		OffhookError error;
	} codes[] = {
	    {"invalid_api_key", OFFHOOK_ERROR_AUTHENTICATION},
	    {"insufficient_quota", OFFHOOK_ERROR_RATE_LIMITED},
	    {"rate_limit_exceeded", OFFHOOK_ERROR_RATE_LIMITED},
	    {"session_expired", OFFHOOK_ERROR_UNAVAILABLE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (g_str_equal(codes[i].code, event->code))
			return codes[i].error;
	return OFFHOOK_ERROR_PROVIDER;
}

/* ---- what comes ---- */

static void
offhook_realtime_link_set_ready(OffhookRealtimeLink *self)
{
	if (self->ready)
		return;
	self->ready = TRUE;
	offhook_realtime_link_expect(self, 0);
	for (guint i = 0; i < self->waiting->len; i++)
		offhook_socket_client_send_text(self->socket, g_ptr_array_index(self->waiting, i));
	g_ptr_array_set_size(self->waiting, 0);
	self->handler.ready(self->user_data);
}

static void
offhook_realtime_link_text_cb(gpointer user_data, const char *text, gsize size)
{
	OffhookRealtimeLink *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRealtimeEvent) event = offhook_realtime_event_parse(text, size, &error);

	if (event == NULL) {
		offhook_realtime_link_fail(self, error);
	} else if (event->kind == OFFHOOK_REALTIME_ERROR &&
		   offhook_realtime_link_is_fatal(self, event)) {
		g_autofree char *name = offhook_realtime_link_name_error(event);

		offhook_realtime_link_fail_with(self, offhook_realtime_link_get_error_code(event),
						name);
	} else if (event->kind == OFFHOOK_REALTIME_UPDATED) {
		offhook_realtime_link_set_ready(self);
	} else if (self->ready) {
		self->handler.event(self->user_data, event);
	}
}

static void
offhook_realtime_link_open_cb(gpointer user_data)
{
	OffhookRealtimeLink *self = user_data;

	offhook_socket_client_send_text(self->socket, self->config->setup);
}

static void
offhook_realtime_link_closed_cb(gpointer user_data, const OffhookSocketEnd *end)
{
	OffhookRealtimeLink *self = user_data;
	g_autoptr(GError) error = NULL;

	if (end->error != NULL) {
		error = g_error_copy(end->error);
		g_prefix_error(&error, "realtime: ");
	} else {
		error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
				    "realtime: the service ended the session");
	}
	offhook_realtime_link_fail(self, error);
}

/* ---- deadlines ---- */

static gboolean
offhook_realtime_link_deadline_cb(gpointer user_data)
{
	OffhookRealtimeLink *self = user_data;
	g_autofree char *text =
	    g_strdup_printf("nothing came from the service in %u ms", self->deadline_ms);

	self->deadline = 0;
	offhook_realtime_link_fail_with(self, OFFHOOK_ERROR_TIMED_OUT, text);
	return G_SOURCE_REMOVE;
}

void
offhook_realtime_link_expect(OffhookRealtimeLink *self, guint ms)
{
	g_clear_handle_id(&self->deadline, g_source_remove);
	self->deadline_ms = ms;
	if (ms > 0 && self->socket != NULL)
		self->deadline = g_timeout_add(ms, offhook_realtime_link_deadline_cb, self);
}

/* ---- beginning and end ---- */

static gboolean
offhook_realtime_link_late_cb(gpointer user_data)
{
	OffhookRealtimeLink *self = user_data;

	self->late_id = 0;
	self->handler.failed(self->user_data, self->late);
	return G_SOURCE_REMOVE;
}

OffhookRealtimeLink *
offhook_realtime_link_new(const OffhookRealtimeConfig *config,
			  const OffhookRealtimeLinkHandler *handler, gpointer user_data)
{
	static const OffhookSocketHandler socket_handler = {
	    .open = offhook_realtime_link_open_cb,
	    .text = offhook_realtime_link_text_cb,
	    .closed = offhook_realtime_link_closed_cb,
	};
	const OffhookSocketRequest request = {
	    .url = config->url,
	    .headers = (const char *const *)config->headers,
	    .connect_timeout_ms = config->connect_ms,
	    .max_message = OFFHOOK_REALTIME_MAX_MESSAGE,
	    .max_backlog = OFFHOOK_REALTIME_MAX_WAITING * 2,
	};
	OffhookRealtimeLink *self = g_new0(OffhookRealtimeLink, 1);

	self->config = config;
	self->handler = *handler;
	self->user_data = user_data;
	self->waiting = g_ptr_array_new_with_free_func(g_free);
	self->socket = offhook_socket_client_new(&request, &socket_handler, self, &self->late);
	if (self->socket == NULL)
		self->late_id =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_realtime_link_late_cb, self, NULL);
	else
		offhook_realtime_link_expect(self, config->connect_ms);
	return self;
}

void
offhook_realtime_link_free(OffhookRealtimeLink *self)
{
	if (self == NULL)
		return;
	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_handle_id(&self->late_id, g_source_remove);
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	g_ptr_array_unref(self->waiting);
	g_clear_error(&self->late);
	g_free(self);
}

gboolean
offhook_realtime_link_is_ready(OffhookRealtimeLink *self)
{
	return self->ready;
}

void
offhook_realtime_link_send(OffhookRealtimeLink *self, char *message)
{
	g_autofree char *own = message;
	gsize size = strlen(message);

	if (self->ready)
		offhook_socket_client_send_text(self->socket, message);
	else if (self->socket != NULL && self->waiting_size <= OFFHOOK_REALTIME_MAX_WAITING) {
		self->waiting_size += size;
		g_ptr_array_add(self->waiting, g_steal_pointer(&own));
	}
}
