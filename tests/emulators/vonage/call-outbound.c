/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A call that the server places: rings, is answered or not as the last digits of its number say, so
 * that many with different fates can run at once; and what REST does to a call. */

#include "call-private.h"

#include "rules.h"

#include <string.h>

#define OFFHOOK_EMU_CALL_NO_ANSWER_MS 300
#define OFFHOOK_EMU_CALL_DETECT_MS    200
#define OFFHOOK_EMU_CALL_BEEP_MS      300

static const struct {
	const gchar *suffix;
	OffhookEmuFate fate;
} offhook_emu_fates[] = {
    {"9001", OFFHOOK_EMU_FATE_BUSY},       {"9002", OFFHOOK_EMU_FATE_UNANSWERED},
    {"9003", OFFHOOK_EMU_FATE_FAILED},     {"9004", OFFHOOK_EMU_FATE_MACHINE},
    {"9005", OFFHOOK_EMU_FATE_BEEP},       {"9006", OFFHOOK_EMU_FATE_TIMEOUT},
    {"9007", OFFHOOK_EMU_FATE_REJECTED},   {"9008", OFFHOOK_EMU_FATE_CANCELLED},
    {"9010", OFFHOOK_EMU_FATE_TWICE},      {"9011", OFFHOOK_EMU_FATE_REORDERED},
    {"9012", OFFHOOK_EMU_FATE_LATE},       {"9013", OFFHOOK_EMU_FATE_EARLY},
    {"9020", OFFHOOK_EMU_FATE_TOO_MANY},   {"9021", OFFHOOK_EMU_FATE_ERROR},
    {"9022", OFFHOOK_EMU_FATE_LOST_ERROR}, {"9023", OFFHOOK_EMU_FATE_LOST},
    {"9024", OFFHOOK_EMU_FATE_SLOW},       {"9030", OFFHOOK_EMU_FATE_INVALID},
    {"9031", OFFHOOK_EMU_FATE_FORBIDDEN},  {"9032", OFFHOOK_EMU_FATE_NOT_YET},
};

OffhookEmuFate
offhook_emu_fate_find(const gchar *number)
{
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_fates); i++) {
		if (g_str_has_suffix(number, offhook_emu_fates[i].suffix))
			return offhook_emu_fates[i].fate;
	}
	return OFFHOOK_EMU_FATE_ANSWERED;
}

/* ---- machines ---- */

static void
offhook_emu_call_begin_document(OffhookEmuCall *self)
{
	g_autoptr(GError) error = NULL;
	const gchar *url = offhook_emu_rules_get(self->request, "answer_url");
	const gchar *method = offhook_emu_rules_get(self->request, "answer_method");
	OffhookEmuNcco *ncco;

	if (url != NULL) {
		offhook_emu_call_fetch(self, method != NULL ? method : "GET", url);
		return;
	}
	ncco = offhook_emu_ncco_new(json_object_get_member(self->request, "ncco"), &error);
	offhook_emu_call_take(self, ncco); /* checked with the request */
}

/* What the server wants to know about who answers. */
typedef struct {
	gboolean wanted, hang_up, status, beep, hold;
} OffhookEmuDetection;

static OffhookEmuDetection
offhook_emu_call_get_detection(OffhookEmuCall *self)
{
	OffhookEmuDetection detection = {0};
	const gchar *plain = offhook_emu_rules_get(self->request, "machine_detection");
	JsonObject *advanced =
	    json_object_has_member(self->request, "advanced_machine_detection")
		? json_object_get_object_member(self->request, "advanced_machine_detection")
		: NULL;
	const gchar *mode = offhook_emu_rules_get(advanced, "mode");
	const gchar *behavior =
	    advanced != NULL ? offhook_emu_rules_get(advanced, "behavior") : plain;

	detection.wanted = advanced != NULL || plain != NULL;
	detection.hang_up = g_strcmp0(behavior, "hangup") == 0;
	detection.status = g_strcmp0(mode, "detect_beep") != 0;
	detection.beep = mode != NULL && !g_str_equal(mode, "detect");
	detection.hold = advanced != NULL && g_strcmp0(mode, "default") != 0;
	return detection;
}

static gboolean offhook_emu_call_beep_cb(gpointer user_data);

static gboolean
offhook_emu_call_detect_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	OffhookEmuDetection detection = offhook_emu_call_get_detection(self);
	gboolean machine =
	    self->fate == OFFHOOK_EMU_FATE_MACHINE || self->fate == OFFHOOK_EMU_FATE_BEEP;

	self->detect_timer = 0;
	if (detection.status || !machine)
		offhook_emu_call_tell_machine(self, machine, NULL);
	if (machine && detection.hang_up) {
		offhook_emu_call_end_leg(self, self->caller.uuid);
		return G_SOURCE_REMOVE;
	}
	if (machine && detection.beep)
		self->detect_timer =
		    g_timeout_add(OFFHOOK_EMU_CALL_BEEP_MS, offhook_emu_call_beep_cb, self);
	if (detection.hold && self->detect_timer == 0)
		offhook_emu_call_begin_document(self);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_call_beep_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->detect_timer = 0;
	offhook_emu_call_tell_machine(
	    self, TRUE, self->fate == OFFHOOK_EMU_FATE_BEEP ? "beep_start" : "beep_timeout");
	if (offhook_emu_call_get_detection(self).hold)
		offhook_emu_call_begin_document(self);
	return G_SOURCE_REMOVE;
}

