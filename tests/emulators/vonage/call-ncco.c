/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Carries out the actions of an NCCO until one takes time or the call is over. */

#include "call-private.h"

#include "rules.h"

#include <string.h>

#define OFFHOOK_EMU_CALL_RING_MS 100 /* until a phone that is connected answers, or does not */
#define OFFHOOK_EMU_CALL_CHAT_MS 100 /* and how long they talk */

/* TRUE: it takes time, and goes on by itself. */
typedef gboolean (*OffhookEmuActionFunc)(OffhookEmuCall *self, JsonObject *action);

static gboolean
offhook_emu_call_next_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->step_timer = 0;
	offhook_emu_call_next(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_call_answered_with(OffhookEmuCall *self, OffhookEmuNcco *ncco)
{
	if (ncco != NULL)
		offhook_emu_call_take(self, ncco);
	else
		offhook_emu_call_next(self);
}

/* ---- words and sounds: they are noted and take no time ---- */

static gboolean
offhook_emu_call_talk(OffhookEmuCall *self, JsonObject *action)
{
	offhook_emu_call_note(self, "say", "text", json_object_get_string_member(action, "text"),
			      "carrier says: ");
	return FALSE;
}

static gboolean
offhook_emu_call_play(OffhookEmuCall *self, JsonObject *action)
{
	offhook_emu_call_note(self, "play", "what", offhook_emu_rules_get(action, "streamUrl"),
			      "carrier plays: ");
	return FALSE;
}

static gboolean
offhook_emu_call_start_recording(OffhookEmuCall *self, JsonObject *action)
{
	offhook_emu_call_record(self, action);
	return FALSE;
}

static gboolean
offhook_emu_call_wait(OffhookEmuCall *self, JsonObject *action)
{
	gdouble seconds = json_object_get_double_member_with_default(action, "timeout", 10);

	offhook_emu_call_run_later(self, (guint)(CLAMP(seconds, 0.1, 7200) * 1000),
				   offhook_emu_call_next_cb);
	return TRUE;
}

static gboolean
offhook_emu_call_notify(OffhookEmuCall *self, JsonObject *action)
{
	JsonObject *event = json_object_new();
	g_autofree gchar *now = offhook_emu_call_now();

	json_object_set_string_member(event, "conversation_uuid", self->conversation);
	json_object_set_object_member(
	    event, "payload", json_object_ref(json_object_get_object_member(action, "payload")));
	json_object_set_string_member(event, "timestamp", now);
	offhook_emu_call_ask(self, action, event, offhook_emu_call_answered_with);
	return TRUE;
}

/* ---- input ---- */

static gboolean
offhook_emu_call_input_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	const gchar *digits = self->options->account->input;
	JsonObject *action = offhook_emu_ncco_get(self->ncco, self->action);
	JsonObject *event = json_object_new();
	JsonObject *dtmf = json_object_new();
	JsonObject *speech = json_object_new();
	g_autofree gchar *now = offhook_emu_call_now();

	self->step_timer = 0;
	json_object_set_string_member(event, "uuid", self->caller.uuid);
	json_object_set_string_member(event, "conversation_uuid", self->conversation);
	json_object_set_string_member(event, "from", self->caller.from);
	json_object_set_string_member(event, "to", self->caller.to);
	if (digits != NULL)
		json_object_set_string_member(dtmf, "digits", digits);
	else
		json_object_set_null_member(dtmf, "digits");
	json_object_set_boolean_member(dtmf, "timed_out", digits == NULL);
	json_object_set_object_member(event, "dtmf", dtmf);
	json_object_set_string_member(speech, "timeout_reason", "start_timeout");
	json_object_set_array_member(speech, "results", json_array_new());
	json_object_set_object_member(event, "speech", speech);
	json_object_set_string_member(event, "timestamp", now);
	offhook_emu_call_ask(self, action, event, offhook_emu_call_answered_with);
	return G_SOURCE_REMOVE;
}

/* Nobody speaks to an input action; keys are pressed when --input says which. */
static gboolean
offhook_emu_call_input(OffhookEmuCall *self, JsonObject *action)
{
	JsonObject *dtmf = json_object_has_member(action, "dtmf")
			       ? json_object_get_object_member(action, "dtmf")
			       : NULL;
	gint64 seconds =
	    dtmf != NULL ? json_object_get_int_member_with_default(dtmf, "timeOut", 3) : 3;

	if (g_strcmp0(offhook_emu_rules_get(action, "mode"), "asynchronous") == 0)
		return FALSE;
	if (self->options->account->input != NULL)
		seconds = 0;
	offhook_emu_call_run_later(self, (guint)seconds * 1000, offhook_emu_call_input_cb);
	return TRUE;
}

/* ---- other people ---- */

static gboolean
offhook_emu_call_left_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->step_timer = 0;
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_TRANSFERRED);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_call_hand_over(OffhookEmuCall *self, const gchar *to)
{
	g_free(self->result.transfer_number);
	self->result.transfer_number = g_strdup(to);
	offhook_emu_call_note(self, "transfer", "number", to, "call    transferred to ");
	offhook_emu_call_run_later(self, OFFHOOK_EMU_CALL_CHAT_MS, offhook_emu_call_left_cb);
}

/* Alone, it waits for the next one; two or more talk, and then hang up. */
static gboolean
offhook_emu_call_join(OffhookEmuCall *self, const gchar *name)
{
	g_autoptr(GPtrArray) members =
	    offhook_emu_exchange_join(self->options->account->exchange, name, self);

	offhook_emu_call_note(self, "conversation", "name", name, "call    is in conversation ");
	for (guint i = 0; members->len > 1 && i < members->len; i++)
		offhook_emu_call_hand_over(g_ptr_array_index(members, i), name);
	return TRUE;
}

