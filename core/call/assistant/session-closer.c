/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The queue of sessions that are to be closed, and their time. A session never closes inside another,
 * and is dropped from the main loop. Main thread.
 */

#include "call/assistant/session-closer.h"

#include "base/deadline.h"

typedef struct {
	OffhookAgentSession *session;
	OffhookAgentHost *host; /* (nullable) */
} OffhookClosingSession;

struct _OffhookSessionCloser {
	GQueue waiting;                 /* of OffhookClosingSession */
	OffhookClosingSession *current; /* (nullable) */
	OffhookDeadline *deadline;
	guint next_id; /* idle source */
	void (*done)(gpointer user_data);
	gpointer user_data;
};

static gboolean offhook_session_closer_next_cb(gpointer user_data);

static void
offhook_closing_session_free(gpointer data)
{
	OffhookClosingSession *closing = data;

	g_object_unref(closing->session);
	g_clear_object(&closing->host);
	g_free(closing);
}

static void
offhook_session_closer_go_on(OffhookSessionCloser *self)
{
	if (self->next_id == 0)
		self->next_id =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_session_closer_next_cb, self, NULL);
}

static void
offhook_session_closer_drop(OffhookSessionCloser *self)
{
	if (self->current != NULL)
		g_signal_handlers_disconnect_by_data(self->current->session, self);
	g_clear_pointer(&self->current, offhook_closing_session_free);
}

static gboolean
offhook_session_closer_next_cb(gpointer user_data)
{
	OffhookSessionCloser *self = user_data;

	self->next_id = 0;
	offhook_session_closer_drop(self);
	self->current = g_queue_pop_head(&self->waiting);
	if (self->current == NULL) {
		offhook_deadline_set(self->deadline, G_MAXINT64);
		self->done(self->user_data);
		return G_SOURCE_REMOVE;
	}
	g_signal_connect_swapped(self->current->session, "closed",
				 G_CALLBACK(offhook_session_closer_go_on), self);
	offhook_agent_session_close(self->current->session);
	/* It may have been before. */
	if (offhook_agent_session_is_closed(self->current->session))
		offhook_session_closer_go_on(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_session_closer_deadline_cb(gpointer user_data)
{
	OffhookSessionCloser *self = user_data;

	g_clear_handle_id(&self->next_id, g_source_remove);
	offhook_session_closer_drop(self);
	g_queue_clear_full(&self->waiting, offhook_closing_session_free);
	self->done(self->user_data);
}

OffhookSessionCloser *
offhook_session_closer_new(void (*done)(gpointer user_data), gpointer user_data)
{
	OffhookSessionCloser *self = g_new0(OffhookSessionCloser, 1);

	g_queue_init(&self->waiting);
	self->deadline = offhook_deadline_new(offhook_session_closer_deadline_cb, self);
	self->done = done;
	self->user_data = user_data;
	return self;
}

void
offhook_session_closer_free(OffhookSessionCloser *self)
{
	if (self == NULL)
		return;
	g_clear_handle_id(&self->next_id, g_source_remove);
	offhook_session_closer_drop(self);
	g_queue_clear_full(&self->waiting, offhook_closing_session_free);
	offhook_deadline_free(self->deadline);
	g_free(self);
}

void
offhook_session_closer_add(OffhookSessionCloser *self, GPtrArray *sessions, OffhookAgentHost *host)
{
	for (guint i = 0; i < sessions->len; i++) {
		OffhookClosingSession *closing = g_new0(OffhookClosingSession, 1);

		closing->session = g_object_ref(g_ptr_array_index(sessions, i));
		closing->host = host != NULL ? g_object_ref(host) : NULL;
		g_queue_push_tail(&self->waiting, closing);
	}
	offhook_deadline_set(self->deadline,
			     g_get_monotonic_time() + OFFHOOK_AGENT_CLOSE_S * G_USEC_PER_SEC);
	if (self->current == NULL)
		offhook_session_closer_go_on(self);
}

gboolean
offhook_session_closer_is_idle(OffhookSessionCloser *self)
{
	return self->current == NULL && self->next_id == 0;
}