/* ---- ringing ---- */

static gboolean
offhook_emu_call_pick_up_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	OffhookEmuDetection detection = offhook_emu_call_get_detection(self);

	self->step_timer = 0;
	offhook_emu_call_tell(self, &self->caller, "answered", NULL);
	if (detection.wanted)
		self->detect_timer =
		    g_timeout_add(OFFHOOK_EMU_CALL_DETECT_MS, offhook_emu_call_detect_cb, self);
	if (!detection.hold)
		offhook_emu_call_begin_document(self);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_call_missed_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	static const struct {
		OffhookEmuFate fate;
		const gchar *status;
		const gchar *detail;
	} ends[] = {
	    {OFFHOOK_EMU_FATE_BUSY, "busy", NULL},
	    {OFFHOOK_EMU_FATE_UNANSWERED, "unanswered", "unavailable"},
	    {OFFHOOK_EMU_FATE_FAILED, "failed", "cannot_route"},
	    {OFFHOOK_EMU_FATE_TIMEOUT, "timeout", NULL},
	    {OFFHOOK_EMU_FATE_REJECTED, "rejected", "declined"},
	    {OFFHOOK_EMU_FATE_CANCELLED, "cancelled", NULL},
	};

	self->step_timer = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		if (ends[i].fate == self->fate)
			offhook_emu_call_tell(self, &self->caller, ends[i].status, ends[i].detail);
	}
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_FAILED);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_call_ring_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	gint64 timeout =
	    json_object_get_int_member_with_default(self->request, "ringing_timer", 60);

	self->step_timer = 0;
	if (self->fate == OFFHOOK_EMU_FATE_FAILED)
		return offhook_emu_call_missed_cb(self);
	offhook_emu_call_tell(self, &self->caller, "ringing", NULL);
	switch (self->fate) {
	case OFFHOOK_EMU_FATE_TIMEOUT:
		offhook_emu_call_run_later(self, (guint)timeout * 1000, offhook_emu_call_missed_cb);
		break;
	case OFFHOOK_EMU_FATE_BUSY:
	case OFFHOOK_EMU_FATE_UNANSWERED:
	case OFFHOOK_EMU_FATE_REJECTED:
	case OFFHOOK_EMU_FATE_CANCELLED:
		offhook_emu_call_run_later(self, OFFHOOK_EMU_CALL_NO_ANSWER_MS,
					   offhook_emu_call_missed_cb);
		break;
	default:
		offhook_emu_call_run_later(self, self->options->ring_ms,
					   offhook_emu_call_pick_up_cb);
	}
	return G_SOURCE_REMOVE;
}

OffhookEmuCall *
offhook_emu_call_new_outbound(const OffhookEmuOptions *options, const OffhookEmuAddress *address,
			      SoupSession *session, OffhookEmuSink *sink, guint number,
			      JsonObject *request)
{
	OffhookEmuCall *self = offhook_emu_call_new(options, address, session, sink, number);
	JsonObject *to =
	    json_array_get_object_element(json_object_get_array_member(request, "to"), 0);
	JsonObject *from = json_object_has_member(request, "from")
			       ? json_object_get_object_member(request, "from")
			       : NULL;
	const gchar *number_from = offhook_emu_rules_get(from, "number");

	self->request = json_object_ref(request);
	offhook_emu_exchange_remove(options->account->exchange, self);
	offhook_emu_leg_set(&self->caller, NULL, number_from != NULL ? number_from : "15550100002",
			    json_object_get_string_member(to, "number"), "outbound");
	offhook_emu_exchange_add(options->account->exchange, self->caller.uuid, self);
	self->fate = offhook_emu_fate_find(self->caller.to);
	offhook_emu_call_tell(self, &self->caller, "started", NULL);
	offhook_emu_call_run_later(self, options->ring_ms, offhook_emu_call_ring_cb);
	return self;
}

/* ---- what REST sees ---- */

const gchar *
offhook_emu_call_get_uuid(OffhookEmuCall *self)
{
	return self->caller.uuid;
}

gboolean
offhook_emu_call_is_answered(OffhookEmuCall *self)
{
	return self->caller.answered_us != 0;
}

OffhookEmuFate
offhook_emu_call_get_fate(OffhookEmuCall *self)
{
	return self->fate;
}

gboolean
offhook_emu_call_is_over(OffhookEmuCall *self)
{
	return self->over;
}

