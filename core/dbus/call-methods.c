/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What can be asked of a call. All of it is the call manager's.
 */

#include "dbus/door-private.h"

#include "call/manager/call-request.h"

static OffhookCallManager *
offhook_dbus_call_get_calls(OffhookDBusCallObject *self)
{
	return offhook_dbus_call_object_get_door(self)->parts.calls;
}

static const char *
offhook_dbus_call_get_call_id(OffhookDBusCallObject *self)
{
	return offhook_call_get_id(offhook_dbus_call_object_get_call(self));
}

/* ---- verbs ---- */

static void
offhook_dbus_call_controlled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	offhook_call_manager_control_finish(OFFHOOK_CALL_MANAGER(source), result, &error);
	offhook_dbus_return_done(user_data, error);
}

static void
offhook_dbus_call_control(OffhookDBusCallObject *self, GDBusMethodInvocation *invocation,
			  const OffhookCallCommand *command)
{
	offhook_call_manager_control_async(offhook_dbus_call_get_calls(self),
					   offhook_dbus_call_get_call_id(self), command, NULL,
					   offhook_dbus_call_controlled_cb, invocation);
}

static void
offhook_dbus_call_do_plain(gpointer object, GDBusMethodInvocation *invocation)
{
	static const struct {
		const char *method;
		OffhookCallVerb verb;
	} verbs[] = {
	    {"Answer", OFFHOOK_VERB_ANSWER},
	    {"Hold", OFFHOOK_VERB_HOLD},
	    {"Unhold", OFFHOOK_VERB_UNHOLD},
	    {"Mute", OFFHOOK_VERB_MUTE},
	    {"Unmute", OFFHOOK_VERB_UNMUTE},
	    {"StartRecording", OFFHOOK_VERB_START_RECORDING},
	    {"PauseRecording", OFFHOOK_VERB_PAUSE_RECORDING},
	    {"ResumeRecording", OFFHOOK_VERB_RESUME_RECORDING},
	    {"StopRecording", OFFHOOK_VERB_STOP_RECORDING},
	};
	const char *method = g_dbus_method_invocation_get_method_name(invocation);

	for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (g_str_equal(method, verbs[i].method)) {
			const OffhookCallCommand command = {.verb = verbs[i].verb};

			offhook_dbus_call_control(object, invocation, &command);
			return;
		}
	g_assert_not_reached();
}

static void
offhook_dbus_call_end(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusCallObject *self = object;
	g_autoptr(GError) error = NULL;

	offhook_call_manager_end(offhook_dbus_call_get_calls(self),
				 offhook_dbus_call_get_call_id(self), &error);
	offhook_dbus_return_done(invocation, error);
}

/* The first argument as member @field of @body, for the readers that all doors share. */
static void
offhook_dbus_call_put_argument(GDBusMethodInvocation *invocation, JsonObject *body,
			       const char *field)
{
	const char *text;

	g_variant_get_child(g_dbus_method_invocation_get_parameters(invocation), 0, "&s", &text);
	json_object_set_string_member(body, field, text);
}

static void
offhook_dbus_call_transfer(gpointer object, GDBusMethodInvocation *invocation)
{
	GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
	g_autoptr(GVariant) options = g_variant_get_child_value(parameters, 1);
	g_autoptr(JsonObject) body = offhook_dbus_read_options(options);
	OffhookCallCommand command = {.verb = OFFHOOK_VERB_TRANSFER};
	g_autoptr(GError) error = NULL;

	offhook_dbus_call_put_argument(invocation, body, "target");
	if (offhook_call_request_check_names(body, offhook_call_request_transfer_names, &error) &&
	    offhook_call_request_read_transfer(body, &command, &error))
		offhook_dbus_call_control(object, invocation, &command);
	else
		offhook_dbus_return_error(invocation, error);
}

static void
offhook_dbus_call_do_with_text(OffhookDBusCallObject *self, GDBusMethodInvocation *invocation,
			       OffhookCallVerb verb, const char *field, const char *expected)
{
	g_autoptr(JsonObject) body = json_object_new();
	OffhookCallCommand command = {.verb = verb};
	g_autoptr(GError) error = NULL;

	offhook_dbus_call_put_argument(invocation, body, field);
	if (offhook_call_request_read_text(body, field, expected, &command.argument, &error))
		offhook_dbus_call_control(self, invocation, &command);
	else
		offhook_dbus_return_error(invocation, error);
}

