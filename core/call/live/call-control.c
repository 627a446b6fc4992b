/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One place that knows who does what: the daemon holds, mutes, speaks and presses keys in the audio,
 * unless the driver claims to do that better; the rest is the driver's. Main thread.
 */

#include "call/live/call-control.h"

#include <offhook/error.h>

/* What is to be played is a sound, by its URL, or words, which the assistant's own voice says. */
static gboolean
offhook_call_control_is_sound(const char *argument)
{
	return argument != NULL &&
	       (g_str_has_prefix(argument, "https://") || g_str_has_prefix(argument, "http://"));
}

/*
 * What is not to be recorded is not to be recorded anywhere; and whoever is held or muted at the
 * provider is so for the conversation, too.
 */
static gboolean
offhook_call_control_is_everywhere(OffhookCallVerb verb)
{
	switch (verb) {
	case OFFHOOK_VERB_PAUSE_RECORDING:
	case OFFHOOK_VERB_RESUME_RECORDING:
	case OFFHOOK_VERB_HOLD:
	case OFFHOOK_VERB_UNHOLD:
	case OFFHOOK_VERB_MUTE:
	case OFFHOOK_VERB_UNMUTE:
		return TRUE;
	default:
		return FALSE;
	}
}

/* %FALSE without an error: this is not done in the audio. */
static gboolean
offhook_call_control_do_here(OffhookLiveCall *live, OffhookCallVerb verb, const char *argument,
			     GError **error)
{
	switch (verb) {
	case OFFHOOK_VERB_HOLD:
	case OFFHOOK_VERB_UNHOLD:
		return offhook_live_call_set_held(live, verb == OFFHOOK_VERB_HOLD, error);
	case OFFHOOK_VERB_MUTE:
	case OFFHOOK_VERB_UNMUTE:
		return offhook_live_call_set_muted(live, verb == OFFHOOK_VERB_MUTE, error);
	case OFFHOOK_VERB_SEND_DTMF:
		return offhook_live_call_press(live, argument, error);
	case OFFHOOK_VERB_PLAY:
		return !offhook_call_control_is_sound(argument) &&
		       offhook_live_call_say(live, argument, error);
	case OFFHOOK_VERB_PAUSE_RECORDING:
	case OFFHOOK_VERB_RESUME_RECORDING:
		return offhook_live_call_pause_recording(live, verb == OFFHOOK_VERB_PAUSE_RECORDING,
							 error);
	default:
		return FALSE;
	}
}

static void
offhook_call_control_done_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookLiveCall *live = g_task_get_source_object(task);
	OffhookCallVerb verb = GPOINTER_TO_UINT(g_task_get_task_data(task));
	GError *error = NULL;

	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error)) {
		g_task_return_error(task, error);
		return;
	}
	if (verb == OFFHOOK_VERB_TRANSFER)
		offhook_live_call_pass_on(live);
	g_task_return_boolean(task, TRUE);
}

void
offhook_call_control_async(OffhookLiveCall *live, OffhookCallVerb verb, const char *argument,
			   GCancellable *cancellable, GAsyncReadyCallback callback,
			   gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(live, cancellable, callback, user_data);
	OffhookCall *call = offhook_live_call_get_call(live);
	OffhookDriver *driver = offhook_call_get_driver(call);
	gboolean theirs = offhook_driver_can(driver, verb) &&
			  (verb != OFFHOOK_VERB_PLAY || offhook_call_control_is_sound(argument));
	GError *error = NULL;
	gboolean done = FALSE;

	g_task_set_source_tag(task, offhook_call_control_async);
	g_task_set_task_data(task, GUINT_TO_POINTER(verb), NULL);
	if (verb == OFFHOOK_VERB_TRANSFER && !offhook_live_call_check_transfer(live, &error)) {
		g_task_return_error(task, error);
		return;
	}
	if (!theirs || offhook_call_control_is_everywhere(verb))
		done = offhook_call_control_do_here(live, verb, argument, &error);
	if (error != NULL)
		g_task_return_error(task, error);
	else if (done && !theirs)
		g_task_return_boolean(task, TRUE);
	else
		offhook_driver_execute_async(driver, offhook_call_get_id(call), verb, argument,
					     cancellable, offhook_call_control_done_cb,
					     g_steal_pointer(&task));
}

gboolean
offhook_call_control_finish(OffhookLiveCall *live, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
