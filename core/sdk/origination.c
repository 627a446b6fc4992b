/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call's way from its turn to the provider's name of it. Its task owns it. Main thread.
 */

#include <offhook/origination.h>

#include <offhook/error.h>
#include <offhook/pacer.h>

#define LOOK_UPS       4
#define FIRST_PAUSE_MS 500

struct _OffhookOrigination {
	const OffhookOriginationFuncs *funcs;
	GTask *task; /* owns us, and is ours to answer */
	gpointer data;
	char *call_id;
	char *to;
	char *from;
	guint max_pause_ms;
	guint look_ups;
	guint timer;
	GError *error; /* (nullable): why the answer is missing */

	/* Of the look-up that runs. */
	char *found; /* (nullable) */
	gboolean ambiguous;
};

static void
offhook_origination_free(gpointer data)
{
	OffhookOrigination *self = data;

	g_clear_handle_id(&self->timer, g_source_remove);
	if (self->funcs->free_data != NULL)
		self->funcs->free_data(self->data);
	g_clear_error(&self->error);
	g_free(self->call_id);
	g_free(self->to);
	g_free(self->from);
	g_free(self->found);
	g_free(self);
}

OffhookDriver *
offhook_origination_get_driver(OffhookOrigination *self)
{
	return g_task_get_source_object(self->task);
}

const char *
offhook_origination_get_call_id(OffhookOrigination *self)
{
	return self->call_id;
}

/* ---- its end ---- */

static void
offhook_origination_settle(OffhookOrigination *self, OffhookOriginationOutcome outcome,
			   const char *name)
{
	self->funcs->settle(offhook_origination_get_driver(self), self->call_id, outcome, name);
}

static void
offhook_origination_succeed(OffhookOrigination *self, const char *name)
{
	g_autoptr(GTask) task = self->task;
	g_autofree char *copy = g_strdup(name); /* it may be the driver's */

	offhook_origination_settle(self, OFFHOOK_ORIGINATION_PLACED, copy);
	g_task_return_pointer(task, g_steal_pointer(&copy), g_free);
}

void
offhook_origination_fail(OffhookOrigination *self, GError *error)
{
	g_autoptr(GTask) task = self->task;

	offhook_origination_settle(self, OFFHOOK_ORIGINATION_FAILED, NULL);
	g_task_return_error(task, error);
}

static void
offhook_origination_give_up(OffhookOrigination *self)
{
	g_autoptr(GTask) task = self->task;

	offhook_origination_settle(self, OFFHOOK_ORIGINATION_UNKNOWN, NULL);
	g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
				"it is not known whether %s placed the call: %s",
				self->funcs->provider, self->error->message);
}

/* ---- when it is in doubt ---- */

static const char *
offhook_origination_get_name(OffhookOrigination *self)
{
	return self->funcs->get_name(offhook_origination_get_driver(self), self->call_id);
}

static void
offhook_origination_look_up(OffhookOrigination *self)
{
	const char *name = offhook_origination_get_name(self);

	if (name != NULL) {
		offhook_origination_succeed(self, name);
		return;
	}
	g_clear_pointer(&self->found, g_free);
	self->ambiguous = FALSE;
	self->funcs->look_up(self, self->data);
}

static gboolean
offhook_origination_timer_cb(gpointer user_data)
{
	OffhookOrigination *self = user_data;

	self->timer = 0;
	offhook_origination_look_up(self);
	return G_SOURCE_REMOVE;
}

void
offhook_origination_consider(OffhookOrigination *self, const char *name, const char *to,
			     const char *from)
{
	if (name == NULL || g_strcmp0(to, self->to) != 0 || g_strcmp0(from, self->from) != 0)
		return;
	self->ambiguous = self->found != NULL;
	g_free(self->found);
	self->found = g_strdup(name);
}

void
offhook_origination_looked_up(OffhookOrigination *self)
{
	const char *name = offhook_origination_get_name(self);

	if (name == NULL && !self->ambiguous)
		name = self->found;
	if (name != NULL)
		offhook_origination_succeed(self, name);
	else if (++self->look_ups < LOOK_UPS)
		/* Perhaps it is not there yet. */
		self->timer = g_timeout_add(
		    MIN((guint)FIRST_PAUSE_MS << (self->look_ups - 1), self->max_pause_ms),
		    offhook_origination_timer_cb, self);
	else
		offhook_origination_give_up(self);
}

/* ---- its way ---- */

void
offhook_origination_answer(OffhookOrigination *self, const char *name, guint status, GError *error)
{
	g_return_if_fail((name == NULL) == (error != NULL));

	if (name != NULL) {
		offhook_origination_succeed(self, name);
	} else if ((status >= 400 && status < 500) ||
		   g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE)) {
		offhook_origination_fail(self, error);
	} else {
		self->error = error;
		offhook_origination_look_up(self);
	}
}

static void
offhook_origination_paced_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookOrigination *self = user_data;
	GError *error = NULL;

	if (offhook_pacer_wait_finish(result, &error) &&
	    !self->funcs->is_wanted(offhook_origination_get_driver(self), self->call_id))
		g_set_error_literal(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
				    "the call was withdrawn before it was placed");
	if (error != NULL)
		offhook_origination_fail(self, error);
	else
		self->funcs->place(self, self->data);
}

void
offhook_origination_start(const OffhookOriginationFuncs *funcs, const OffhookOriginationCall *call,
			  gpointer data, OffhookPacer *pacer, GTask *task)
{
	OffhookOrigination *self = g_new0(OffhookOrigination, 1);

	self->funcs = funcs;
	self->task = task;
	self->data = data;
	self->call_id = g_strdup(call->call_id);
	self->to = g_strdup(call->to);
	self->from = g_strdup(call->from);
	self->max_pause_ms = call->max_pause_ms;
	g_task_set_task_data(task, self, offhook_origination_free);
	/* Once it is asked for the call may exist, so cancelling comes too late. */
	g_task_set_check_cancellable(task, FALSE);
	offhook_pacer_wait_async(pacer, g_task_get_cancellable(task), offhook_origination_paced_cb,
				 self);
}