static gboolean
offhook_emu_call_conversation(OffhookEmuCall *self, JsonObject *action)
{
	return offhook_emu_call_join(self, json_object_get_string_member(action, "name"));
}

static gboolean
offhook_emu_call_move(OffhookEmuCall *self, JsonObject *action)
{
	return offhook_emu_call_join(self, json_object_get_string_member(action, "conversationId"));
}

static void
offhook_emu_call_phone_failed(OffhookEmuCall *self, const gchar *status, const gchar *detail)
{
	gboolean sync = offhook_emu_rules_get(self->connect, "eventType") != NULL;
	JsonObject *event;

	if (!sync) {
		offhook_emu_call_tell(self, &self->phone, status, detail);
		offhook_emu_leg_clear(&self->phone);
		offhook_emu_call_next(self);
		return;
	}
	event = offhook_emu_call_new_event(self, &self->phone, status);
	if (detail != NULL)
		json_object_set_string_member(event, "detail", detail);
	offhook_emu_leg_clear(&self->phone);
	offhook_emu_call_ask(self, self->connect, event, offhook_emu_call_answered_with);
}

static gboolean
offhook_emu_call_phone_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->step_timer = 0;
	switch (offhook_emu_fate_find(self->phone.to)) {
	case OFFHOOK_EMU_FATE_BUSY:
		offhook_emu_call_phone_failed(self, "busy", NULL);
		break;
	case OFFHOOK_EMU_FATE_UNANSWERED:
	case OFFHOOK_EMU_FATE_TIMEOUT:
		offhook_emu_call_phone_failed(self, "unanswered", "timeout");
		break;
	case OFFHOOK_EMU_FATE_FAILED:
		offhook_emu_call_phone_failed(self, "failed", "cannot_route");
		break;
	case OFFHOOK_EMU_FATE_REJECTED:
		offhook_emu_call_phone_failed(self, "rejected", "declined");
		break;
	default:
		offhook_emu_call_tell(self, &self->phone, "answered", NULL);
		offhook_emu_call_hand_over(self, self->phone.to);
	}
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_call_connect(OffhookEmuCall *self, JsonObject *action)
{
	JsonObject *endpoint =
	    json_array_get_object_element(json_object_get_array_member(action, "endpoint"), 0);
	const gchar *type = json_object_get_string_member(endpoint, "type");
	const gchar *from = offhook_emu_rules_get(action, "from");

	if (g_str_equal(type, "websocket")) {
		offhook_emu_call_open_socket(self, action, endpoint);
		return TRUE;
	}
	if (!g_str_equal(type, "phone")) {
		offhook_emu_call_problem(self, "connect to %s is not emulated, going on", type);
		return FALSE;
	}
	g_clear_pointer(&self->connect, json_object_unref);
	self->connect = json_object_ref(action);
	offhook_emu_leg_set(&self->phone, NULL, from != NULL ? from : self->caller.from,
			    json_object_get_string_member(endpoint, "number"), "outbound");
	offhook_emu_call_tell(self, &self->phone, "started", NULL);
	offhook_emu_call_tell(self, &self->phone, "ringing", NULL);
	offhook_emu_call_run_later(self, OFFHOOK_EMU_CALL_RING_MS, offhook_emu_call_phone_cb);
	return TRUE;
}

/* ---- the run ---- */

static const struct {
	const gchar *name;
	OffhookEmuActionFunc func;
} offhook_emu_actions[] = {
    {"connect", offhook_emu_call_connect},
    {"talk", offhook_emu_call_talk},
    {"stream", offhook_emu_call_play},
    {"input", offhook_emu_call_input},
    {"record", offhook_emu_call_start_recording},
    {"conversation", offhook_emu_call_conversation},
    {"notify", offhook_emu_call_notify},
    {"transfer", offhook_emu_call_move},
    {"wait", offhook_emu_call_wait},
};

static gboolean
offhook_emu_call_act(OffhookEmuCall *self, JsonObject *action)
{
	const gchar *name = json_object_get_string_member(action, "action");

	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_actions); i++) {
		if (g_str_equal(name, offhook_emu_actions[i].name))
			return offhook_emu_actions[i].func(self, action);
	}
	g_assert_not_reached(); /* an NCCO is checked before it is taken */
}

void
offhook_emu_call_run(OffhookEmuCall *self)
{
	while (!self->over && self->action < offhook_emu_ncco_get_length(self->ncco)) {
		if (offhook_emu_call_act(self, offhook_emu_ncco_get(self->ncco, self->action)))
			return;
		self->action++;
	}
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
}

void
offhook_emu_call_next(OffhookEmuCall *self)
{
	if (self->over)
		return;
	if (self->ncco == NULL) {
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
		return;
	}
	self->action++;
	offhook_emu_call_run(self);
}

/* From its first action on; the first one answers the call. */
void
offhook_emu_call_take(OffhookEmuCall *self, OffhookEmuNcco *ncco)
{
	g_clear_pointer(&self->ncco, offhook_emu_ncco_free);
	self->ncco = ncco;
	self->action = 0;
	if (self->caller.answered_us == 0 && offhook_emu_ncco_get_length(ncco) > 0)
		offhook_emu_call_tell(self, &self->caller, "answered", NULL);
	offhook_emu_call_run(self);
}