static void
offhook_dbus_call_send_dtmf(gpointer object, GDBusMethodInvocation *invocation)
{
	offhook_dbus_call_do_with_text(object, invocation, OFFHOOK_VERB_SEND_DTMF, "digits",
				       OFFHOOK_CALL_REQUEST_DIGITS);
}

static void
offhook_dbus_call_say(gpointer object, GDBusMethodInvocation *invocation)
{
	offhook_dbus_call_do_with_text(object, invocation, OFFHOOK_VERB_PLAY, "text",
				       OFFHOOK_CALL_REQUEST_TEXT);
}

static void
offhook_dbus_call_play(gpointer object, GDBusMethodInvocation *invocation)
{
	g_autoptr(JsonObject) body = json_object_new();
	OffhookCallCommand command = {.verb = OFFHOOK_VERB_PLAY};
	g_autoptr(GError) error = NULL;

	offhook_dbus_call_put_argument(invocation, body, "url");
	if (offhook_call_request_read_sound(body, &command, &error))
		offhook_dbus_call_control(object, invocation, &command);
	else
		offhook_dbus_return_error(invocation, error);
}

static void
offhook_dbus_call_inject_message(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusCallObject *self = object;
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(GError) error = NULL;
	const char *text = NULL;

	offhook_dbus_call_put_argument(invocation, body, "text");
	if (offhook_call_request_read_text(body, "text", "what the caller says", &text, &error))
		offhook_call_manager_inject(offhook_dbus_call_get_calls(self),
					    offhook_dbus_call_get_call_id(self), text, &error);
	offhook_dbus_return_done(invocation, error);
}

/* ---- personal data ---- */

static void
offhook_dbus_call_get_details(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookCall *call = offhook_dbus_call_object_get_call(object);
	GVariantBuilder details;

	g_variant_builder_init(&details, G_VARIANT_TYPE("a{sv}"));
	offhook_dbus_add_detail(&details, "from", offhook_call_get_from(call));
	offhook_dbus_add_detail(&details, "to", offhook_call_get_to(call));
	offhook_dbus_add_detail(&details, "phone_number", offhook_call_get_phone_number(call));
	offhook_dbus_add_detail(&details, "provider_call_id",
				offhook_call_get_provider_call_id(call));
	offhook_dbus_add_detail(&details, "recording", offhook_call_get_recording_path(call));
	offhook_dbus_return(invocation, g_variant_new("(a{sv})", &details));
}

static void
offhook_dbus_call_transcript_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_messages_finish(OFFHOOK_STORE(source), result, &error);
	GVariantBuilder messages;

	if (records == NULL) {
		offhook_dbus_return_error(user_data, error);
		return;
	}
	g_variant_builder_init(&messages, G_VARIANT_TYPE("a(sstb)"));
	for (guint i = 0; i < records->len; i++) {
		const OffhookMessageRecord *record = g_ptr_array_index(records, i);

		g_variant_builder_add(&messages, "(sstb)", record->role, record->content,
				      record->at_us, record->interrupted);
	}
	offhook_dbus_return(user_data, g_variant_new("(a(sstb))", &messages));
}

static void
offhook_dbus_call_get_transcript(gpointer object, GDBusMethodInvocation *invocation)
{
	OffhookDBusCallObject *self = object;

	offhook_store_list_messages_async(offhook_dbus_call_object_get_door(self)->parts.store,
					  offhook_dbus_call_get_call_id(self), NULL,
					  offhook_dbus_call_transcript_cb, invocation);
}

const OffhookDBusMethod offhook_dbus_call_methods[] = {
    {"Answer", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"End", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_end},
    {"Transfer", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_transfer},
    {"Hold", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"Unhold", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"Mute", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"Unmute", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"SendDtmf", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_send_dtmf},
    {"Say", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_say},
    {"Play", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_play},
    {"InjectMessage", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_inject_message},
    {"StartRecording", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"PauseRecording", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"ResumeRecording", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"StopRecording", OFFHOOK_DBUS_CONTROL_CALLS, offhook_dbus_call_do_plain},
    {"GetDetails", OFFHOOK_DBUS_READ_PERSONAL_DATA, offhook_dbus_call_get_details},
    {"GetTranscript", OFFHOOK_DBUS_READ_PERSONAL_DATA, offhook_dbus_call_get_transcript},
    {NULL},
};
