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

/** Something that is being done. */
typedef struct {
	OffhookCallVerb verb;
	gboolean done; /* here, and by the driver it is to be done, too */
} OffhookCallControl;

/* It is about a recording that there is, whoever makes it. */
static gboolean
offhook_call_control_needs_recording(OffhookCallVerb verb)
{
	return verb == OFFHOOK_VERB_STOP_RECORDING || verb == OFFHOOK_VERB_PAUSE_RECORDING ||
	       verb == OFFHOOK_VERB_RESUME_RECORDING;
}

/* Whoever is held or muted at the provider is so for the conversation, too. */
static gboolean
offhook_call_control_is_everywhere(OffhookCallVerb verb)
{
	switch (verb) {
	case OFFHOOK_VERB_HOLD:
	case OFFHOOK_VERB_UNHOLD:
	case OFFHOOK_VERB_MUTE:
	case OFFHOOK_VERB_UNMUTE:
		return TRUE;
	default:
		return FALSE;
	}
}

/* One recording that is begun is enough: ours, unless the provider's is wanted or there is only his. */
static gboolean
offhook_call_control_records_there(OffhookLiveCall *live)
{
	OffhookCall *call = offhook_live_call_get_call(live);
	const char *where = offhook_config_get_string(offhook_call_get_assistant(call)->config,
						      "media", "record-at");

	return offhook_live_call_has_words_only(live) || g_str_equal(where, "provider");
}

/* Whether the driver does it, alone or besides us. */
static gboolean
offhook_call_control_is_theirs(OffhookLiveCall *live, OffhookCallVerb verb, const char *argument)
{
	OffhookCall *call = offhook_live_call_get_call(live);

	if (!offhook_driver_can(offhook_call_get_driver(call), verb))
		return FALSE;
	if (verb == OFFHOOK_VERB_PLAY)
		return offhook_call_control_is_sound(argument);
	return verb != OFFHOOK_VERB_START_RECORDING || offhook_call_control_records_there(live);
}

/* What is not to be recorded is not to be recorded anywhere: here, too, if it is. */
static gboolean
offhook_call_control_is_ours(OffhookLiveCall *live, OffhookCallVerb verb, gboolean theirs)
{
	return !theirs || offhook_call_control_is_everywhere(verb) ||
	       (offhook_call_control_needs_recording(verb) && offhook_live_call_is_recorded(live));
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
	case OFFHOOK_VERB_START_RECORDING:
		return offhook_live_call_start_recording(live, error);
	case OFFHOOK_VERB_STOP_RECORDING:
		return offhook_live_call_stop_recording(live, error);
	case OFFHOOK_VERB_PAUSE_RECORDING:
	case OFFHOOK_VERB_RESUME_RECORDING:
		return offhook_live_call_pause_recording(live, verb == OFFHOOK_VERB_PAUSE_RECORDING,
							 error);
	default:
		return FALSE;
	}
}

/* That there is no second recording at the provider is what was wanted of ours, too. */
static gboolean
offhook_call_control_is_enough(const OffhookCallControl *control, const GError *error)
{
	return control->done && offhook_call_control_needs_recording(control->verb) &&
	       (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND) ||
		g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE));
}

static void
offhook_call_control_done_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookLiveCall *live = g_task_get_source_object(task);
	const OffhookCallControl *control = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error) &&
	    !offhook_call_control_is_enough(control, error)) {
		g_task_return_error(task, g_steal_pointer(&error));
		return;
	}
	if (control->verb == OFFHOOK_VERB_TRANSFER)
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
	OffhookCallControl *control = g_new0(OffhookCallControl, 1);
	gboolean theirs = offhook_call_control_is_theirs(live, verb, argument);
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_call_control_async);
	control->verb = verb;
	g_task_set_task_data(task, control, g_free);
	if (verb == OFFHOOK_VERB_TRANSFER && !offhook_live_call_check_transfer(live, &error)) {
		g_task_return_error(task, error);
		return;
	}
	if (offhook_call_control_is_ours(live, verb, theirs))
		control->done = offhook_call_control_do_here(live, verb, argument, &error);
	if (error != NULL)
		g_task_return_error(task, error);
	else if (control->done && !theirs)
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