gint64
offhook_emu_call_get_age_ms(OffhookEmuCall *self)
{
	return (g_get_monotonic_time() - self->started_us) / 1000;
}

static JsonObject *
offhook_emu_call_view_party(const gchar *number)
{
	JsonObject *party = json_object_new();

	json_object_set_string_member(party, "type", "phone");
	json_object_set_string_member(party, "number", number);
	return party;
}

JsonObject *
offhook_emu_call_view(OffhookEmuCall *self)
{
	JsonObject *view = json_object_new();
	JsonObject *links = json_object_new();
	JsonObject *link = json_object_new();
	g_autofree gchar *href = g_strconcat("/calls/", self->caller.uuid, NULL);
	g_autofree gchar *start = g_date_time_format(self->created, "%Y-%m-%d %H:%M:%S");

	json_object_set_string_member(link, "href", href);
	json_object_set_object_member(links, "self", link);
	json_object_set_object_member(view, "_links", links);
	json_object_set_string_member(view, "uuid", self->caller.uuid);
	json_object_set_string_member(view, "conversation_uuid", self->conversation);
	json_object_set_object_member(view, "to", offhook_emu_call_view_party(self->caller.to));
	json_object_set_object_member(view, "from", offhook_emu_call_view_party(self->caller.from));
	json_object_set_string_member(view, "status", self->caller.status);
	json_object_set_string_member(view, "direction", self->caller.direction);
	if (self->over) {
		json_object_set_string_member(view, "rate", "0.00720000");
		json_object_set_string_member(view, "price", "0.00012000");
		json_object_set_string_member(view, "duration", "1");
		json_object_set_string_member(view, "start_time", start);
		json_object_set_string_member(view, "end_time", start);
	}
	return view;
}

/* ---- what REST does ---- */

void
offhook_emu_call_log(OffhookEmuCall *self, const gchar *event, const gchar *text)
{
	offhook_emu_call_note(self, event, "text", text, "server  ");
}

void
offhook_emu_call_end_leg(OffhookEmuCall *self, const gchar *uuid)
{
	if (g_strcmp0(uuid, self->socket.uuid) == 0) {
		offhook_emu_call_close_socket(self);
		return;
	}
	offhook_emu_call_note(self, "hang-up", "by", "server", "hang-up by ");
	self->server_hung_up = TRUE;
	if (offhook_emu_call_close_socket(self))
		return;
	if (!offhook_emu_call_is_answered(self))
		offhook_emu_call_tell(self, &self->caller, "cancelled", NULL);
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
}

/* The leg moves to a conversation of its own. */
static void
offhook_emu_call_move_leg(OffhookEmuCall *self)
{
	JsonObject *event = json_object_new();
	g_autofree gchar *now = offhook_emu_call_now();
	g_autofree gchar *id = g_uuid_string_random();
	g_autofree gchar *former = g_steal_pointer(&self->conversation);

	offhook_emu_call_end_recordings(self);
	self->conversation = g_strconcat("CON-", id, NULL);
	json_object_set_string_member(event, "uuid", self->caller.uuid);
	json_object_set_string_member(event, "conversation_uuid_from", former);
	json_object_set_string_member(event, "conversation_uuid_to", self->conversation);
	json_object_set_string_member(event, "timestamp", now);
	offhook_emu_call_report(self, NULL, event);
}

gboolean
offhook_emu_call_transfer(OffhookEmuCall *self, JsonNode *node, GError **error)
{
	OffhookEmuNcco *ncco = offhook_emu_ncco_new(node, error);

	if (ncco == NULL)
		return FALSE;
	offhook_emu_call_note(self, "moved", "by", "server", "call    gets a new NCCO by ");
	g_clear_handle_id(&self->step_timer, g_source_remove);
	g_clear_handle_id(&self->detect_timer, g_source_remove);
	offhook_emu_call_move_leg(self);
	g_clear_pointer(&self->next, offhook_emu_ncco_free);
	if (self->streaming) {
		self->next = ncco;
		if (offhook_emu_call_close_socket(self))
			return TRUE;
		self->next = NULL; /* a dead one: it is left as it is */
	}
	offhook_emu_call_take(self, ncco);
	return TRUE;
}

void
offhook_emu_call_transfer_to_url(OffhookEmuCall *self, const gchar *url)
{
	g_clear_handle_id(&self->step_timer, g_source_remove);
	offhook_emu_call_move_leg(self);
	offhook_emu_call_fetch(self, "GET", url);
}

void
offhook_emu_call_mute(OffhookEmuCall *self, const gchar *action)
{
	gboolean on = !g_str_has_prefix(action, "un");

	offhook_emu_call_log(self, action, action);
	if (g_str_has_suffix(action, "earmuff"))
		offhook_emu_line_set_deaf(self->line, on);
	else
		offhook_emu_line_set_mute(self->line, on);
}
