/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One GSource per deadline, whose ready time is moved. Main thread.
 */

#include "base/deadline.h"

struct _OffhookDeadline {
	GSource *source;
	void (*callback)(gpointer user_data);
	gpointer user_data;
};

static gboolean
offhook_deadline_expired_cb(gpointer user_data)
{
	OffhookDeadline *self = user_data;

	g_source_set_ready_time(self->source, -1);
	self->callback(self->user_data);
	return G_SOURCE_CONTINUE;
}

static gboolean
offhook_deadline_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	return callback(user_data);
}

static GSourceFuncs offhook_deadline_funcs = {.dispatch = offhook_deadline_dispatch};

OffhookDeadline *
offhook_deadline_new(void (*callback)(gpointer user_data), gpointer user_data)
{
	OffhookDeadline *self = g_new0(OffhookDeadline, 1);

	self->callback = callback;
	self->user_data = user_data;
	self->source = g_source_new(&offhook_deadline_funcs, sizeof(GSource));
	g_source_set_static_name(self->source, "offhook-deadline");
	g_source_set_callback(self->source, offhook_deadline_expired_cb, self, NULL);
	g_source_attach(self->source, NULL);
	return self;
}

void
offhook_deadline_free(OffhookDeadline *self)
{
	if (self == NULL)
		return;
	g_source_destroy(self->source);
	g_source_unref(self->source);
	g_free(self);
}

void
offhook_deadline_set(OffhookDeadline *self, gint64 at_us)
{
	g_source_set_ready_time(self->source, at_us == G_MAXINT64 ? -1 : MAX(at_us, 0));
}
